"""The distance matrix of a sample of points: for each of them, those nearest to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import qdrant_edge as edge

from locust_qdrant.embedded.engine.operations.checks import refuse_shard_key
from locust_qdrant.embedded.engine.operations.reads import ask
from locust_qdrant.embedded.engine.operations.results import Matrix
from locust_qdrant.embedded.engine.problems import wrong_input
from locust_qdrant.embedded.engine.to_engine.settings import DEFAULT_VECTOR

if TYPE_CHECKING:
    from locust_qdrant.embedded.engine.catalog import Catalog
    from locust_qdrant.embedded.engine.operations.call import Call

_DEFAULT_SAMPLE, _DEFAULT_LIMIT = 10, 3


def matrix(catalog: Catalog, call: Call) -> Matrix:
    """Return for each of some random points the nearest others of them."""
    body = call.body
    refuse_shard_key(body)
    collection, using = catalog[call.collection], body.using or DEFAULT_VECTOR
    if using not in collection.kinds:
        raise wrong_input(f"Not existing vector name error: {using}")
    condition = edge.Filter(must=[edge.HasVectorCondition(using)])
    if body.filter is not None:
        condition = edge.Filter(must=[condition, collection.filters.convert(body.filter)])
    sample = ask(
        collection.shard.query,
        edge.QueryRequest(
            query=edge.Sample.Random,
            filter=condition,
            limit=body.sample or _DEFAULT_SAMPLE,
            with_vector=[using],
        ),
    )
    vectors = {
        point.id: point.vector[using] if isinstance(point.vector, dict) else point.vector
        for point in sample
    }
    ids = sorted(vectors, key=lambda id_: (not isinstance(id_, int), id_))
    pairs = []
    for id_ in ids if len(ids) > 1 else ():
        others = edge.HasIdCondition(set(ids) - {id_})
        request = edge.QueryRequest(
            query=edge.Query.Nearest(vectors[id_], using),
            filter=edge.Filter(must=[others]),
            limit=body.limit or _DEFAULT_LIMIT,
        )
        nearest = ask(collection.shard.query, request)
        pairs += [(id_, other.id, other.score) for other in nearest]
    return Matrix(ids if pairs else [], pairs)
