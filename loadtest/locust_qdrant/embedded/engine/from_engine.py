"""The engine's answers as `qdrant_client.models`: pure functions, without I/O.

The models are built without validation: the engine's types are known, and validating ten thousand
hits again would cost more than finding them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import qdrant_edge as edge
from qdrant_client.http import models

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


def scored_points(
    points: Iterable[edge.ScoredPoint], *, with_vectors: bool
) -> list[models.ScoredPoint]:
    """Convert hits; some queries (MMR) return vectors that nobody asked for."""
    return [
        models.ScoredPoint.model_construct(
            id=point_id(point.id),
            version=point.version,
            score=point.score,
            payload=point.payload,
            vector=vectors(point.vector) if with_vectors else None,
            shard_key=None,
            order_value=point.order_value,
        )
        for point in points
    ]


def records(points: Iterable[edge.Record]) -> list[models.Record]:
    """Convert points as they are stored."""
    return [
        models.Record.model_construct(
            id=point_id(point.id),
            payload=point.payload,
            vector=vectors(point.vector),
            shard_key=None,
            order_value=point.order_value,
        )
        for point in points
    ]


def facet_hits(response: edge.FacetResponse) -> list[models.FacetValueHit]:
    """Convert the counts of a field's values."""
    return [
        models.FacetValueHit.model_construct(
            value=str(hit.value) if isinstance(hit.value, UUID) else hit.value, count=hit.count
        )
        for hit in response.hits
    ]


def point_id(id_: Any) -> int | str:
    """Convert a point's id; a UUID travels as text."""
    return str(id_) if isinstance(id_, UUID) else id_


def is_point_id(value: Any) -> bool:
    """Return whether a value could be the id of a point."""
    if isinstance(value, int):
        return value >= 0
    try:
        UUID(value)
    except ValueError:
        return False
    return True


def vectors(vector: Any) -> Any:
    """Convert a point's vector or named vectors; None if none was asked for."""
    if isinstance(vector, edge.SparseVector):
        return models.SparseVector.model_construct(indices=vector.indices, values=vector.values)
    if isinstance(vector, dict):
        return {name: vectors(v) for name, v in vector.items()}
    return vector


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
