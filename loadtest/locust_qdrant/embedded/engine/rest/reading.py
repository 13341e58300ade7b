"""Request bodies, read by the rules of Qdrant's parser (serde) instead of pydantic's.

The models are those of qdrant-client. Their schemas are taken apart and made anew: a number is not
a text, unknown fields are ignored where Qdrant ignores them, the first form of several that fits
is taken, older names of fields are known, and a long list is given up at its first mistake.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import SchemaValidator, from_json

from locust_qdrant.embedded.engine.rest.body_errors import FORMS, malformed, no_form, problem_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

# Qdrant's structs that refuse unknown fields; all others ignore them.
_CLOSED = frozenset(
    {
        "Filter",
        "PayloadSelectorExclude",
        "PayloadSelectorInclude",
        "StrictModeMultivector",
        "StrictModeSparse",
    }
)
# Whole numbers are unsigned in Qdrant's API, but for these.
_SIGNED = frozenset({"MatchAny", "MatchExcept", "MatchValue", "OrderBy"})
_UNSIGNED_RANGE = (0, 2**64 - 1)
_SIGNED_RANGE = (-(2**63), 2**63 - 1)
_U32_MAX = 2**32 - 1
_TWICE = 2
_CLAUSES = frozenset({"must", "should", "must_not", "min_should"})
# What a client may fill as it likes, or where Qdrant takes the last of two.
_ANYTHING = frozenset({"payload", "points", "batch"})

# Other names of a field, by model ('' is any) and field.
_ALIASES: Mapping[tuple[str, str], str] = {
    ("", "with_vector"): "with_vectors",
    ("WithLookup", "with_vectors"): "with_vector",
    ("SearchRequest", "limit"): "top",
    ("RecommendRequest", "limit"): "top",
    ("PointStruct", "vector"): "vectors",
    ("PointVectors", "vector"): "vectors",
    ("DeleteVectors", "vector"): "vectors",
    ("CreateCollection", "optimizers_config"): "optimizer_config",
    ("CreateCollection", "quantization_config"): "quantization",
    ("UpdateCollection", "optimizers_config"): "optimizer_config",
    ("UpdateCollection", "quantization_config"): "quantization",
    ("HnswConfigDiff", "full_scan_threshold"): "full_scan_threshold_kb",
    ("OptimizersConfigDiff", "max_segment_size"): "max_segment_size_kb",
    ("OptimizersConfigDiff", "memmap_threshold"): "memmap_threshold_kb",
    ("OptimizersConfigDiff", "indexing_threshold"): "indexing_threshold_kb",
}
# Fields that may be null in Qdrant, though the client's models say otherwise.
_NULLABLE = frozenset({("DiscoverInput", "context"), ("ContextQuery", "context")})
# Fields that may be left out, but not be null.
_NOT_NULLABLE = frozenset({("CountRequest", "exact")})
_NULLABLE_ITEMS = frozenset({("Batch", "payloads")})


class BodyReader:
    """Reads one kind of request body: JSON to a model of `qdrant_client.models`."""

    def __init__(self, model: Any) -> None:
        self._validator = _validator(as_serde(TypeAdapter(model).core_schema))

    def read(self, body: bytes) -> Any:
        """Return the model.

        Raises:
            RequestError: 400, in the words of Qdrant's parser.
        """
        refuse_constants(body)
        try:
            model = self._validator.validate_json(body)
        except ValidationError as error:
            raise problem_of(error, body) from None
        refuse_repetitions(body, model.model_fields_set)
        return model


def _validator(schema: Any) -> SchemaValidator:
    try:
        # Or pydantic would take the validators that the models were made with.
        return SchemaValidator(schema, _use_prebuilt=False)
    except TypeError:  # pydantic before 2.11, which took none
        return SchemaValidator(schema)


def refuse_constants(body: bytes) -> None:
    """Refuse `NaN` and `Infinity`, which pydantic takes where any value is allowed.

    Raises:
        RequestError: 400, as for any other word that is no JSON.
    """
    if b"NaN" in body or b"Infinity" in body:
        try:
            from_json(body, allow_inf_nan=False)
        except ValueError as error:
            raise malformed(str(error)) from None


class _Pairs(list[tuple[str, Any]]):
    """A JSON object, with every field as often as it is given."""


def refuse_repetitions(body: bytes, fields: Iterable[str]) -> None:
    """Refuse a field that is given twice, of the body or of a filter: which counts is chance.

    Raises:
        RequestError: 400.
    """
    # A field's name may also stand elsewhere; only then is the body read again.
    names = (*fields, *_CLAUSES)
    if all(body.count(f'"{name}"'.encode()) < _TWICE for name in names):
        return
    whole = json.loads(body, object_pairs_hook=_Pairs)
    seen = Counter(name for name, _ in whole)
    repeated = [name for name, count in seen.items() if count > 1]
    for name in (*repeated, *_repeated_clauses(whole)):
        raise malformed(f"duplicate field `{name}`")


def _repeated_clauses(value: Any) -> Iterator[str]:
    """Yield what a filter says twice; of a condition, as on a server, the last word counts."""
    if isinstance(value, _Pairs):
        seen = Counter(name for name, _ in value if name in _CLAUSES)
        yield from (name for name, count in seen.items() if count > 1)
        for name, inner in value:
            if name not in _CLAUSES and name not in _ANYTHING:
                yield from _repeated_clauses(inner)
    elif isinstance(value, list) and value and isinstance(value[0], list):
        for one in value:
            yield from _repeated_clauses(one)


def as_serde(schema: Any, owner: str = "", field: str = "") -> Any:
    """Return a pydantic core schema that reads as Qdrant's parser does.

    `owner` and `field` say where the schema stands: the model's name, and its field.
    """
    changed = dict(schema)
    kind = schema["type"]
    if kind == "model":
        owner = schema["cls"].__name__
        behaviour = "forbid" if owner in _CLOSED else "ignore"
        changed["config"] = {**schema.get("config", {}), "extra_fields_behavior": behaviour}
    for key, value in schema.items():
        if key == "fields":
            changed[key] = {name: _field(f, owner, name) for name, f in value.items()}
        elif key in {"choices", "definitions"}:
            changed[key] = [_choice(choice, owner, field) for choice in value]
        elif isinstance(value, dict) and "type" in value and key.endswith("schema"):
            changed[key] = as_serde(value, owner, field)
    return _as_parsed(changed, kind, owner, field)


def _field(field: Any, owner: str, name: str) -> Any:
    inner = as_serde(field["schema"], owner, name)
    if (owner, name) in _NULLABLE:
        inner = {"type": "nullable", "schema": inner}
    if (owner, name) in _NOT_NULLABLE:
        inner = {**inner, "schema": inner["schema"]["schema"]}
    changed = {**field, "schema": inner}
    other = _ALIASES.get((owner, name)) or _ALIASES.get(("", name))
    if other is not None:
        changed["validation_alias"] = [[name], [other]]
    return changed


def _choice(choice: Any, owner: str, field: str) -> Any:
    if isinstance(choice, tuple):
        return (as_serde(choice[0], owner, field), choice[1])
    return as_serde(choice, owner, field)


def _as_parsed(schema: dict[str, Any], kind: str, owner: str, field: str) -> dict[str, Any]:
    if kind in {"bool", "str", "enum"}:
        schema["strict"] = kind != "enum"
    elif kind == "int":
        low, high = _SIGNED_RANGE if owner in _SIGNED else _UNSIGNED_RANGE
        high = _U32_MAX if owner == "SparseVector" else high
        low = 1 if (owner, field) == ("VectorParams", "size") else low
        schema |= {"strict": True, "ge": low, "le": high}
    elif kind == "float":
        schema |= {"strict": True, "allow_inf_nan": False}
    elif kind == "union":
        # One mistake for all forms: each mistake would cost a copy of the value.
        schema |= {"mode": "left_to_right", "custom_error_type": FORMS}
        schema["custom_error_message"] = no_form(field)
    elif kind == "list":
        schema["fail_fast"] = True
        if (owner, field) in _NULLABLE_ITEMS:
            schema["items_schema"] = {"type": "nullable", "schema": schema["items_schema"]}
    elif kind in {"datetime", "date"}:
        # The engine reads it: Qdrant knows other forms than pydantic.
        return {"type": "str", "strict": True}
    return schema
