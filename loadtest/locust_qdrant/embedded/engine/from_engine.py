"""What the engine says of payload indexes, as `qdrant_client.models`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import qdrant_edge as edge
from qdrant_client.http import models

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def payload_index(info: edge.PayloadIndexInfo) -> models.PayloadIndexInfo:
    """Convert what the engine says of a payload index."""
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


def _stopwords(value: Any) -> Any:
    if isinstance(value, edge.Language):
        return _member(models.Language, value)
    return models.StopwordsSet(
        languages=[_member(models.Language, language) for language in value.languages or ()],
        custom=sorted(value.custom or ()),
    )


def _stemmer(value: Any) -> Any:
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
    "stemmer": _stemmer,
    "stopwords": _stopwords,
    "tokenizer": lambda value: _member(models.TokenizerType, value),
}
