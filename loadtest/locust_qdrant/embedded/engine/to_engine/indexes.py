"""Payload indexes: from `qdrant_client.models` to `qdrant_edge`, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import qdrant_edge as edge
from qdrant_client.http import models

from locust_qdrant.embedded.engine.to_engine.settings import member

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def convert_schema(schema: models.PayloadFieldSchema) -> Any:
    """Convert the type of a payload index, or its type with settings."""
    if isinstance(schema, models.PayloadSchemaType):
        return member(edge.PayloadSchemaType, schema)
    kind = type(schema).__name__  # the engine's classes have the same names
    converters = _TEXT_SETTINGS if isinstance(schema, models.TextIndexParams) else _SETTINGS
    return getattr(edge, kind)(**_converted(schema, converters))


def convert_bm25(config: models.Bm25Config) -> edge.Bm25Config:
    """Convert the settings by which BM25 makes words of a text, and weighs them."""
    return edge.Bm25Config(**_converted(config, _TEXT_SETTINGS))


def _converted(settings: Any, converters: Mapping[str, Callable[[Any], Any]]) -> dict[str, Any]:
    given = settings.model_dump(exclude_none=True)
    given.pop("type", None)
    return {
        name: converters[name](getattr(settings, name)) if name in converters else value
        for name, value in given.items()
    }


def _stopwords(model: Any) -> Any:
    if isinstance(model, models.Language):
        return member(edge.Language, model)
    return edge.StopwordsSet(
        languages={member(edge.Language, language) for language in model.languages or []},
        custom=set(model.custom or []),
    )


def _stemmer(model: Any) -> Any:
    if isinstance(model, models.SnowballParams):
        return edge.SnowballParams(member(edge.SnowballLanguage, model.language))
    return edge.DisabledStemmer()


def _scoring(model: Any) -> Any:
    return model if isinstance(model, bool) else edge.TextScoringParams()


_SETTINGS: dict[str, Any] = {"memory": lambda m: member(edge.Memory, m)}
_TEXT_SETTINGS: dict[str, Any] = _SETTINGS | {
    "tokenizer": lambda m: member(edge.TokenizerType, m),
    "stopwords": _stopwords,
    "stemmer": _stemmer,
    "scoring": _scoring,
}


def payload_index(info: edge.PayloadIndexInfo) -> models.PayloadIndexInfo:
    """Return what the engine says of a payload index as `qdrant_client.models`."""
    return models.PayloadIndexInfo(
        data_type=_member(models.PayloadSchemaType, info.data_type),
        params=None if info.params is None else _index_params(info.params),
        points=info.points,
    )


def _index_params(params: Any) -> Any:
    name = type(params).__name__
    model = getattr(models, name)
    settings = {
        field: _setting(field, value)
        for field in model.model_fields
        if (value := getattr(params, field, None)) is not None
    }
    return model(type=name.removesuffix("IndexParams").lower(), **settings)


def _setting(field: str, value: Any) -> Any:
    if field in _INDEX_SETTINGS:
        return _INDEX_SETTINGS[field](value)
    return value


def _stopwords_of(value: Any) -> Any:
    if isinstance(value, edge.Language):
        return _member(models.Language, value)
    return models.StopwordsSet(
        languages=[_member(models.Language, language) for language in value.languages or ()],
        custom=sorted(value.custom or ()),
    )


def _stemmer_of(value: Any) -> Any:
    if isinstance(value, edge.SnowballParams):
        language = _member(models.SnowballLanguage, value.language)
        return models.SnowballParams(type=models.Snowball.SNOWBALL, language=language)
    return {"type": "none"}


def _member(kind: Any, value: Any) -> Any:
    """Return the member of `kind` with the name that the engine gives it, whatever its case."""
    name = str(value).rpartition(".")[2].replace("_", "").lower()
    return next(member for member in kind if member.value.replace("_", "").lower() == name)


_INDEX_SETTINGS: Mapping[str, Callable[[Any], Any]] = {
    "memory": lambda value: _member(models.Memory, value),
    "scoring": lambda _: True,
    "stemmer": _stemmer_of,
    "stopwords": _stopwords_of,
    "tokenizer": lambda value: _member(models.TokenizerType, value),
}
