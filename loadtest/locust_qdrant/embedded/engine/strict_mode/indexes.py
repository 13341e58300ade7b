"""Which indexes a request needs where strict mode allows no full scan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from pydantic import BaseModel

from locust_qdrant.embedded.engine.strict_mode.requests import leaves, refusal
from locust_qdrant.embedded.engine.to_engine.settings import complete_hnsw, dense_vectors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import qdrant_edge as edge
    from qdrant_client.http import models

    from locust_qdrant.embedded.engine.collection import Collection


_ALL_USES = (
    "bool",
    "datetime",
    "float",
    "geo",
    "integer:match",
    "integer:range",
    "keyword",
    "text",
    "text:phrase",
    "uuid",
)


def require_index_for(key: str, condition: Any, collection: Collection) -> None:
    """Check that a field has an index of use for a condition.

    Raises:
        RequestError: 400, with the types that would be.
    """
    require_index(key, _uses(condition), collection, "use a different filter")


def require_index(key: str, wanted: set[str], collection: Collection, otherwise: str) -> None:
    """Check that a field has an index that is wanted; `otherwise` is what else could be done.

    Nothing is wanted for what matches nothing, such as an empty list of values.

    Raises:
        RequestError: 400, with the types that are wanted.
    """
    if not wanted:
        return
    index = collection.shard.info().payload_schema.get(key)
    if index is not None and _served(index) & wanted:
        return
    types = sorted({use.partition(":")[0] for use in wanted})
    raise refusal(
        f'Index required but not found for "{key}" of one of the following types:'
        f" [{', '.join(types)}]",
        f"Create an index for this key or {otherwise}.",
    )


def require_grouping_index(key: str, collection: Collection) -> None:
    """Check that a field has an index by which points can be grouped.

    Raises:
        RequestError: 400 if it has none, or one of another type.
    """
    solution = "Create an index supporting `match` for this key."
    index = collection.shard.info().payload_schema.get(key)
    if index is None:
        raise refusal(f'Index required but not found for "{key}"', solution)
    kind = _index_type(index)
    if kind not in {"keyword", "integer", "uuid", "bool"}:
        raise refusal(f'Index of type "{kind.capitalize()}" found for "{key}"', solution)


def _index_type(index: edge.PayloadIndexInfo) -> str:
    return str(index.data_type).rpartition(".")[2].lower()


def _served(index: edge.PayloadIndexInfo) -> set[str]:
    """Return what an index is of use for: its type, and for some types which uses of it."""
    kind, params = _index_type(index), index.params
    if kind == "integer":
        uses = {"lookup": "match", "range": "range"}
        return {
            f"{kind}:{use}"
            for flag, use in uses.items()
            if getattr(params, flag, None) is not False
        }
    if kind == "text":
        phrases = getattr(params, "phrase_matching", None)
        return {kind, f"{kind}:phrase"} if phrases else {kind}
    return {kind}


def _uses(condition: Any) -> set[str]:
    """Return which uses of an index serve a condition; none for what needs no index."""
    kind = type(condition).__name__
    if kind in {"IsEmptyCondition", "IsNullCondition"}:
        return set(_ALL_USES)
    if kind != "FieldCondition":
        return set()
    found: set[str] = set()
    if condition.match is not None:
        found |= _match_uses(condition.match)
    if condition.range is not None:
        dates = type(condition.range).__name__ == "DatetimeRange"
        found |= {"datetime"} if dates else {"float", "integer:range"}
    if condition.geo_bounding_box or condition.geo_radius or condition.geo_polygon:
        found.add("geo")
    others = (condition.values_count, condition.is_empty, condition.is_null)
    return set(_ALL_USES) if any(one is not None for one in others) else found


def _match_uses(match: Any) -> set[str]:
    kind = type(match).__name__
    if kind in {"MatchText", "MatchTextAny"}:
        return {"text"}
    if kind == "MatchPhrase":
        return {"text:phrase"}
    values = match.any if kind == "MatchAny" else match.except_ if kind == "MatchExcept" else None
    values = [match.value] if values is None else values
    if not values:
        return set()
    if isinstance(values[0], bool):
        return {"bool"}
    if isinstance(values[0], int):
        return {"integer:match"}
    return {"keyword", "uuid"} if all(_is_uuid(value) for value in values) else {"keyword"}


def _is_uuid(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True


def formula_fields(expression: Any) -> Iterator[tuple[str, set[str]]]:
    """Yield the fields of a formula, and which uses of an index serve it."""
    if isinstance(expression, str) and not expression.startswith("$"):
        yield expression, {"integer:match", "integer:range", "float"}
    elif isinstance(expression, list):
        for one in expression:
            yield from formula_fields(one)
    elif isinstance(expression, BaseModel):
        named = _FORMULA_FIELDS.get(type(expression).__name__)
        if named is not None:
            yield named(expression)
        elif type(expression).__name__ != "DatetimeExpression":
            for _, one in expression:
                yield from formula_fields(one)


_FORMULA_FIELDS: Mapping[str, Callable[[Any], tuple[str, set[str]]]] = {
    "DatetimeKeyExpression": lambda one: (one.datetime_key, {"datetime"}),
    "FieldCondition": lambda one: (one.key, _uses(one)),
    "GeoDistanceParams": lambda one: (one.to, {"geo"}),
}


def refuse_full_scan(body: Any, config: models.StrictModeConfig, collection: Collection) -> None:
    """Check that a search has a graph to use, if exact search is not allowed.

    Raises:
        RequestError: 400, with the setting that leaves it without.
    """
    using, request = body.using or "", collection.entry.request
    if config.search_allow_exact is not False or using in (request.sparse_vectors or {}):
        return
    params = dense_vectors(request).get(using)
    own = None if params is None else params.hnsw_config
    hnsw = complete_hnsw(request.hnsw_config, own)
    if hnsw["m"] > 0:
        return
    on = f" on '{using}'" if using else ""
    payload_m = hnsw["m"] if hnsw.get("payload_m") is None else hnsw["payload_m"]
    if not _names_tenant(body.filter, collection):
        raise refusal(
            f"Request is forbidden{on} because global vector indexing is disabled"
            " (hnsw_config.m = 0)",
            "Use tenant-specific filter, enable global vector indexing or enable strict mode"
            " `search_allow_exact` option",
        )
    if payload_m == 0:
        raise refusal(
            f"Request is forbidden{on} because vector indexing is disabled"
            " (hnsw_config.m = 0 and hnsw_config.payload_m = 0)",
            "Enable vector indexing, use a prefetch query with indexed vectors or enable strict"
            " mode `search_allow_exact` option",
        )


def _names_tenant(condition: Any, collection: Collection) -> bool:
    schema = collection.shard.info().payload_schema
    keys = [key for key, _ in leaves(condition)] if condition is not None else []
    return any(getattr(schema[key].params, "is_tenant", None) for key in keys if key in schema)
