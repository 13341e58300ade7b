"""What a small Qdrant server would answer: two points in whatever collection is asked for.

The services that coroutines call beside Qdrant are in :mod:`answers_beside`.
"""

from __future__ import annotations

import importlib.metadata
import json
import re
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel
from qdrant_client.http import models

from .answers_beside import BESIDE

if TYPE_CHECKING:
    from collections.abc import Callable

Body = dict[str, Any]
Answer = BaseModel | list[Any] | dict[str, Any] | bool


class UnansweredError(LookupError):
    """No answer is written down for a route."""


def answer(method: str, path: str, body: bytes) -> dict[str, Any] | str:
    """Return the JSON, or the stream of events, that a server sends for one request.

    Raises:
        UnansweredError: If no table has the route.
    """
    for ending, beside in BESIDE.items():
        if method == "POST" and path.endswith(ending):
            return beside(json.loads(body))
    if (method, path) == ("GET", "/"):
        version = importlib.metadata.version("qdrant-client")
        return {"title": "qdrant - vector search engine", "version": version}
    for route_method, pattern, result in _ROUTES:
        if route_method == method and re.fullmatch(pattern, path):
            content = json.loads(body) if body else {}
            return {"result": _plain(result(content)), "status": "ok", "time": 0.001}
    raise UnansweredError(f"no answer is written down for {method} {path}: add it to answers.py")


def _plain(result: Any) -> Any:
    if isinstance(result, BaseModel):
        return result.model_dump(mode="json", exclude_none=True)
    if isinstance(result, list):
        return [_plain(item) for item in result]
    return result


_RECORDS = [
    models.Record(id=1, payload={"title": "Dune", "lang": "en"}),
    models.Record(id=2, payload={"title": "Solaris", "lang": "pl"}),
]
_HITS = [
    models.ScoredPoint(id=record.id, version=1, score=score, payload=record.payload)
    for record, score in zip(_RECORDS, (0.9, 0.7), strict=True)
]


def _updated(_: Body) -> Answer:
    return models.UpdateResult(operation_id=1, status=models.UpdateStatus.COMPLETED)


def _done(_: Body) -> Answer:
    return True


def _hits(body: Body) -> Answer:
    return models.QueryResponse(points=_HITS[: body.get("limit") or 10])


def _info(_: Body) -> Answer:
    return models.CollectionInfo(
        status=models.CollectionStatus.GREEN,
        optimizer_status=models.OptimizersStatusOneOf.OK,
        points_count=len(_RECORDS),
        indexed_vectors_count=len(_RECORDS),
        segments_count=1,
        config=models.CollectionConfig(
            params=models.CollectionParams(
                vectors=models.VectorParams(size=4, distance=models.Distance.COSINE)
            ),
            hnsw_config=models.HnswConfig(m=16, ef_construct=100, full_scan_threshold=10_000),
            optimizer_config=models.OptimizersConfig(
                default_segment_number=1, flush_interval_sec=5
            ),
        ),
        payload_schema={},
    )


def _snapshot(_: Body) -> Answer:
    return models.SnapshotDescription(name="docs.snapshot", size=1024)


_COLLECTION = "/collections/[^/]+"
_POINTS = f"{_COLLECTION}/points"
_ROUTES: list[tuple[str, str, Callable[[Body], Answer]]] = [
    ("GET", "/collections", lambda _: {"collections": [{"name": "docs"}]}),
    ("GET", "/aliases", lambda _: {"aliases": []}),
    ("POST", "/collections/aliases", _done),
    ("GET", _COLLECTION, _info),
    ("PUT", _COLLECTION, _done),
    ("PATCH", _COLLECTION, _done),
    ("DELETE", _COLLECTION, _done),
    ("GET", f"{_COLLECTION}/exists", lambda _: {"exists": True}),
    ("GET", f"{_COLLECTION}/aliases", lambda _: {"aliases": []}),
    ("PUT", f"{_COLLECTION}/index", _updated),
    ("DELETE", f"{_COLLECTION}/index/[^/]+", _updated),
    ("GET", f"{_COLLECTION}/snapshots", lambda body: [_snapshot(body)]),
    ("POST", f"{_COLLECTION}/snapshots", _snapshot),
    ("POST", f"{_COLLECTION}/facet", lambda _: {"hits": [{"value": "en", "count": 1}]}),
    ("POST", _POINTS, lambda body: _RECORDS[: len(body["ids"])]),
    ("PUT", _POINTS, _updated),
    ("GET", f"{_POINTS}/[^/]+", lambda _: _RECORDS[0]),
    ("POST", f"{_POINTS}/(delete|payload|payload/(clear|delete)|vectors/delete)", _updated),
    ("PUT", f"{_POINTS}/(payload|vectors)", _updated),
    ("POST", f"{_POINTS}/batch", lambda body: [_updated(body) for _ in body["operations"]]),
    ("POST", f"{_POINTS}/count", lambda _: models.CountResult(count=len(_RECORDS))),
    ("POST", f"{_POINTS}/scroll", lambda _: models.ScrollResult(points=_RECORDS)),
    ("POST", f"{_POINTS}/query", _hits),
    ("POST", f"{_POINTS}/query/batch", lambda body: [_hits(query) for query in body["searches"]]),
    (
        "POST",
        f"{_POINTS}/query/groups",
        lambda _: models.GroupsResult(groups=[models.PointGroup(id="en", hits=_HITS)]),
    ),
]
