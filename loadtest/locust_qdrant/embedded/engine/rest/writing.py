"""Results of operations as Qdrant's JSON, and that JSON as bytes.

Vectors and scores are numbers of 32 bits. They are written with as many digits as such a number
has, which is what numpy's type is for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import orjson
import qdrant_edge as edge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from locust_qdrant.embedded.engine.operations.results import Hit, HitGroup, Hits, Matrix, Page

    Write = Callable[[Any], Any]


def to_json(document: Any) -> bytes:
    """Return a document as bytes."""
    return orjson.dumps(document, option=orjson.OPT_SERIALIZE_NUMPY)


def as_it_is(result: Any) -> Any:
    """Write what is JSON already."""
    return result


def hits(result: Hits) -> list[dict[str, Any]]:
    """Write scored points as the older routes do."""
    return [scored_point(point) for point in result.points]


def query(result: Hits) -> dict[str, Any]:
    """Write the answer to a query."""
    return {"points": hits(result)}


def batches(results: list[Hits]) -> list[list[dict[str, Any]]]:
    """Write the answers to several requests of the older routes."""
    return [hits(result) for result in results]


def queries(results: list[Hits]) -> list[dict[str, Any]]:
    """Write the answers to several queries."""
    return [query(result) for result in results]


def groups(result: list[HitGroup]) -> dict[str, Any]:
    """Write groups of points."""
    return {"groups": [_group(group) for group in result]}


def _group(group: HitGroup) -> dict[str, Any]:
    document = {"hits": [scored_point(hit) for hit in group.hits], "id": group.value}
    return document if group.lookup is None else document | {"lookup": record(group.lookup)}


def records(result: Iterable[edge.Record]) -> list[dict[str, Any]]:
    """Write points as they are stored."""
    return [record(point) for point in result]


def page(result: Page) -> dict[str, Any]:
    """Write a page; the last one says so with null."""
    return {"points": records(result.records), "next_page_offset": result.next_offset}


def facet(result: list[edge.FacetHit]) -> dict[str, Any]:
    """Write the values of a field and how often each occurs."""
    return {"hits": [{"value": hit.value, "count": hit.count} for hit in result]}


def matrix_pairs(result: Matrix) -> dict[str, Any]:
    """Write a distance matrix as pairs of points."""
    return {"pairs": [{"a": a, "b": b, "score": np.float32(s)} for a, b, s in result.pairs]}


def matrix_offsets(result: Matrix) -> dict[str, Any]:
    """Write a distance matrix as rows and columns of a list of points."""
    place = {id_: index for index, id_ in enumerate(result.ids)}
    return {
        "offsets_row": [place[a] for a, _, _ in result.pairs],
        "offsets_col": [place[b] for _, b, _ in result.pairs],
        "scores": np.array([score for _, _, score in result.pairs], np.float32),
        "ids": result.ids,
    }


def scored_point(point: Hit) -> dict[str, Any]:
    """Write one scored point."""
    document: dict[str, Any] = {
        "id": point.id,
        "version": point.version,
        "score": np.float32(point.score),
    }
    return _with_contents(document, point)


def record(point: edge.Record) -> dict[str, Any]:
    """Write one point as it is stored."""
    return _with_contents({"id": point.id}, point)


def _with_contents(document: dict[str, Any], point: Any) -> dict[str, Any]:
    payload, stored, order = point.payload, point.vector, point.order_value
    if payload is not None:
        document["payload"] = payload
    if stored is not None:
        document["vector"] = vector(stored)
    if order is not None:
        document["order_value"] = order
    return document


def vector(stored: Any) -> Any:
    """Write a vector of any kind, or several by name."""
    if isinstance(stored, edge.SparseVector):
        return {"indices": stored.indices, "values": np.array(stored.values, np.float32)}
    if isinstance(stored, dict):
        return {name: vector(one) for name, one in stored.items()}
    return np.array(stored, np.float32)
