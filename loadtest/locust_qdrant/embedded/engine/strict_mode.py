"""Strict mode: what a collection's owner allows its clients, as limits and rates.

The limits are Qdrant's, by their names in `StrictModeConfig`, and so are the sentences.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any
from uuid import UUID

import qdrant_edge as edge
from pydantic import BaseModel

from locust_qdrant.embedded.engine.problems import RequestError
from locust_qdrant.embedded.engine.to_engine.settings import complete_hnsw, dense_vectors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from qdrant_client.http import models

    from locust_qdrant.embedded.engine.collection import Collection

    Rule = Callable[[Any, "models.StrictModeConfig", Collection], None]

_DEFAULT_LIMIT, _DEFAULT_GROUP_SIZE = 10, 3
# Queries that compare no vectors, and fields of queries that hold none.
_NO_SEARCH = frozenset({"FormulaQuery", "FusionQuery", "OrderByQuery", "RrfQuery", "SampleQuery"})
_NO_VECTORS = frozenset({"mmr", "order_by", "sample", "score", "strategy"})
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


def check(collection: Collection | None, body: Any, timeout: int | None) -> None:
    """Check a request against the strict mode of its collection.

    Raises:
        RequestError: 400 for what is not allowed, with what to do instead; 429 beyond a rate.
    """
    if collection is None:
        return  # the operation itself will say so
    config = collection.entry.request.strict_mode_config
    if config is None or not config.enabled:
        return
    _limit(timeout, config.max_timeout, "timeout")
    kind = type(body).__name__
    if kind in _RULES:
        _RULES[kind](body, config, collection)
    if kind in _COSTS:
        what, cost = _COSTS[kind]
        rate = config.read_rate_limit if what == "Read" else config.write_rate_limit
        if rate is not None:
            collection.bucket(what, rate).spend(cost(body, collection), what)


def _refusal(error: str, solution: str) -> RequestError:
    return RequestError(400, f"Bad request: {error}. Help: {solution}")


def _limit(value: float | None, limit: float | None, name: str) -> None:
    if limit is None or value is None or value <= limit:
        return
    raise _refusal(
        f'Limit exceeded {value} > {limit} for "{name}"',
        f'Reduce the "{name}" parameter to or below {limit}.',
    )


def _exact(exact: bool | None, config: models.StrictModeConfig) -> None:
    if exact and config.search_allow_exact is False:
        raise _refusal("Exact search disabled!", "Set exact=false.")


def _params(params: Any, config: models.StrictModeConfig) -> None:
    if params is None:
        return
    quantization = params.quantization
    oversampling = None if quantization is None else quantization.oversampling
    _limit(oversampling, config.search_max_oversampling, "oversampling")
    _limit(params.hnsw_ef, config.search_max_hnsw_ef, "hnsw_ef")
    _exact(params.exact, config)


def _filter(
    condition: Any, config: models.StrictModeConfig, collection: Collection, *, write: bool = False
) -> None:
    if condition is None:
        return
    allowed = config.unindexed_filtering_update if write else config.unindexed_filtering_retrieve
    leaves = list(_leaves(condition))
    if allowed is False:
        for key, leaf in leaves:
            _indexed(key, leaf, collection)
    most, count = config.filter_max_conditions, len(leaves)
    if most is not None and count > most:
        raise _refusal(
            f"Filter condition limit reached ({count} > {most})",
            "Reduce the amount of conditions of your filter.",
        )
    largest, size = config.condition_max_size, max((_size(leaf) for _, leaf in leaves), default=0)
    if largest is not None and size > largest:
        raise _refusal(
            f"Condition size limit reached ({size} > {largest})",
            "Reduce the size of your condition.",
        )


def _leaves(condition: Any, inside: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the conditions of a filter that have no others in them, each with its full key."""
    for clause in (condition.should, condition.must, condition.must_not):
        for one in clause if isinstance(clause, list) else [clause] if clause else ():
            yield from _leaves_of(one, inside)
    if condition.min_should is not None:
        for one in condition.min_should.conditions:
            yield from _leaves_of(one, inside)


def _leaves_of(condition: Any, inside: str) -> Iterator[tuple[str, Any]]:
    kind = type(condition).__name__
    if kind == "Filter":
        yield from _leaves(condition, inside)
    elif kind == "NestedCondition":
        key = condition.nested.key.removesuffix("[]")
        yield from _leaves(condition.nested.filter, f"{inside}{key}[].")
    else:
        named = getattr(condition, "is_empty", None) or getattr(condition, "is_null", None)
        key = getattr(condition, "key", None) or getattr(named, "key", "")
        yield f"{inside}{key}", condition


def _size(condition: Any) -> int:
    kind = type(condition).__name__
    if kind == "HasIdCondition":
        return len(condition.has_id)
    match = condition.match if kind == "FieldCondition" else None
    return len(getattr(match, "any", None) or getattr(match, "except_", None) or ())


def _indexed(key: str, condition: Any, collection: Collection) -> None:
    """Check that a field has an index of use for a condition."""
    wanted = _uses(condition)
    if wanted:
        _require(key, wanted, collection, "use a different filter")


def _require(key: str, wanted: set[str], collection: Collection, otherwise: str) -> None:
    index = collection.shard.info().payload_schema.get(key)
    if index is not None and _served(index) & wanted:
        return
    types = sorted({use.partition(":")[0] for use in wanted})
    raise _refusal(
        f'Index required but not found for "{key}" of one of the following types:'
        f" [{', '.join(types)}]",
        f"Create an index for this key or {otherwise}.",
    )


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


def _query(body: Any, config: models.StrictModeConfig, collection: Collection) -> None:
    prefetch = body.prefetch or []
    for one in prefetch if isinstance(prefetch, list) else [prefetch]:
        _query(one, config, collection)
    _query_itself(body, config, collection)
    limit = _DEFAULT_LIMIT if body.limit is None else body.limit
    _limit(limit, config.max_query_limit, "limit")
    _filter(body.filter, config, collection)
    _params(body.params, config)


def _query_itself(body: Any, config: models.StrictModeConfig, collection: Collection) -> None:
    kind = type(body.query).__name__
    if kind == "FormulaQuery" and config.unindexed_filtering_retrieve is False:
        for key, uses in _formula_fields(body.query.formula):
            _require(key, uses, collection, "use a different formula expression")
    elif body.query is not None and not body.prefetch and kind not in _NO_SEARCH:
        _no_full_scan(body, config, collection)


def _formula_fields(expression: Any) -> Iterator[tuple[str, set[str]]]:
    """Yield the fields of a formula, and which uses of an index serve it."""
    if isinstance(expression, str) and not expression.startswith("$"):
        yield expression, {"integer:match", "integer:range", "float"}
    elif isinstance(expression, list):
        for one in expression:
            yield from _formula_fields(one)
    elif isinstance(expression, BaseModel):
        named = _FORMULA_FIELDS.get(type(expression).__name__)
        if named is not None:
            yield named(expression)
        elif type(expression).__name__ != "DatetimeExpression":
            for _, one in expression:
                yield from _formula_fields(one)


_FORMULA_FIELDS: Mapping[str, Callable[[Any], tuple[str, set[str]]]] = {
    "DatetimeKeyExpression": lambda one: (one.datetime_key, {"datetime"}),
    "FieldCondition": lambda one: (one.key, _uses(one)),
    "GeoDistanceParams": lambda one: (one.to, {"geo"}),
}


def _no_full_scan(body: Any, config: models.StrictModeConfig, collection: Collection) -> None:
    """Check that a search has a graph to use, if exact search is not allowed."""
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
        raise _refusal(
            f"Request is forbidden{on} because global vector indexing is disabled"
            " (hnsw_config.m = 0)",
            "Use tenant-specific filter, enable global vector indexing or enable strict mode"
            " `search_allow_exact` option",
        )
    if payload_m == 0:
        raise _refusal(
            f"Request is forbidden{on} because vector indexing is disabled"
            " (hnsw_config.m = 0 and hnsw_config.payload_m = 0)",
            "Enable vector indexing, use a prefetch query with indexed vectors or enable strict"
            " mode `search_allow_exact` option",
        )


def _names_tenant(condition: Any, collection: Collection) -> bool:
    schema = collection.shard.info().payload_schema
    keys = [key for key, _ in _leaves(condition)] if condition is not None else []
    return any(getattr(schema[key].params, "is_tenant", None) for key in keys if key in schema)


def _queries(body: Any, config: models.StrictModeConfig, collection: Collection) -> None:
    _limit(len(body.searches), config.search_max_batchsize, "search batch size")
    for search in body.searches:
        _query(search, config, collection)


def _groups(body: Any, config: models.StrictModeConfig, collection: Collection) -> None:
    if config.unindexed_filtering_retrieve is False:
        _grouping_index(body.group_by, collection)
    _query_itself(body, config, collection)
    size = (body.limit or _DEFAULT_LIMIT) * (body.group_size or _DEFAULT_GROUP_SIZE)
    _limit(size, config.max_query_limit, "limit")
    _filter(body.filter, config, collection)
    _params(body.params, config)


def _grouping_index(key: str, collection: Collection) -> None:
    solution = "Create an index supporting `match` for this key."
    index = collection.shard.info().payload_schema.get(key)
    if index is None:
        raise _refusal(f'Index required but not found for "{key}"', solution)
    kind = _index_type(index)
    if kind not in {"keyword", "integer", "uuid", "bool"}:
        raise _refusal(f'Index of type "{kind.capitalize()}" found for "{key}"', solution)


def _matrix(body: Any, config: models.StrictModeConfig, collection: Collection) -> None:
    sizes = [size for size in (body.limit, body.sample) if size is not None]
    _limit(math.prod(sizes) if sizes else None, config.max_query_limit, "limit")
    _filter(body.filter, config, collection)


def _scroll(body: Any, config: models.StrictModeConfig, collection: Collection) -> None:
    limit = _DEFAULT_LIMIT if body.limit is None else body.limit
    _limit(limit, config.max_query_limit, "limit")
    _filter(body.filter, config, collection)


def _count(body: Any, config: models.StrictModeConfig, collection: Collection) -> None:
    _filter(body.filter, config, collection)
    _exact(body.exact is not False, config)


def _facet(body: Any, config: models.StrictModeConfig, collection: Collection) -> None:
    _limit(body.limit, config.max_query_limit, "limit")
    _filter(body.filter, config, collection)
    _exact(body.exact, config)


def _upsert(body: Any, config: models.StrictModeConfig, collection: Collection) -> None:
    _limit(_points(body), config.upsert_max_batchsize, "upsert limit")
    _room(config, collection)
    if hasattr(body, "points"):
        _vectors((point.vector for point in body.points), config)
    elif isinstance(body.batch.vectors, dict):
        columns = body.batch.vectors.items()
        _vectors(({name: one} for name, column in columns for one in column), config)


def _update_vectors(body: Any, config: models.StrictModeConfig, collection: Collection) -> None:
    _limit(len(body.points), config.upsert_max_batchsize, "update limit")
    _room(config, collection)
    _vectors((point.vector for point in body.points), config)


def _points(body: Any) -> int:
    return len(body.batch.ids if hasattr(body, "batch") else body.points)


def _room(config: models.StrictModeConfig, collection: Collection) -> None:
    """Check that a collection may grow."""
    points = collection.shard.info().points_count
    most = getattr(config, "max_points_count", None)
    if most is not None and points >= most:
        raise RequestError(400, f"Bad request: Max points count limit of {most} reached!")
    most = config.max_collection_payload_size_bytes
    if most is not None and collection.payload_bytes() >= most:
        megabytes = most / (1024 * 1024)
        raise RequestError(
            400, f"Bad request: Max payload storage size limit of {megabytes:g}MB reached!"
        )
    most = config.max_collection_vector_size_bytes
    if most is not None and points * collection.bytes_per_point >= most:
        megabytes = most / (1024 * 1024)
        raise RequestError(
            400, f"Bad request: Max vector storage size limit of {megabytes:g}MB reached!"
        )


def _vectors(vectors: Iterator[Any], config: models.StrictModeConfig) -> None:
    """Check the sizes of sparse and multi vectors."""
    multi, sparse = config.multivector_config or {}, config.sparse_config or {}
    if not multi and not sparse:
        return
    for vector in vectors:
        for name, one in (vector if isinstance(vector, dict) else {"": vector}).items():
            if name in multi and isinstance(one, list) and one and isinstance(one[0], list):
                what = f"Multivector '{name}'"
                _vector_limit(what, "vectors", len(one), multi[name].max_vectors)
            if name in sparse and hasattr(one, "indices"):
                what = f"Sparse vector '{name}'"
                _vector_limit(what, "indices", len(one.indices), sparse[name].max_length)


def _vector_limit(what: str, parts: str, size: int, limit: int | None) -> None:
    if limit is not None and size > limit:
        raise _refusal(
            f"{what} has a limit of {limit} {parts}, but {size} were provided!",
            f"Reduce the number of {parts}",
        )


def _selection(body: Any, config: models.StrictModeConfig, collection: Collection) -> None:
    _filter(getattr(body, "filter", None), config, collection, write=True)


def _updates(body: Any, config: models.StrictModeConfig, collection: Collection) -> None:
    for operation in body.operations:
        for name in type(operation).model_fields:
            inner = getattr(operation, name)
            rule = _RULES.get(type(inner).__name__)
            if rule is not None:
                rule(inner, config, collection)


def _index(_: Any, config: models.StrictModeConfig, collection: Collection) -> None:
    most = getattr(config, "max_payload_index_count", None)
    if most is not None and len(collection.shard.info().payload_schema) >= most:
        raise _refusal(
            f"Collection already has the maximum number of payload indices ({most})",
            "Please delete an existing index before creating a new one.",
        )


_RULES: Mapping[str, Rule] = {
    "CountRequest": _count,
    "CreateFieldIndex": _index,
    "DeletePayload": _selection,
    "DeleteVectors": _selection,
    "FacetRequest": _facet,
    "FilterSelector": _selection,
    "PointsBatch": _upsert,
    "PointsList": _upsert,
    "QueryGroupsRequest": _groups,
    "QueryRequest": _query,
    "QueryRequestBatch": _queries,
    "ScrollRequest": _scroll,
    "SearchMatrixRequest": _matrix,
    "SetPayload": _selection,
    "UpdateOperations": _updates,
    "UpdateVectors": _update_vectors,
}


def _read_cost(body: Any, _: Collection) -> int:
    condition = getattr(body, "filter", None)
    return 1 + (0 if condition is None else sum(1 for _ in _leaves(condition)))


def _query_cost(body: Any, collection: Collection) -> int:
    """Return how many vectors are compared with each point, and how many conditions tested."""
    prefetch = body.prefetch or []
    sources = prefetch if isinstance(prefetch, list) else [prefetch]
    if sources:
        return sum(_query_cost(source, collection) for source in sources)
    averaged = type(body.query).__name__ == "RecommendQuery" and (
        body.query.recommend.strategy in {None, "average_vector"}
    )
    vectors = 1 if averaged else max(1, _vectors_of(body.query))
    return vectors + _read_cost(body, collection) - 1


def _vectors_of(query: Any) -> int:
    """Return of how many vectors a query consists; each row of a multi vector counts."""
    if isinstance(query, int | str):
        return 1
    if isinstance(query, list):
        if query and isinstance(query[0], float):  # a whole number is the id of a point
            return 1
        return sum(_vectors_of(one) for one in query)
    if isinstance(query, BaseModel):
        if hasattr(query, "indices"):
            return 1
        return sum(_vectors_of(one) for name, one in query if name not in _NO_VECTORS)
    return 0


def _batch_cost(body: Any, collection: Collection) -> int:
    return sum(_query_cost(search, collection) for search in body.searches)


def _write_cost(body: Any, collection: Collection) -> int:
    """Return how many points are written: those named, or those that a filter selects."""
    condition = getattr(body, "filter", None)
    if condition is not None:
        selected = collection.filters.convert(condition)
        return max(1, collection.shard.count(edge.CountRequest(exact=False, filter=selected)))
    if hasattr(body, "batch") or getattr(body, "points", None) is not None:
        return max(1, _points(body))
    return 1


def _updates_cost(body: Any, collection: Collection) -> int:
    operations = [getattr(one, name) for one in body.operations for name in type(one).model_fields]
    return sum(_write_cost(one, collection) for one in operations if one is not None)


_COSTS: Mapping[str, tuple[str, Callable[[Any, Collection], int]]] = {
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
