"""Query: the nearest neighbours of a vector, one query or several in a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qdrant_client import models

from locust_qdrant.operations.filters import MANY, chosen_filter
from locust_qdrant.operations.interface import Request
from locust_qdrant.operations.options import options_of
from locust_qdrant.operations.vectors import as_model
from locust_qdrant.workload.kinds import QueryBatchKeys, QueryKeys
from locust_qdrant.workload.model import UNNAMED

if TYPE_CHECKING:
    from locust_qdrant.operations.participant import Participant
    from locust_qdrant.workload.model import CollectionSpec, OperationSpec


class Query:
    """Asks for the nearest points of a random vector."""

    method = "query_points"

    def __init__(self, spec: OperationSpec, collection: CollectionSpec) -> None:
        self.name = spec.name
        self._keys = options_of(spec, QueryKeys)
        self._vector = vector_of(self._keys, collection)

    def plan(self, participant: Participant) -> Request:
        """Return one query."""
        keys = self._keys
        arguments: dict[str, Any] = {
            "collection_name": participant.collection,
            "query": chosen_query(self._vector, participant),
            "using": self._vector or None,
            "query_filter": chosen_filter(keys, participant),
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

    def plan(self, participant: Participant) -> Request:
        """Return a batch of queries."""
        requests = [self._query(participant) for _ in range(self._keys.size)]
        arguments = {"collection_name": participant.collection, "requests": requests}
        return Request(self.method, arguments)

    def _query(self, participant: Participant) -> models.QueryRequest:
        keys = self._keys
        return models.QueryRequest(
            query=chosen_query(self._vector, participant),
            using=self._vector or None,
            filter=chosen_filter(keys, participant),
            params=search_params(keys),
            limit=keys.limit,
            with_payload=keys.with_payload,
            with_vector=keys.with_vectors,
        )


def vector_of(keys: QueryKeys, collection: CollectionSpec) -> str:
    """Return the name of the vector that is asked, `UNNAMED` for the unnamed one."""
    return next(iter(collection.vectors), UNNAMED) if keys.vector is None else keys.vector


def chosen_query(vector: str, participant: Participant) -> Any:  # noqa: ANN401 - dense, multi, sparse
    """Return a query that the dataset offers for that vector, another one each time."""
    number = participant.random.randrange(MANY)
    return as_model(participant.dataset.query(vector, number))


def search_params(keys: QueryKeys) -> models.SearchParams | None:
    """Return how the server is to search, None for its own choice."""
    if keys.hnsw_ef is None and not keys.exact:
        return None
    return models.SearchParams(hnsw_ef=keys.hnsw_ef, exact=keys.exact or None)
