"""The limits of strict mode, by kind of request."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from locust_qdrant.embedded.engine.problems import RequestError
from locust_qdrant.embedded.engine.strict_mode.indexes import (
    formula_fields,
    refuse_full_scan,
    require_grouping_index,
    require_index,
    require_index_for,
)
from locust_qdrant.embedded.engine.strict_mode.requests import (
    check_limit,
    leaves,
    points_of,
    refusal,
    size_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from qdrant_client.http import models

    from locust_qdrant.embedded.engine.collection import Collection

    Rule = Callable[[Any, models.StrictModeConfig, Collection], None]


_DEFAULT_LIMIT, _DEFAULT_GROUP_SIZE = 10, 3
_NO_SEARCH = frozenset({"FormulaQuery", "FusionQuery", "OrderByQuery", "RrfQuery", "SampleQuery"})


def _exact(exact: bool | None, config: models.StrictModeConfig) -> None:
    if exact and config.search_allow_exact is False:
        raise refusal("Exact search disabled!", "Set exact=false.")


def _params(params: Any, config: models.StrictModeConfig) -> None:
    if params is None:
        return
    quantization = params.quantization
    oversampling = None if quantization is None else quantization.oversampling
    check_limit(oversampling, config.search_max_oversampling, "oversampling")
    check_limit(params.hnsw_ef, config.search_max_hnsw_ef, "hnsw_ef")
    _exact(params.exact, config)


def _filter(
    condition: Any, config: models.StrictModeConfig, collection: Collection, *, write: bool = False
) -> None:
    if condition is None:
        return
    allowed = config.unindexed_filtering_update if write else config.unindexed_filtering_retrieve
    conditions = list(leaves(condition))
    if allowed is False:
        for key, leaf in conditions:
            require_index_for(key, leaf, collection)
    most, count = config.filter_max_conditions, len(conditions)
    if most is not None and count > most:
        raise refusal(
            f"Filter condition limit reached ({count} > {most})",
            "Reduce the amount of conditions of your filter.",
        )
    largest, size = (
        config.condition_max_size,
        max((size_of(leaf) for _, leaf in conditions), default=0),
    )
    if largest is not None and size > largest:
        raise refusal(
            f"Condition size limit reached ({size} > {largest})",
            "Reduce the size of your condition.",
        )


def _query(body: Any, config: models.StrictModeConfig, collection: Collection) -> None:
    prefetch = body.prefetch or []
    for one in prefetch if isinstance(prefetch, list) else [prefetch]:
        _query(one, config, collection)
    _query_itself(body, config, collection)
    limit = _DEFAULT_LIMIT if body.limit is None else body.limit
    check_limit(limit, config.max_query_limit, "limit")
    _filter(body.filter, config, collection)
    _params(body.params, config)


def _query_itself(body: Any, config: models.StrictModeConfig, collection: Collection) -> None:
    kind = type(body.query).__name__
    if kind == "FormulaQuery" and config.unindexed_filtering_retrieve is False:
        for key, uses in formula_fields(body.query.formula):
            require_index(key, uses, collection, "use a different formula expression")
    elif body.query is not None and not body.prefetch and kind not in _NO_SEARCH:
        refuse_full_scan(body, config, collection)


def _queries(body: Any, config: models.StrictModeConfig, collection: Collection) -> None:
    check_limit(len(body.searches), config.search_max_batchsize, "search batch size")
    for search in body.searches:
        _query(search, config, collection)


def _groups(body: Any, config: models.StrictModeConfig, collection: Collection) -> None:
    if config.unindexed_filtering_retrieve is False:
        require_grouping_index(body.group_by, collection)
    _query_itself(body, config, collection)
    size = (body.limit or _DEFAULT_LIMIT) * (body.group_size or _DEFAULT_GROUP_SIZE)
    check_limit(size, config.max_query_limit, "limit")
    _filter(body.filter, config, collection)
    _params(body.params, config)


def _matrix(body: Any, config: models.StrictModeConfig, collection: Collection) -> None:
    sizes = [size for size in (body.limit, body.sample) if size is not None]
    check_limit(math.prod(sizes) if sizes else None, config.max_query_limit, "limit")
    _filter(body.filter, config, collection)


def _scroll(body: Any, config: models.StrictModeConfig, collection: Collection) -> None:
    limit = _DEFAULT_LIMIT if body.limit is None else body.limit
    check_limit(limit, config.max_query_limit, "limit")
    _filter(body.filter, config, collection)


def _count(body: Any, config: models.StrictModeConfig, collection: Collection) -> None:
    _filter(body.filter, config, collection)
    _exact(body.exact is not False, config)


def _facet(body: Any, config: models.StrictModeConfig, collection: Collection) -> None:
    check_limit(body.limit, config.max_query_limit, "limit")
    _filter(body.filter, config, collection)
    _exact(body.exact, config)


def _selection(body: Any, config: models.StrictModeConfig, collection: Collection) -> None:
    _filter(getattr(body, "filter", None), config, collection, write=True)


def _upsert(body: Any, config: models.StrictModeConfig, collection: Collection) -> None:
    check_limit(points_of(body), config.upsert_max_batchsize, "upsert limit")
    _room(config, collection)
    if hasattr(body, "points"):
        _vectors((point.vector for point in body.points), config)
    elif isinstance(body.batch.vectors, dict):
        columns = body.batch.vectors.items()
        _vectors(({name: one} for name, column in columns for one in column), config)


def _update_vectors(body: Any, config: models.StrictModeConfig, collection: Collection) -> None:
    check_limit(len(body.points), config.upsert_max_batchsize, "update limit")
    _room(config, collection)
    _vectors((point.vector for point in body.points), config)


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
        raise refusal(
            f"{what} has a limit of {limit} {parts}, but {size} were provided!",
            f"Reduce the number of {parts}",
        )


def _updates(body: Any, config: models.StrictModeConfig, collection: Collection) -> None:
    for operation in body.operations:
        for name in type(operation).model_fields:
            inner = getattr(operation, name)
            rule = RULES.get(type(inner).__name__)
            if rule is not None:
                rule(inner, config, collection)


def _index(_: Any, config: models.StrictModeConfig, collection: Collection) -> None:
    most = getattr(config, "max_payload_index_count", None)
    if most is not None and len(collection.shard.info().payload_schema) >= most:
        raise refusal(
            f"Collection already has the maximum number of payload indices ({most})",
            "Please delete an existing index before creating a new one.",
        )


RULES: Mapping[str, Rule] = {
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
