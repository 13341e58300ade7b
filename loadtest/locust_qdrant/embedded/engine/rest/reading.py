"""Request bodies, read by the rules of Qdrant's parser (serde) instead of pydantic's.

The models are those of qdrant-client. Their schemas are taken apart and made anew: a number is not
a text, unknown fields are ignored where Qdrant ignores them, the first form of several that fits
is taken, older names of fields are known, and a long list is given up at its first mistake.
"""

from __future__ import annotations

from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import SchemaValidator, core_schema, from_json
from qdrant_client.http import models

from locust_qdrant.embedded.engine.rest.body_errors import (
    FORMS,
    NO_ID,
    malformed,
    no_form,
    problem_of,
)
from locust_qdrant.embedded.engine.rest.repetitions import (
    Document,
    once,
    some_object_repeats,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

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

# Other names of a field, by model and field.
_ALIASES: Mapping[tuple[str, str], str] = {
    ("PointRequest", "with_vector"): "with_vectors",
    ("ScrollRequest", "with_vector"): "with_vectors",
    ("QueryRequest", "with_vector"): "with_vectors",
    ("SearchRequest", "with_vector"): "with_vectors",
    ("SearchGroupsRequest", "with_vector"): "with_vectors",
    ("RecommendRequest", "with_vector"): "with_vectors",
    ("RecommendGroupsRequest", "with_vector"): "with_vectors",
    ("WithLookup", "with_vectors"): "with_vector",
    ("SearchRequest", "limit"): "top",
    ("RecommendRequest", "limit"): "top",
    ("DiscoverRequest", "limit"): "top",
    ("PointStruct", "vector"): "vectors",
    ("PointVectors", "vector"): "vectors",
    ("DeleteVectors", "vector"): "vectors",
    ("CreateFieldIndex", "field_schema"): "field_type",
    ("CreateCollection", "optimizers_config"): "optimizer_config",
    ("CreateCollection", "quantization_config"): "quantization",
    ("UpdateCollection", "optimizers_config"): "optimizer_config",
    ("UpdateCollection", "quantization_config"): "quantization",
    ("HnswConfigDiff", "full_scan_threshold"): "full_scan_threshold_kb",
    ("OptimizersConfigDiff", "max_segment_size"): "max_segment_size_kb",
    ("OptimizersConfigDiff", "memmap_threshold"): "memmap_threshold_kb",
    ("OptimizersConfigDiff", "indexing_threshold"): "indexing_threshold_kb",
}
_ALIKE = {
    each.encode(): min(name, other).encode()
    for (_, name), other in _ALIASES.items()
    for each in (name, other)
}
# A field with which an object is of another kind, whatever else is in it.
_DISTINCTIVE: Mapping[str, str] = {
    "PointsList": "batch",
    "HasIdCondition": "key",
    "HasVectorCondition": "key",
    "IsEmptyCondition": "key",
    "IsNullCondition": "key",
    "NestedCondition": "key",
    "SliceCondition": "key",
}
_NOTHING = core_schema.with_default_schema(core_schema.literal_schema([object()]), default=None)
_HYPHENATED = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_UUID = rf"^(?:[0-9a-fA-F]{{32}}|(?:urn:uuid:)?{_HYPHENATED}|\{{{_HYPHENATED}\}})$"
# Fields that may be null in Qdrant, though the client's models say otherwise.
_NULLABLE = frozenset({("DiscoverInput", "context"), ("ContextQuery", "context")})
# Fields that may be left out, but not be null.
_NOT_NULLABLE = frozenset({("CountRequest", "exact")})
_NULLABLE_ITEMS = frozenset({("Batch", "payloads")})


class BodyReader:
    """Reads one kind of request body: JSON to a model of `qdrant_client.models`."""

    def __init__(self, model: Any, *, placed: bool = True) -> None:
        """`placed` says whether Qdrant knows where in the body a mistake is."""
        self._schema = TypeAdapter(model).core_schema
        self._validator = _validator(as_serde(self._schema))
        self._inserts = model is models.PointInsertOperations
        self._placed = placed

    @cached_property
    def _careful(self) -> SchemaValidator:
        """What reads as well, but refuses fields that are there twice."""
        return _validator(as_serde(self._schema, careful=True))

    def read(self, body: bytes) -> Any:
        """Return the model.

        Raises:
            RequestError: 400, in the words of Qdrant's parser.
        """
        refuse_constants(body)
        try:
            model = self._validator.validate_json(body)
            if self._may_repeat(body):
                document = Document(body)
                if self._inserts:
                    document.forget()
                model = self._careful.validate_python(document.value, context=document)
        except ValidationError as error:
            if self._inserts and error.errors()[0]["type"] != "json_invalid":
                return _read_insertion(body)
            raise problem_of(error, body, placed=self._placed) from None
        return model

    def _may_repeat(self, body: bytes) -> bool:
        """Return whether a field may be there twice, so that the body has to be read again."""
        if self._inserts and b'"vectors"' not in body:
            return False
        return some_object_repeats(body, _ALIKE)


@cache
def _reader_of_form(model: Any) -> BodyReader:
    return BodyReader(model, placed=False)


def _read_insertion(body: bytes) -> Any:
    """Say what is wrong with points to upsert, by the form that they have."""
    document = from_json(body)
    for name, model in (("batch", models.PointsBatch), ("points", models.PointsList)):
        if isinstance(document, dict) and name in document:
            return _reader_of_form(model).read(body)
    raise malformed("Invalid PointInsertOperations format")


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


def as_serde(schema: Any, owner: str = "", field: str = "", *, careful: bool = False) -> Any:
    """Return a pydantic core schema that reads as Qdrant's parser does.

    `owner` and `field` say where the schema stands: the model's name, and its field. A careful one
    refuses fields that are there twice, and takes a `Document` as its context.
    """
    changed = dict(schema)
    kind = schema["type"]
    if kind == "model":
        owner = schema["cls"].__name__
        behaviour = "forbid" if owner in _CLOSED else "ignore"
        changed["config"] = {**schema.get("config", {}), "extra_fields_behavior": behaviour}
    for key, value in schema.items():
        if key == "fields":
            changed[key] = {n: _field(f, owner, n, careful=careful) for n, f in value.items()}
        elif key in {"choices", "definitions"}:
            changed[key] = [_choice(choice, owner, field, careful=careful) for choice in value]
        elif isinstance(value, dict) and "type" in value and key.endswith("schema"):
            changed[key] = as_serde(value, owner, field, careful=careful)
    if kind == "model-fields" and owner in _DISTINCTIVE:
        changed["fields"][_DISTINCTIVE[owner]] = core_schema.model_field(_NOTHING)
    if kind == "model-fields" and careful:
        check = once([_spellings(name, f) for name, f in changed["fields"].items()])
        return core_schema.with_info_before_validator_function(check, changed)
    return _as_parsed(changed, kind, owner, field)


def _field(field: Any, owner: str, name: str, *, careful: bool) -> Any:
    inner = as_serde(field["schema"], owner, name, careful=careful)
    if (owner, name) in _NULLABLE:
        inner = {"type": "nullable", "schema": inner}
    if (owner, name) in _NOT_NULLABLE:
        inner = {**inner, "schema": inner["schema"]["schema"]}
    changed = {**field, "schema": inner}
    other = _ALIASES.get((owner, name))
    if other is not None:
        changed["validation_alias"] = [[name], [other]]
    return changed


def _spellings(name: str, field: Any) -> list[str]:
    alias = field.get("validation_alias", name)
    return [alias] if isinstance(alias, str) else [path[0] for path in alias]


def _choice(choice: Any, owner: str, field: str, *, careful: bool) -> Any:
    if isinstance(choice, tuple):
        return (as_serde(choice[0], owner, field, careful=careful), choice[1])
    return as_serde(choice, owner, field, careful=careful)


def _kind(choice: Any) -> str:
    """Return what a form is: a model by its name, or a plain type."""
    schema = choice[0] if isinstance(choice, tuple) else choice
    return str(schema["cls"].__name__ if schema["type"] == "model" else schema["type"])


def _as_parsed(schema: dict[str, Any], kind: str, owner: str, field: str) -> dict[str, Any]:
    if kind in {"bool", "str", "enum"}:
        schema["strict"] = kind != "enum"
        if kind == "str" and owner == "PointIdsList":
            schema["pattern"] = _UUID
    elif kind == "int":
        low, high = _SIGNED_RANGE if owner in _SIGNED else _UNSIGNED_RANGE
        high = _U32_MAX if owner == "SparseVector" else high
        low = 1 if (owner, field) == ("VectorParams", "size") else low
        schema |= {"strict": True, "ge": low, "le": high}
    elif kind == "float":
        schema |= {"strict": True, "allow_inf_nan": False}
    elif kind == "union":
        # One mistake for all forms: each mistake would cost a copy of the value.
        ids = [_kind(choice) for choice in schema["choices"]] == ["int", "str", "uuid"]
        schema |= {"mode": "left_to_right", "custom_error_type": NO_ID if ids else FORMS}
        schema["custom_error_message"] = no_form(owner, field or _kind(schema["choices"][0]))
    elif kind == "list":
        schema["fail_fast"] = True
        if (owner, field) in _NULLABLE_ITEMS:
            schema["items_schema"] = {"type": "nullable", "schema": schema["items_schema"]}
    elif kind in {"datetime", "date"}:
        # The engine reads it: Qdrant knows other forms than pydantic.
        return {"type": "str", "strict": True}
    return schema
