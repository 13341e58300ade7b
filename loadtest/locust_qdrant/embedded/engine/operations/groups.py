"""Query groups: the best points of the best groups, by the value of a payload field.

The engine knows no groups. As on a server, they are found by repeated queries: first for enough
full groups, each query leaving out the full ones and the points seen so far; then for the groups
among the best that are still short of points.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import qdrant_edge as edge
from qdrant_client.http import models
from qdrant_client.local.payload_value_extractor import value_by_key

from locust_qdrant.embedded.engine.operations.call import Call
from locust_qdrant.embedded.engine.operations.checks import refuse_shard_key
from locust_qdrant.embedded.engine.operations.reads import (
    ask,
    check_vectors,
    converter,
    retrieve,
    searching,
    wanted_vectors,
)
from locust_qdrant.embedded.engine.operations.results import Hit, HitGroup
from locust_qdrant.embedded.engine.problems import no_looked_up_collection
from locust_qdrant.embedded.engine.to_engine.ids import is_point_id
from locust_qdrant.embedded.engine.to_engine.queries import DEFAULT_LIMIT, with_payload
from locust_qdrant.embedded.engine.to_engine.settings import smaller_is_better

if TYPE_CHECKING:
    from collections.abc import Iterable

    from locust_qdrant.embedded.engine.catalog import Catalog
    from locust_qdrant.embedded.engine.collection import Collection

    GroupValue = int | str
    Found = dict[Any, edge.ScoredPoint]

_DEFAULT_GROUP_SIZE = 3
_MAX_QUERIES = 5


def query_groups(catalog: Catalog, call: Call) -> list[HitGroup]:
    """Answer one query by groups, the group with the best point first."""
    body = call.body
    refuse_shard_key(body)
    size = body.group_size or _DEFAULT_GROUP_SIZE
    found = _Search(catalog, call, body.limit or DEFAULT_LIMIT, size).run()
    ids = {hit.id for _, hits in found for hit in hits}
    stored = _stored(catalog[call.collection], body, ids)
    lookup = _lookup(catalog, body.with_lookup, [value for value, _ in found])
    return [
        HitGroup(value, [_hit(hit, stored[hit.id]) for hit in hits], lookup.get(value))
        for value, hits in found
    ]


class _Search:
    """One query, asked again and again with another filter beside its own."""

    def __init__(self, catalog: Catalog, call: Call, limit: int, size: int) -> None:
        body, collection = call.body, catalog[call.collection]
        self._key: str = body.group_by
        edge.IsEmptyCondition(self._key)  # which refuses what is no path
        self._limit = limit
        self._size = size
        self._search = searching(catalog, call.collection, body)
        query = converter(catalog, call.collection, widen=size).request(body, limit)
        self._request = query | {"limit": limit * size}
        self._ascending = _ascending(query["query"], body, collection)
        self._groups: dict[GroupValue, Found] = {}
        self._seen: set[Any] = set()

    def run(self) -> list[tuple[GroupValue, list[edge.ScoredPoint]]]:
        """Return the best groups with their best points, the best first in both."""
        for _ in range(_MAX_QUERIES):
            full = [value for value, hits in self._groups.items() if len(hits) >= self._size]
            if not self._add(self._ask(must=_matches(self._key, full, edge.MatchExcept))):
                break
            if self._enough():
                return self._best()
        for _ in range(_MAX_QUERIES):
            short = [v for v, _ in self._best() if len(self._groups[v]) < self._size]
            if not self._add(self._ask(must=_matches(self._key, short, edge.MatchAny))):
                break
            if self._enough():
                break
        return self._best()

    def _ask(self, must: list[edge.ConditionType]) -> list[edge.ScoredPoint]:
        must_not: list[edge.ConditionType] = [edge.IsEmptyCondition(self._key)]
        if self._seen:
            must_not.append(edge.HasIdCondition(self._seen))
        if self._request["filter"] is not None:
            must.append(self._request["filter"])
        narrowed = self._request | {"filter": edge.Filter(must=must, must_not=must_not)}
        payload = [self._key.removesuffix("[]")]
        return self._search(edge.QueryRequest(**narrowed, with_payload=payload))

    def _add(self, hits: list[edge.ScoredPoint]) -> bool:
        """Take points into their groups, and return whether there were any."""
        for hit in hits:
            for value in _values(hit, self._key):
                self._groups.setdefault(value, {}).setdefault(hit.id, hit)
                self._seen.add(hit.id)
        return bool(hits)

    def _enough(self) -> bool:
        best = self._best()
        return len(best) >= self._limit and all(len(hits) >= self._size for _, hits in best)

    def _best(self) -> list[tuple[GroupValue, list[edge.ScoredPoint]]]:
        ordered = [(value, self._ordered(hits.values())) for value, hits in self._groups.items()]
        if self._ascending is not None:
            ordered.sort(key=lambda group: _rank(group[1][0]), reverse=not self._ascending)
        return [(value, hits[: self._size]) for value, hits in ordered[: self._limit]]

    def _ordered(self, hits: Iterable[edge.ScoredPoint]) -> list[edge.ScoredPoint]:
        if self._ascending is None:
            return list(hits)
        return sorted(hits, key=_rank, reverse=not self._ascending)


def _ascending(query: Any, body: Any, collection: Collection) -> bool | None:
    """Return whether the lowest score or order is the best one; None if there is no order."""
    if isinstance(query, edge.OrderBy):
        return query.direction != edge.Direction.Desc
    if query is None or isinstance(query, edge.Sample):
        return None
    # A class, whatever the engine's stub says.
    nearest = isinstance(query, edge.Query.Nearest)  # type: ignore[arg-type]
    return nearest and smaller_is_better(collection.entry.request, body.using or "")


def _rank(hit: edge.ScoredPoint) -> float:
    return hit.score if hit.order_value is None else hit.order_value


def _matches(key: str, values: list[Any], kind: Any) -> list[edge.ConditionType]:
    """Return a condition for each type among the values; the engine takes one type at a time."""
    numbers = [value for value in values if isinstance(value, int)]
    texts = [value for value in values if isinstance(value, str)]
    return [edge.FieldCondition(key=key, match=kind(alike)) for alike in (numbers, texts) if alike]


def _values(hit: edge.ScoredPoint, key: str) -> list[GroupValue]:
    """Return the groups of a point: texts and whole numbers; with any other value it has none."""
    found = value_by_key(hit.payload or {}, key) or []
    if any(isinstance(v, bool) or not isinstance(v, int | str) for v in found):
        return []
    return list(dict.fromkeys(found))


def _stored(collection: Collection, body: Any, ids: set[Any]) -> dict[Any, edge.Record]:
    """Return what the client wants of each point that is in a group."""
    found = ask(
        collection.shard.retrieve,
        list(ids),
        with_payload(body.with_payload, default=False),
        wanted_vectors(collection, body.with_vector),
    )
    check_vectors(collection, body.with_vector, found)
    return {record.id: record for record in found}


def _hit(hit: edge.ScoredPoint, stored: edge.Record) -> Hit:
    return Hit(hit.id, hit.version, hit.score, stored.payload, stored.vector, hit.order_value)


def _lookup(
    catalog: Catalog, wanted: Any, values: list[GroupValue]
) -> dict[GroupValue, edge.Record]:
    """Return the points of another collection whose ids are the groups' values."""
    if wanted is None:
        return {}
    if isinstance(wanted, str):
        wanted = models.WithLookup(collection=wanted)
    if catalog.find(wanted.collection) is None:
        raise no_looked_up_collection(wanted.collection)
    body = models.PointRequest(
        ids=[value for value in values if is_point_id(value)],
        with_payload=True if wanted.with_payload is None else wanted.with_payload,
        with_vector=wanted.with_vectors,
    )
    records = retrieve(catalog, Call(wanted.collection, body))
    return {
        record.id if isinstance(record.id, int) else str(record.id): record for record in records
    }
