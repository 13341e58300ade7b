"""What a request takes of the rates of strict mode: reads by comparison, writes by point."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import qdrant_edge as edge
from pydantic import BaseModel

from locust_qdrant.embedded.engine.strict_mode.requests import leaves, points_of
from locust_qdrant.embedded.engine.to_engine.ids import convert_id
from locust_qdrant.embedded.engine.to_engine.settings import DEFAULT_VECTOR

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from locust_qdrant.embedded.engine.collection import Collection


_NO_VECTORS = frozenset({"mmr", "order_by", "sample", "score", "strategy"})


def _read_cost(body: Any, _: Collection) -> int:
    condition = getattr(body, "filter", None)
    return 1 + (0 if condition is None else sum(1 for _ in leaves(condition)))


def _query_cost(body: Any, collection: Collection) -> int:
    """Return how many vectors are compared with each point, and how many conditions tested."""
    prefetch = body.prefetch or []
    sources = prefetch if isinstance(prefetch, list) else [prefetch]
    if sources:
        return sum(_query_cost(source, collection) for source in sources)
    averaged = type(body.query).__name__ == "RecommendQuery" and (
        body.query.recommend.strategy in {None, "average_vector"}
    )
    rows, named = _rows_of(body, collection), set[Any]()
    vectors = max(1, _vectors_of(body.query, rows, named))
    vectors = 1 if averaged else vectors
    # A point that is named is fetched first, and then left out by a condition.
    fetched = len(named) + 1 if named and body.lookup_from is None else 0
    return vectors + fetched + _read_cost(body, collection) - 1


def _rows_of(body: Any, collection: Collection) -> Callable[[Any], int]:
    """Return what counts the vectors that stand for a point: the rows of its multi vector."""
    using = body.using or DEFAULT_VECTOR
    kind = collection.kinds.get(using)
    if kind is None or not kind.multi or body.lookup_from is not None:
        return lambda _: 1

    def rows(id_: Any) -> int:
        found = collection.shard.retrieve([convert_id(id_)], False, [using])
        stored: Any = found[0].vector if found else None
        vector = stored.get(using) if isinstance(stored, dict) else stored
        return len(vector or [None])

    return rows


def _vectors_of(query: Any, rows: Callable[[Any], int], named: set[Any]) -> int:
    """Return of how many vectors a query consists; each row of a multi vector counts.

    The points that it names are added to `named`.
    """
    if isinstance(query, int | str):
        named.add(query)
        return rows(query)
    if isinstance(query, list):
        if query and isinstance(query[0], float):  # a whole number is the id of a point
            return 1
        return sum(_vectors_of(one, rows, named) for one in query)
    if isinstance(query, BaseModel):
        if hasattr(query, "indices"):
            return 1
        return sum(_vectors_of(one, rows, named) for name, one in query if name not in _NO_VECTORS)
    return 0


def _batch_cost(body: Any, collection: Collection) -> int:
    return sum(_query_cost(search, collection) for search in body.searches)


def _write_cost(body: Any, collection: Collection) -> int:
    """Return how many points are written: those named, or those that a filter selects."""
    condition = getattr(body, "filter", None)
    if condition is not None:
        selected = collection.filters.convert(condition)
        return max(1, collection.shard.count(edge.CountRequest(exact=False, filter=selected)))
    if getattr(body, "batch", None) is not None or getattr(body, "points", None) is not None:
        return max(1, points_of(body))
    return 1


def _updates_cost(body: Any, collection: Collection) -> int:
    operations = [getattr(one, name) for one in body.operations for name in type(one).model_fields]
    return sum(_write_cost(one, collection) for one in operations if one is not None)


COSTS: Mapping[str, tuple[str, Callable[[Any, Collection], int]]] = {
    "CountRequest": ("Read", _read_cost),
    "FacetRequest": ("Read", _read_cost),
    "PointRequest": ("Read", lambda body, _: len(body.ids)),
    "QueryGroupsRequest": ("Read", _query_cost),
    "QueryRequest": ("Read", _query_cost),
    "QueryRequestBatch": ("Read", _batch_cost),
    "ScrollRequest": ("Read", _read_cost),
    "DeletePayload": ("Write", _write_cost),
    "DeleteVectors": ("Write", _write_cost),
    "FilterSelector": ("Write", _write_cost),
    "PointIdsList": ("Write", _write_cost),
    "PointsBatch": ("Write", _write_cost),
    "PointsList": ("Write", _write_cost),
    "SetPayload": ("Write", _write_cost),
    "UpdateOperations": ("Write", _updates_cost),
    "UpdateVectors": ("Write", _write_cost),
}
