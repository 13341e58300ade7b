"""Query groups: the best points of the best groups, by the value of a payload field.

The engine knows no groups. As on a server, they are found by repeated queries: first until enough
groups are known, each query leaving out the groups found so far; then one for each group that is
still short of points.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import qdrant_edge as edge
from qdrant_client.http import models
from qdrant_client.local.payload_value_extractor import value_by_key

from locust_qdrant.embedded.engine import from_engine
from locust_qdrant.embedded.engine.operations.call import Call
from locust_qdrant.embedded.engine.operations.checks import check_limits, refuse_shard_key
from locust_qdrant.embedded.engine.operations.reads import ask, retrieve, vector_lookup
from locust_qdrant.embedded.engine.to_engine.queries import (
    DEFAULT_LIMIT,
    convert_query,
    with_payload,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from locust_qdrant.embedded.engine.catalog import Catalog

    GroupValue = int | str
    Groups = dict[GroupValue, list[edge.ScoredPoint]]

_DEFAULT_GROUP_SIZE = 3


def query_groups(catalog: Catalog, call: Call) -> models.GroupsResult:
    """Answer one query by groups, the group with the best point first."""
    body = call.body
    check_limits(body, "limit", "group_size")
    refuse_shard_key(body)
    size = body.group_size or _DEFAULT_GROUP_SIZE
    search = _Search(catalog, call)
    groups = search.best_groups(body.limit or DEFAULT_LIMIT, size)
    for value, hits in groups.items():
        if len(hits) < size:
            hits[:] = search.of_group(value, size)
    stored = _stored(catalog, call, {hit.id for hits in groups.values() for hit in hits[:size]})
    lookup = _lookup(catalog, body.with_lookup, list(groups))
    return models.GroupsResult.model_construct(
        groups=[
            models.PointGroup.model_construct(
                id=value,
                hits=[_hit(hit, stored[hit.id]) for hit in hits[:size]],
                lookup=lookup.get(value),
            )
            for value, hits in groups.items()
        ]
    )


class _Search:
    """One query, asked again and again with another filter beside its own."""

    def __init__(self, catalog: Catalog, call: Call) -> None:
        self._key: str = call.body.group_by
        self._query = convert_query(call.body, vector_lookup(catalog, call.collection), limit=1)
        self._shard = catalog[call.collection].shard

    def best_groups(self, limit: int, size: int) -> Groups:
        """Return up to `limit` groups in the order of their best point."""
        groups: Groups = {}
        while len(groups) < limit:
            known = len(groups)
            others = edge.Filter(must_not=[edge.IsEmptyCondition(self._key), *self._match(groups)])
            for hit in self._ask(limit * size, others):
                for value in self._values(hit):
                    if value in groups or len(groups) < limit:
                        groups.setdefault(value, []).append(hit)
            if len(groups) == known:
                break
        return groups

    def of_group(self, value: GroupValue, size: int) -> list[edge.ScoredPoint]:
        """Return the best points of one group."""
        return self._ask(size, edge.Filter(must=self._match([value])))

    def _ask(self, limit: int, condition: edge.Filter) -> list[edge.ScoredPoint]:
        own = self._query["filter"]
        narrowed = condition if own is None else edge.Filter(must=[own, condition])
        request = edge.QueryRequest(
            **self._query | {"filter": narrowed, "limit": limit}, with_payload=[self._key]
        )
        hits: list[edge.ScoredPoint] = ask(self._shard.query, request)
        return hits

    def _match(self, values: Collection[GroupValue]) -> list[edge.ConditionType]:
        """Return conditions that match any of the values; the engine takes one type at a time."""
        numbers = [value for value in values if isinstance(value, int)]
        texts = [value for value in values if isinstance(value, str)]
        matches = [edge.MatchAny(alike) for alike in (numbers, texts) if alike]
        return [edge.FieldCondition(key=self._key, match=match) for match in matches]

    def _values(self, hit: edge.ScoredPoint) -> list[GroupValue]:
        """Return the groups that a point belongs to: texts and whole numbers only, as in Qdrant."""
        found = value_by_key(hit.payload or {}, self._key) or []
        return list(
            dict.fromkeys(v for v in found if isinstance(v, int | str) and not isinstance(v, bool))
        )


def _stored(catalog: Catalog, call: Call, ids: set[Any]) -> dict[Any, edge.Record]:
    """Return what the client wants of each point that is in a group."""
    body = call.body
    found = ask(
        catalog[call.collection].shard.retrieve,
        list(ids),
        with_payload(body.with_payload, default=False),
        body.with_vector or False,
    )
    return {record.id: record for record in found}


def _hit(hit: edge.ScoredPoint, stored: edge.Record) -> models.ScoredPoint:
    (point,) = from_engine.scored_points([hit], with_vectors=False)
    point.payload, point.vector = stored.payload, from_engine.vectors(stored.vector)
    return point


def _lookup(
    catalog: Catalog, wanted: Any, values: list[GroupValue]
) -> dict[GroupValue, models.Record]:
    """Return the points of another collection whose ids are the groups' values."""
    if wanted is None:
        return {}
    if isinstance(wanted, str):
        wanted = models.WithLookup(collection=wanted)
    with_all = wanted.with_payload is None
    body = models.PointRequest(
        ids=[value for value in values if from_engine.is_point_id(value)],
        with_payload=True if with_all else wanted.with_payload,
        with_vector=wanted.with_vectors,
    )
    records = retrieve(catalog, Call(wanted.collection, body))
    return {from_engine.point_id(record.id): record for record in records}
