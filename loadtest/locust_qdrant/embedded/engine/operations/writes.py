"""Operations that change points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import qdrant_edge as edge
from qdrant_client.http import models

from locust_qdrant.embedded.engine.collection import Update
from locust_qdrant.embedded.engine.operations.checks import refuse_shard_key
from locust_qdrant.embedded.engine.problems import RequestError, not_served, wrong_input
from locust_qdrant.embedded.engine.to_engine.ids import convert_ids
from locust_qdrant.embedded.engine.to_engine.points import (
    convert_batch,
    convert_point_vectors,
    convert_points,
)
from locust_qdrant.embedded.engine.to_engine.settings import member

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from locust_qdrant.embedded.engine.catalog import Catalog
    from locust_qdrant.embedded.engine.collection import Collection
    from locust_qdrant.embedded.engine.operations.call import Call

_Operation = edge.UpdateOperation


def upsert(catalog: Catalog, call: Call) -> dict[str, Any]:
    """Insert or replace points, given as a list or as columns."""
    return _write(catalog, call, _upsert)


def delete(catalog: Catalog, call: Call) -> dict[str, Any]:
    """Delete points by ids or by filter."""
    return _write(catalog, call, _delete)


def update_vectors(catalog: Catalog, call: Call) -> dict[str, Any]:
    """Replace some vectors of points that exist."""
    return _write(catalog, call, _update_vectors)


def delete_vectors(catalog: Catalog, call: Call) -> dict[str, Any]:
    """Delete some vectors of points, by ids or by filter."""
    return _write(catalog, call, _delete_vectors)


def set_payload(catalog: Catalog, call: Call) -> dict[str, Any]:
    """Set some fields of the payload of points, by ids or by filter."""
    return _write(catalog, call, _set_payload)


def overwrite_payload(catalog: Catalog, call: Call) -> dict[str, Any]:
    """Replace the whole payload of points, by ids or by filter."""
    return _write(catalog, call, _overwrite_payload)


def delete_payload(catalog: Catalog, call: Call) -> dict[str, Any]:
    """Delete some fields of the payload of points, by ids or by filter."""
    return _write(catalog, call, _delete_payload)


def clear_payload(catalog: Catalog, call: Call) -> dict[str, Any]:
    """Delete the whole payload of points, by ids or by filter."""
    return _write(catalog, call, _clear_payload)


def batch_update(catalog: Catalog, call: Call) -> list[dict[str, Any]]:
    """Apply several changes in order, up to the first that is refused, as a server does."""
    if not call.body.operations:
        return []
    collection = catalog[call.collection]
    results = []
    for operation in call.body.operations:
        kind = type(operation).__name__
        if kind not in _BATCHED:
            raise not_served(f"`{kind}` in a batch of updates")
        name, convert = _BATCHED[kind]
        number = _apply(collection, getattr(operation, name), convert)
        results.append(update_result(number, wait=call.wait))
    return results


def update_result(number: int, *, wait: bool) -> dict[str, Any]:
    """Return what the client is told about a write."""
    return {"operation_id": number, "status": "completed" if wait else "acknowledged"}


def _write(
    catalog: Catalog, call: Call, convert: Callable[[Collection, Any], Update]
) -> dict[str, Any]:
    number = _apply(catalog[call.collection], call.body, convert)
    return update_result(number, wait=call.wait)


def _apply(collection: Collection, body: Any, convert: Callable[[Collection, Any], Update]) -> int:
    """Apply a change, and return its number.

    As on a server, vectors are deleted by filter and by ids if both are given; of all else, ids
    alone count then.
    """
    if isinstance(body, models.DeleteVectors) and None not in (body.filter, body.points):
        collection.apply(convert(collection, body.model_copy(update={"points": None})))
    return collection.apply(convert(collection, body))


def _upsert(collection: Collection, body: Any) -> Update:
    refuse_shard_key(body)
    points = (
        convert_batch(body.batch, collection.kinds)
        if isinstance(body, models.PointsBatch)
        else convert_points(body.points, collection.kinds)
    )
    if not points:
        raise RequestError(400, "Bad request: Empty update request")
    operation = _Operation.upsert_points(
        points,
        condition=collection.filters.optional(getattr(body, "update_filter", None)),
        update_mode=member(edge.UpdateMode, getattr(body, "update_mode", None)),
    )
    return Update(operation, len(points))


def _delete(collection: Collection, body: Any) -> Update:
    return _by_selection(
        collection, body, _Operation.delete_points, _Operation.delete_points_by_filter
    )


def _update_vectors(collection: Collection, body: Any) -> Update:
    refuse_shard_key(body)
    try:
        points = convert_point_vectors(body.points, collection.kinds)
    except RequestError:
        lost = _missing(collection, [point.id for point in body.points])
        if lost:
            raise RequestError(404, f"Not found: No point with id {lost[0]} found") from None
        raise
    operation = _Operation.update_vectors(
        points,
        condition=collection.filters.optional(getattr(body, "update_filter", None)),
    )
    return Update(operation, len(body.points))


def _delete_vectors(collection: Collection, body: Any) -> Update:
    known = [name for name in body.vector if name in collection.kinds]
    unknown = [name for name in body.vector if name not in collection.kinds]
    # A server notices at the first point: a name is no mistake where there is none.
    if unknown and _selects_some(collection, body):
        raise wrong_input(f"Not existing vector name error: {unknown[0]}")
    return _by_selection(
        collection, body, _Operation.delete_vectors, _Operation.delete_vectors_by_filter, known
    )


def _selects_some(collection: Collection, body: Any) -> bool:
    if body.points is not None:
        return len(_missing(collection, body.points)) < len(body.points)
    if body.filter is None:
        return False
    selected = collection.filters.convert(body.filter)
    return collection.shard.count(edge.CountRequest(exact=True, filter=selected)) > 0


def _missing(collection: Collection, ids: Any) -> list[Any]:
    """Return which points are not there."""
    wanted = convert_ids(ids)
    there = {record.id for record in collection.shard.retrieve(wanted, False, False)}
    return [id_ for id_ in wanted if id_ not in there]


def _set_payload(collection: Collection, body: Any) -> Update:
    return _by_selection(
        collection,
        body,
        _Operation.set_payload,
        _Operation.set_payload_by_filter,
        body.payload,
        body.key,
    )


def _overwrite_payload(collection: Collection, body: Any) -> Update:
    return _by_selection(
        collection,
        body,
        _Operation.overwrite_payload,
        _Operation.overwrite_payload_by_filter,
        body.payload,
        body.key,
    )


def _delete_payload(collection: Collection, body: Any) -> Update:
    return _by_selection(
        collection, body, _Operation.delete_payload, _Operation.delete_payload_by_filter, body.keys
    )


def _clear_payload(collection: Collection, body: Any) -> Update:
    return _by_selection(
        collection, body, _Operation.clear_payload, _Operation.clear_payload_by_filter
    )


def _by_selection(
    collection: Collection,
    body: Any,
    by_ids: Callable[..., Any],
    by_filter: Callable[..., Any],
    *arguments: Any,
) -> Update:
    refuse_shard_key(body)
    ids, condition = getattr(body, "points", None), getattr(body, "filter", None)
    if ids is not None:
        if not ids:
            raise RequestError(400, "Bad request: Empty update request")
        return Update(by_ids(convert_ids(ids), *arguments))
    if condition is None:
        if isinstance(body, models.DeleteVectors):
            raise RequestError(400, "Bad request: No filter or points provided")
        raise RequestError(
            400, "Format error in JSON body: Either list of point ids or filter must be provided"
        )
    return Update(by_filter(collection.filters.convert(condition), *arguments))


_BATCHED: Mapping[str, tuple[str, Callable[[Collection, Any], Update]]] = {
    "ClearPayloadOperation": ("clear_payload", _clear_payload),
    "DeleteOperation": ("delete", _delete),
    "DeletePayloadOperation": ("delete_payload", _delete_payload),
    "DeleteVectorsOperation": ("delete_vectors", _delete_vectors),
    "OverwritePayloadOperation": ("overwrite_payload", _overwrite_payload),
    "SetPayloadOperation": ("set_payload", _set_payload),
    "UpdateVectorsOperation": ("update_vectors", _update_vectors),
    "UpsertOperation": ("upsert", _upsert),
}
