"""Why a request's body cannot be read, in the words of Qdrant's parser (serde_json)."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json

from locust_qdrant.embedded.engine.problems import RequestError
from locust_qdrant.embedded.engine.rest.repetitions import TWICE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import ValidationError

    Path = tuple[str | int, ...]

# What a type is called in Qdrant's sentences, by pydantic's name of the mistake.
_EXPECTED: Mapping[str, str] = {
    "bool_type": "a boolean",
    "dict_type": "a map",
    "float_type": "f32",
    "greater_than_equal": "usize",
    "int_from_float": "usize",
    "int_type": "usize",
    "less_than_equal": "usize",
    "list_type": "a sequence",
    "string_type": "a string",
}
# Qdrant's names of values that may have several forms: by the field that holds one, or for a whole
# body by its first form.
_ENUMS: Mapping[str, str] = {
    "DenseVectorNameConfig": "VectorNameConfig",
    "PointIdsList": "PointsSelector",
    "actions": "AliasOperations",
    "field_schema": "PayloadFieldSchema",
    "match": "MatchInterface",
    "operations": "UpdateOperation",
    "order_by": "OrderByInterface",
    "vector": "VectorStruct",
    "vectors": "VectorsConfig",
    "with_lookup": "WithLookupInterface",
}


_CONDITION = (
    'Expected some form of condition, which can be a field condition (like {"key": ...,'
    ' "match": ... }), or some other mentioned in the documentation:'
    " https://qdrant.tech/documentation/concepts/filtering/#filtering-conditions"
)
# Where Qdrant says more than that no form fits.
_SENTENCES: Mapping[str, str] = {
    "must": _CONDITION,
    "must_not": _CONDITION,
    "query": "Expected some form of vector, id, or a type of query",
    "should": _CONDITION,
    "with_payload": "Expected a boolean, an array of strings, or an object with an include/exclude"
    " field",
    "with_vector": "Expected a boolean, or an array of strings",
}

# How a number begins that may be too large for a float.
_HUGE = re.compile(rb"[eE]\+?\d{3}|\d{300}")
# The kind of mistake that means: the value has none of the forms that its field may have.
FORMS = "forms"


# The kind of mistake that means: neither a number nor a text, so no point has such an id.
NO_ID = "no_id"


def no_form(owner: str, field: str) -> str:
    """Return the sentence about a model's field whose value has none of the possible forms."""
    if field in _SENTENCES:
        return _SENTENCES[field]
    name = "BatchVectorStruct" if (owner, field) == ("Batch", "vectors") else _ENUMS.get(field)
    name = name or "".join(word.capitalize() for word in field.split("_"))
    return f"data did not match any variant of untagged enum {name}"


def problem_of(error: ValidationError, body: bytes, *, placed: bool = True) -> RequestError:
    """Return 400, with what is wrong, and if `placed` where the parser stood when it knew."""
    first = error.errors(include_url=False, include_input=False)[0]
    if first["type"] == "json_invalid":
        return malformed(first["msg"].removeprefix("Invalid JSON: "))
    document = from_json(body)
    # A walk through a long body holds everybody else up.
    path = _infinite(document) if _HUGE.search(body) else None
    if path is not None:
        end = len(body.decode()[: _end(body.decode(), path)].encode())
        return malformed(f"number out of range at {_place(body, end)}")
    what = _what(first, document)
    if not placed or (first["type"] == FORMS and not first["loc"]):
        return malformed(what)
    return malformed(f"{what} at {_place(body, len(body))}")


def malformed(sentence: str) -> RequestError:
    """400: the body is not what the route takes."""
    return RequestError(400, f"Format error in JSON body: {sentence}")


def _what(error: Any, document: Any) -> str:
    kind, path = error["type"], error["loc"]
    if kind in {FORMS, TWICE}:
        return str(error["msg"])
    if kind == "missing":
        return f"missing field `{path[-1]}`"
    if kind == "extra_forbidden":
        return f"unknown field `{path[-1]}`"
    value = document
    for part in path:
        value = value[part]
    if kind == NO_ID:
        shown = value if isinstance(value, str) else json.dumps(value)
        return (
            f"value {shown} is not a valid point ID, valid values are either an unsigned integer or"
            " a UUID"
        )
    if kind == "enum":
        expected = error["ctx"]["expected"].replace("'", "`").replace("` or `", "`, `")
        return f"unknown variant `{value}`, expected one of {expected}"
    if kind == "model_type":
        return f"invalid type: {_named(value)}, expected struct {error['ctx']['class_name']}"
    expected = _EXPECTED.get(kind, error["msg"])
    out_of_range = kind in {"greater_than_equal", "less_than_equal"}
    return f"invalid {'value' if out_of_range else 'type'}: {_named(value)}, expected {expected}"


def _named(value: Any) -> str:
    """Return a value as serde names it."""
    if isinstance(value, bool):
        return f"boolean `{json.dumps(value)}`"
    if isinstance(value, str):
        return f"string {json.dumps(value, ensure_ascii=False)}"
    if isinstance(value, int):
        return f"integer `{value}`"
    if isinstance(value, float):
        return f"floating point `{value}`"
    if value is None:
        return "null"
    return "sequence" if isinstance(value, list) else "map"


def _infinite(value: Any) -> Path | None:
    """Return where the first number stands that is too large for a float; None if none is."""
    if isinstance(value, float):
        return () if math.isinf(value) else None
    if not isinstance(value, dict | list):
        return None
    for part, child in value.items() if isinstance(value, dict) else enumerate(value):
        path = _infinite(child)
        if path is not None:
            return (part, *path)
    return None


def _place(body: bytes, end: int) -> str:
    """Return line and column of the last of the first `end` bytes, counted from 1."""
    lines = body[:end].split(b"\n")
    return f"line {len(lines)} column {len(lines[-1])}"


def _end(text: str, path: Path) -> int:
    """Return where the value at a path ends in well-formed JSON."""
    decoder = json.JSONDecoder()
    at = _skip(text, 0)
    for part in path:
        at = _skip(text, at + 1)
        position = 0
        while True:
            key: str | int = position
            if isinstance(part, str):
                key, at = decoder.raw_decode(text, at)
                at = _skip(text, _skip(text, at) + 1)
            if key == part:
                break
            _, at = decoder.raw_decode(text, at)
            at = _skip(text, _skip(text, at) + 1)
            position += 1
    return decoder.raw_decode(text, at)[1]


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n":
        at += 1
    return at
