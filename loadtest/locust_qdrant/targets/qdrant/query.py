"""Query: the nearest neighbours of a vector, one query or several in a request."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from qdrant_client import models

from locust_qdrant.config.model import UNNAMED
from locust_qdrant.config.operations import QueryBatchKeys, QueryKeys
from locust_qdrant.targets.qdrant.contents import ReadRequest
from locust_qdrant.targets.qdrant.expectation import Expected, Order
from locust_qdrant.targets.qdrant.filters import MANY, as_model, chosen_filter
from locust_qdrant.targets.qdrant.operation import Request, options_of
from locust_qdrant.targets.qdrant.schema import vector_model

if TYPE_CHECKING:
    from locust_qdrant.config.model import CollectionSpec, OperationSpec
    from locust_qdrant.targets.qdrant.virtual_user import VirtualUser

#: Distances of which the smaller is the better; the others are similarities.
_DISTANCES = frozenset({"euclid", "manhattan"})


class Query:
    """Asks for the nearest points of a random vector."""

    method = "query_points"

    def __init__(self, spec: OperationSpec, collection: CollectionSpec) -> None:
        self.name = spec.name
        self._keys = options_of(spec, QueryKeys)
        self._vector = vector_of(self._keys, collection)
        self._order = order_of(self._vector, collection)

    def plan(self, virtual_user: VirtualUser) -> Request:
        """Return one query."""
        keys = self._keys
        chosen = chosen_filter(keys, virtual_user.dataset, virtual_user.random)
        query = chosen_query(self._vector, virtual_user)
        arguments: dict[str, Any] = {
            "collection_name": virtual_user.collection,
            "query": vector_model(query),
            "using": self._vector or None,
            "query_filter": as_model(chosen),
            "search_params": search_params(keys),
            "limit": keys.limit,
            "with_payload": keys.with_payload,
            "with_vectors": keys.with_vectors,
        }
        given = {name: value for name, value in arguments.items() if value is not None}
        read = ReadRequest(chosen, keys.with_payload, keys.with_vectors, (self._vector, query))
        expected = expected_hits(self._order, keys, read, virtual_user)
        return Request(self.method, given, expects=(expected,))


class QueryBatch:
    """Asks several queries in one request."""

    method = "query_batch_points"

    def __init__(self, spec: OperationSpec, collection: CollectionSpec) -> None:
        self.name = spec.name
        self._keys = options_of(spec, QueryBatchKeys)
        self._vector = vector_of(self._keys, collection)
        self._order = order_of(self._vector, collection)

    def plan(self, virtual_user: VirtualUser) -> Request:
        """Return a batch of queries."""
        every = [self._request(virtual_user) for _ in range(self._keys.size)]
        requests = [self._query(read) for read in every]
        arguments = {"collection_name": virtual_user.collection, "requests": requests}
        expects = [expected_hits(self._order, self._keys, each, virtual_user) for each in every]
        return Request(self.method, arguments, expects=expects)

    def _request(self, virtual_user: VirtualUser) -> ReadRequest:
        keys = self._keys
        return ReadRequest(
            chosen=chosen_filter(keys, virtual_user.dataset, virtual_user.random),
            payload=keys.with_payload,
            vectors=keys.with_vectors,
            search=(self._vector, chosen_query(self._vector, virtual_user)),
        )

    def _query(self, read: ReadRequest) -> models.QueryRequest:
        keys = self._keys
        _, query = read.search or (UNNAMED, None)
        return models.QueryRequest(
            query=vector_model(query),
            using=self._vector or None,
            filter=as_model(read.chosen),
            params=search_params(keys),
            limit=keys.limit,
            with_payload=keys.with_payload,
            with_vector=keys.with_vectors,
        )


def vector_of(keys: QueryKeys, collection: CollectionSpec) -> str:
    """Return the name of the vector that is searched, `UNNAMED` for the unnamed one."""
    return next(iter(collection.vectors), UNNAMED) if keys.vector is None else keys.vector


def order_of(vector: str, collection: CollectionSpec) -> Order:
    """Return what the hits of a search in that vector, dense or sparse, are sorted by."""
    spec = collection.vectors.get(vector)
    by_distance = spec is not None and spec.distance in _DISTANCES
    return Order.NEAREST_FIRST if by_distance else Order.BEST_FIRST


def expected_hits(
    order: Order, keys: QueryKeys, read: ReadRequest, virtual_user: VirtualUser
) -> Expected:
    """Return what the hits of a search must be like.

    A sparse vector finds only points that share a term with it, so nothing bounds their number.
    """
    sparse = virtual_user.dataset.is_sparse(keys.vector or UNNAMED)
    return Expected(
        most=keys.limit,
        least=int if sparse else partial(virtual_user.surely, read.chosen),
        order=order,
        approximate=not keys.exact,
        misfit=partial(virtual_user.contents.misfit, read),
    )


def chosen_query(vector: str, virtual_user: VirtualUser) -> Any:  # noqa: ANN401 - dense, multi, sparse
    """Return a query that the dataset offers for that vector, another one each time."""
    number = virtual_user.random.randrange(MANY)
    return virtual_user.dataset.query(vector, number)


def search_params(keys: QueryKeys) -> models.SearchParams | None:
    """Return how the server is to search, None for its own choice."""
    if keys.hnsw_ef is None and not keys.exact:
        return None
    return models.SearchParams(hnsw_ef=keys.hnsw_ef, exact=keys.exact or None)
