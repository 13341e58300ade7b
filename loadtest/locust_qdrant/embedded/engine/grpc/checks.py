"""What Qdrant checks of gRPC messages, and the converters of qdrant-client let pass."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from locust_qdrant.embedded.engine.problems import RequestError

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAX_NAME = 255
_BATCHES = frozenset({"discover_points", "query_points", "recommend_points", "search_points"})
# The messages with a timeout that cannot be 0.
_TIMED = frozenset(
    {
        "ChangeAliases",
        "DeleteCollection",
        "DiscoverBatchPoints",
        "DiscoverPoints",
        "FacetCounts",
        "QueryBatchPoints",
        "QueryPointGroups",
        "QueryPoints",
        "RecommendBatchPoints",
        "RecommendPointGroups",
        "RecommendPoints",
        "SearchBatchPoints",
        "SearchMatrixPoints",
        "SearchPointGroups",
        "SearchPoints",
        "UpdateCollection",
    }
)
_WRITTEN = frozenset({"UpdatePointVectors", "UpsertPoints"})


def check_message(message: Any) -> None:
    """Check one message.

    Raises:
        RequestError: 422, naming each field; 400 for a part that is missing or contradicts another.
    """
    problems = [*_problems(message), *_problems_of_parts(message)]
    if problems:
        raise RequestError(422, f"Validation error in body: [{'; '.join(problems)}]")
    kind = message.DESCRIPTOR.name
    if kind in {"QueryPointGroups", "QueryPoints"}:
        _check_query(message)
    elif kind == "QueryBatchPoints":
        for query in message.query_points:
            _check_query(query)
    elif kind == "CreateFieldIndexCollection":
        _check_index(message)


def _problems(message: Any) -> Iterator[str]:
    kind = message.DESCRIPTOR.name
    yield from _wrong_name(message, "")
    if kind in _TIMED and message.HasField("timeout") and message.timeout < 1:
        yield f"timeout: value {message.timeout} invalid, must be 1 or larger"
    if kind in _WRITTEN:
        yield from _wrong_vectors(message, "")


def _problems_of_parts(message: Any) -> Iterator[str]:
    fields = message.DESCRIPTOR.fields_by_name
    for batch in _BATCHES & set(fields):
        for number, one in enumerate(getattr(message, batch)):
            yield from _wrong_name(one, f"{batch}[{number}].")
    if "operations" in fields:
        if not message.operations:
            yield "operations: value [] invalid, must be at least 1 characters"
        for number, operation in enumerate(message.operations):
            part = operation.WhichOneof("operation")
            if part in {"update_vectors", "upsert"}:
                yield from _wrong_vectors(getattr(operation, part), f"operations[{number}].")


def _wrong_name(message: Any, where: str) -> Iterator[str]:
    named = "collection_name" in message.DESCRIPTOR.fields_by_name
    if named and not 0 < len(message.collection_name) <= _MAX_NAME:
        shown = json.dumps(message.collection_name, ensure_ascii=False)
        allowed = f"must be from 1 to {_MAX_NAME} characters"
        yield f"{where}collection_name: value {shown} invalid, {allowed}"


def _wrong_vectors(message: Any, where: str) -> Iterator[str]:
    """Yield what is wrong with vectors in their older form, also where the newer one is given."""
    for number, point in enumerate(message.points):
        kind = point.vectors.WhichOneof("vectors_options")
        vectors = (
            [point.vectors.vector]
            if kind == "vector"
            else point.vectors.vectors.vectors.values()
            if kind == "vectors"
            else ()
        )
        for vector in vectors:
            wrong = _wrong_parts(vector)
            if wrong is not None:
                yield f"{where}points[{number}].vectors.vectors_options.{wrong}"


def _wrong_parts(vector: Any) -> str | None:
    counted = vector.HasField("vectors_count")
    if vector.HasField("indices"):
        if counted:
            return (
                "indices: Validation error: `indices` and `vectors_count` cannot be both specified"
                " [{}]"
            )
        if len(vector.indices.data) != len(vector.data):
            return "values: Validation error: must be the same length as indices [{}]"
    elif counted and not vector.vectors_count:
        return "data: Validation error: vectors count must be greater than 0 [{}]"
    elif counted and len(vector.data) % vector.vectors_count:
        return "data: Validation error: invalid dense vector length for vectors count [{}]"
    return None


def _check_query(message: Any) -> None:
    for prefetch in message.prefetch:
        _check_query(prefetch)
    query = message.query
    if query.WhichOneof("variant") == "nearest_with_mmr" and not (
        query.nearest_with_mmr.HasField("mmr")
    ):
        raise RequestError(400, "mmr is missing")


def _check_index(message: Any) -> None:
    if not message.HasField("field_type"):
        raise RequestError(400, "cannot convert field_type")
    kind = message.DESCRIPTOR.fields_by_name["field_type"].enum_type.values_by_number[
        message.field_type
    ]
    name = kind.name.removeprefix("FieldType")
    given = message.field_index_params.WhichOneof("index_params")
    if given is not None and given != f"{name.lower()}_index_params":
        raise RequestError(400, f"field_type ({name}) and field_index_params do not match")
