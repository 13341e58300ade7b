"""Limits of requests that Qdrant checks before it looks at a collection: 422, in its words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import BaseModel

from locust_qdrant.embedded.engine.problems import RequestError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_MAX_DIMENSION = 65_536
#: What a condition of a field may ask, by the names of the API.
FIELD_TESTS = (
    "match",
    "range",
    "geo_bounding_box",
    "geo_radius",
    "geo_polygon",
    "values_count",
    "is_empty",
    "is_null",
)

_Range = tuple[float | None, float | None]
_AT_LEAST_ONE: _Range = (1, None)
_SHARE: _Range = (0.0, 1.0)

# Least and greatest value of a field, by model.
_RANGES: Mapping[str, Mapping[str, _Range]] = {
    "AcornSearchParams": {"max_selectivity": _SHARE},
    "CollectionParamsDiff": {
        "replication_factor": _AT_LEAST_ONE,
        "write_consistency_factor": _AT_LEAST_ONE,
    },
    "CreateCollection": {
        "shard_number": _AT_LEAST_ONE,
        "replication_factor": _AT_LEAST_ONE,
        "write_consistency_factor": _AT_LEAST_ONE,
    },
    "DenseVectorConfig": {"size": (1, _MAX_DIMENSION)},
    "DiscoverRequest": {"limit": _AT_LEAST_ONE},
    "FacetRequest": {"limit": _AT_LEAST_ONE},
    "HnswConfigDiff": {"ef_construct": (4, None), "full_scan_threshold": (10, None)},
    "Mmr": {"diversity": _SHARE, "candidates_limit": (None, 16_384)},
    "NaiveFeedbackStrategyParams": {"b": (0.0, None)},
    "OptimizersConfigDiff": {
        "deleted_threshold": _SHARE,
        "vacuum_min_vector_number": (100, None),
        "max_segment_size": _AT_LEAST_ONE,
    },
    "Prefetch": {"limit": _AT_LEAST_ONE},
    "QuantizationSearchParams": {"oversampling": (1.0, None)},
    "QueryGroupsRequest": {"limit": _AT_LEAST_ONE, "group_size": _AT_LEAST_ONE},
    "QueryRequest": {"limit": _AT_LEAST_ONE},
    "RecommendGroupsRequest": {"limit": _AT_LEAST_ONE, "group_size": _AT_LEAST_ONE},
    "RecommendRequest": {"limit": _AT_LEAST_ONE},
    "Rrf": {"k": _AT_LEAST_ONE},
    "ScalarQuantizationConfig": {"quantile": (0.5, 1.0)},
    "ScrollRequest": {"limit": _AT_LEAST_ONE},
    "SearchGroupsRequest": {"limit": _AT_LEAST_ONE, "group_size": _AT_LEAST_ONE},
    "SearchMatrixRequest": {"sample": (2, None), "limit": _AT_LEAST_ONE},
    "SearchRequest": {"limit": _AT_LEAST_ONE},
    "StrictModeConfig": {
        "max_query_limit": _AT_LEAST_ONE,
        "max_timeout": _AT_LEAST_ONE,
        "read_rate_limit": _AT_LEAST_ONE,
        "write_rate_limit": _AT_LEAST_ONE,
        "max_points_count": _AT_LEAST_ONE,
    },
    "StrictModeMultivector": {"max_vectors": _AT_LEAST_ONE},
    "StrictModeSparse": {"max_length": _AT_LEAST_ONE},
    "VectorParams": {"size": (1, _MAX_DIMENSION)},
    "WalConfigDiff": {"wal_capacity_mb": _AT_LEAST_ONE, "wal_retain_closed": _AT_LEAST_ONE},
}

# Models whose fields Qdrant checks under the name of a part of its own, over REST.
_PARTS: Mapping[str, str] = {
    "CountRequest": "count_request",
    "DiscoverRequest": "discover_request",
    "FacetRequest": "facet_request",
    "PointRequest": "point_request",
    "QueryGroupsRequest": "search_group_request",
    "QueryRequest": "internal",
    "RecommendGroupsRequest": "recommend_group_request",
    "RecommendRequest": "recommend_request",
    "ScrollRequest": "scroll_request",
    "SearchGroupsRequest": "search_group_request",
    "SearchMatrixRequest": "search_request",
    "SearchRequest": "search_request",
}
# Fields that may hold one thing in place of a list of one.
_ONE_OR_MANY = frozenset({"must", "must_not", "prefetch", "should"})
# Fields that stand in a further part of such a part.
_GROUP_FIELDS = frozenset({"limit", "group_size", "group_by"})


# What Qdrant checks over REST only.
_REST_RULES = frozenset({"DeleteVectors", "PointStruct", "QueryRequest", "RecommendInput"})


def check(body: Any, *, grpc: bool = False) -> None:
    """Check a request's body.

    Raises:
        RequestError: 422, naming each field.
    """
    problems = list(_problems(body, "", {} if grpc else _PARTS))
    if problems:
        where = "body" if grpc else "JSON body"
        raise RequestError(422, f"Validation error in {where}: [{'; '.join(problems)}]")


def _problems(value: Any, path: str, parts: Mapping[str, str]) -> Iterator[str]:
    if isinstance(value, BaseModel):
        yield from _model_problems(value, path, parts)
    elif isinstance(value, list):
        # A list is all of a kind, and most are vectors.
        if value and isinstance(value[0], BaseModel | list | dict):
            for index, item in enumerate(value):
                yield from _problems(item, f"{path}[{index}]", parts)
    elif isinstance(value, dict):
        # In Qdrant's words, the vectors of a point have no names here.
        named = path.endswith("vector")
        for key, item in value.items():
            if named and isinstance(item, list):
                wrong = _wrong_rows(item)
                yield from () if wrong is None else (f"{path}.?{wrong}",)
            elif isinstance(item, BaseModel):
                yield from _problems(item, _joined(path, "?" if named else key), parts)


def _model_problems(model: BaseModel, path: str, parts: Mapping[str, str]) -> Iterator[str]:
    name = type(model).__name__
    path = _joined(path, parts[name]) if name in parts else path
    ranges = _RANGES.get(name, {})
    for field, value in model:
        if value is None or field == "payload":
            continue
        where = path
        one = field in _ONE_OR_MANY and isinstance(value, BaseModel)
        if name.endswith("GroupsRequest") and field in _GROUP_FIELDS and parts:
            where = _joined(path, "group_request")
        if field in ranges and not isinstance(value, BaseModel):
            yield from _out_of_range(value, ranges[field], _joined(where, field))
        else:
            yield from _problems([value] if one else value, _joined(where, field), parts)
    if name in _RULES and (parts or name not in _REST_RULES):
        sentence = _RULES[name](model)
        if sentence is not None:
            yield f"{path}{sentence}" if sentence.startswith(":") else _joined(path, sentence)


def _out_of_range(value: float, limits: _Range, path: str) -> Iterator[str]:
    low, high = limits
    # Such as Qdrant reads it, in 32 bits.
    value = float(np.float32(value)) if isinstance(value, float) else value
    if (low is None or value >= low) and (high is None or value <= high):
        return
    if high is None:
        allowed = f"must be {low} or larger"
    elif low is None:
        allowed = f"must be {high} or smaller"
    else:
        allowed = f"must be from {low} to {high}"
    yield f"{path}: value {value} invalid, {allowed}"


def _joined(path: str, part: str) -> str:
    return f"{path}.{part}" if path else part


def _field_condition(model: Any) -> str | None:
    if any(getattr(model, test) is not None for test in FIELD_TESTS):
        return None
    return "__all__: Validation error: At least one field condition must be specified [{}]"


def _examples(model: Any) -> str | None:
    if model.positive or model.negative:
        return None
    return (
        "positives, negatives: Validation error:"
        " At least one positive or negative vector/id must be provided [{}]"
    )


def _feedback(model: Any) -> str | None:
    return None if model.feedback else "__all__: feedback elements must be non-empty"


def _sparse(model: Any) -> str | None:
    if len(model.indices) != len(model.values):
        return "values: Validation error: must be the same length as indices [{}]"
    if len(set(model.indices)) != len(model.indices):
        return "indices: Validation error: must be unique [{}]"
    return None


def _point(model: Any) -> str | None:
    """The vector of a point has a further name in Qdrant where it has none for users."""
    wrong = _wrong_rows(model.vector) if isinstance(model.vector, list) else None
    return None if wrong is None else f"vector.vector{wrong}"


def _rows_of_query(model: Any) -> str | None:
    query = model.query
    if not isinstance(query, list) or not query or not isinstance(query[0], list):
        return None
    wrong = _wrong_rows(query)
    return None if wrong is None else f"query{wrong}"


def _point_vectors(model: Any) -> str | None:
    if model.vector not in ({}, []):
        return None
    return "vector: must specify vectors to update for point"


def _integer_index(model: Any) -> str | None:
    if model.lookup is False and model.range is False:
        return (
            "lookup: Validation error:"
            " the 'lookup' and 'range' capabilities can't be both disabled [{}]"
        )
    return None


def _wrong_rows(vector: list[Any]) -> str | None:
    """Return what is wrong with the shape of a dense or multi vector."""
    if not vector:
        return ": dense vector must not be empty"
    if not isinstance(vector[0], list):
        return None
    sizes = [len(row) for row in vector]
    if 0 in sizes:
        return ".data: all vectors must be non-empty"
    other = next((size for size in sizes if size != sizes[0]), None)
    if other is None:
        return None
    return f".data: all vectors must have the same dimension, found vector with dimension {other}"


def _names(model: Any) -> str | None:
    return None if model.vector else "vector: must specify vector names to delete"


def _points(model: Any) -> str | None:
    return None if model.points else "points: must specify points to update"


_RULES: Mapping[str, Callable[[Any], str | None]] = {
    "DeleteVectors": _names,
    "FieldCondition": _field_condition,
    "IntegerIndexParams": _integer_index,
    "PointVectors": _point_vectors,
    "PointStruct": _point,
    "QueryRequest": _rows_of_query,
    "RecommendInput": _examples,
    "RelevanceFeedbackInput": _feedback,
    "SparseVector": _sparse,
    "UpdateVectors": _points,
}
