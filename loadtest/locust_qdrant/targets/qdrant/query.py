"""Query: the nearest neighbours of a vector, one query or several in a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qdrant_client import models

from locust_qdrant.config.model import UNNAMED
from locust_qdrant.config.operations import QueryBatchKeys, QueryKeys
from locust_qdrant.targets.qdrant.filters import MANY, chosen_filter
from locust_qdrant.targets.qdrant.operation import Request, as_model, options_of

if TYPE_CHECKING:
    from locust_qdrant.config.model import CollectionSpec, OperationSpec
    from locust_qdrant.targets.qdrant.virtual_user import VirtualUser


class Query:
    """Asks for the nearest points of a random vector."""

    method = "query_points"

    def __init__(self, spec: OperationSpec, collection: CollectionSpec) -> None:
        self.name = spec.name
        self._keys = options_of(spec, QueryKeys)
        self._vector = vector_of(self._keys, collection)

    def plan(self, virtual_user: VirtualUser) -> Request:
        """Return one query."""
        keys = self._keys
        arguments: dict[str, Any] = {
            "collection_name": virtual_user.collection,
            "query": chosen_query(self._vector, virtual_user),
            "using": self._vector or None,
            "query_filter": chosen_filter(keys, virtual_user),
            "search_params": search_params(keys),
            "limit": keys.limit,
            "with_payload": keys.with_payload,
            "with_vectors": keys.with_vectors,
        }
        given = {name: value for name, value in arguments.items() if value is not None}
        return Request(self.method, given)


class QueryBatch:
    """Asks several queries in one request."""

    method = "query_batch_points"

    def __init__(self, spec: OperationSpec, collection: CollectionSpec) -> None:
        self.name = spec.name
        self._keys = options_of(spec, QueryBatchKeys)
        self._vector = vector_of(self._keys, collection)

    def plan(self, virtual_user: VirtualUser) -> Request:
        """Return a batch of queries."""
        requests = [self._query(virtual_user) for _ in range(self._keys.size)]
        arguments = {"collection_name": virtual_user.collection, "requests": requests}
        return Request(self.method, arguments)

    def _query(self, virtual_user: VirtualUser) -> models.QueryRequest:
        keys = self._keys
        return models.QueryRequest(
            query=chosen_query(self._vector, virtual_user),
            using=self._vector or None,
            filter=chosen_filter(keys, virtual_user),
            params=search_params(keys),
            limit=keys.limit,
            with_payload=keys.with_payload,
            with_vector=keys.with_vectors,
        )


def vector_of(keys: QueryKeys, collection: CollectionSpec) -> str:
    """Return the name of the vector that is asked, `UNNAMED` for the unnamed one."""
    return next(iter(collection.vectors), UNNAMED) if keys.vector is None else keys.vector


def chosen_query(vector: str, virtual_user: VirtualUser) -> Any:  # noqa: ANN401 - dense, multi, sparse
    """Return a query that the dataset offers for that vector, another one each time."""
    number = virtual_user.random.randrange(MANY)
    return as_model(virtual_user.dataset.query(vector, number))


def search_params(keys: QueryKeys) -> models.SearchParams | None:
    """Return how the server is to search, None for its own choice."""
    if keys.hnsw_ef is None and not keys.exact:
        return None
    return models.SearchParams(hnsw_ef=keys.hnsw_ef, exact=keys.exact or None)
