"""Points and vectors: from `qdrant_client.models` to `qdrant_edge`, checked against the collection.

The checks come first because the engine keeps a write in its log before it finds it wrong, and
applies the good half of such a write when it replays the log.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import qdrant_edge as edge
from qdrant_client.http import models

from locust_qdrant.embedded.engine.problems import (
    RequestError,
    invalid_body,
    not_served,
    wrong_input,
)
from locust_qdrant.embedded.engine.to_engine.ids import convert_id
from locust_qdrant.embedded.engine.to_engine.indexes import convert_bm25
from locust_qdrant.embedded.engine.to_engine.settings import DEFAULT_VECTOR, dense_vectors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


_INFERENCE = frozenset({"Document", "Image", "InferenceObject"})
_BM25 = "qdrant/bm25"


@dataclass(frozen=True)
class VectorKind:
    """What a collection keeps under one vector name: `size` is 0 for sparse vectors."""

    size: int = 0
    multi: bool = False

    @property
    def sparse(self) -> bool:
        """Whether the vectors are sparse."""
        return self.size == 0


def vector_kinds(request: models.CreateCollection) -> dict[str, VectorKind]:
    """Return what each vector name of a collection holds."""
    kinds = {
        name: VectorKind(params.size, params.multivector_config is not None)
        for name, params in dense_vectors(request).items()
    }
    return kinds | {name: VectorKind() for name in request.sparse_vectors or {}}


def convert_vector(vector: Any, *, query: bool = False) -> Any:
    """Convert one vector, of whichever kind, of a point or of a query.

    Raises:
        RequestError: 501 for a text or an image that the embedded engine does not embed; 422 for a
            malformed sparse vector.
    """
    if isinstance(vector, list):
        return vector
    if type(vector).__name__ in _INFERENCE:
        return embed(vector, query=query)
    if len(vector.indices) != len(vector.values):
        raise invalid_body("values: must be the same length as indices")
    if len(set(vector.indices)) != len(vector.indices):
        raise invalid_body("indices: must be unique")
    return edge.SparseVector(vector.indices, vector.values)


def convert_vectors(vectors: Any, kinds: Mapping[str, VectorKind]) -> Any:
    """Convert the vectors of one point, and check that the collection has room for them.

    Raises:
        RequestError: 400 for a wrong dimension, kind or name.
    """
    named = vectors if isinstance(vectors, dict) else {DEFAULT_VECTOR: vectors}
    converted = {name: convert_vector(vector) for name, vector in named.items()}
    for name, vector in converted.items():
        _check(vector, name, kinds)
    return converted if isinstance(vectors, dict) else converted[DEFAULT_VECTOR]


def convert_points(
    points: Iterable[models.PointStruct], kinds: Mapping[str, VectorKind]
) -> list[edge.Point]:
    """Convert points with vectors and payload."""
    return [
        edge.Point(convert_id(p.id), convert_vectors(p.vector, kinds), p.payload) for p in points
    ]


def convert_batch(batch: models.Batch, kinds: Mapping[str, VectorKind]) -> list[edge.Point]:
    """Convert points that come as columns: ids, vectors, payloads.

    Raises:
        RequestError: 422 when the columns differ in length.
    """
    count = len(batch.ids)
    payloads: list[Any] = [None] * count if batch.payloads is None else batch.payloads
    if len(payloads) != count:
        raise _columns("payloads", count, len(payloads))
    return [
        edge.Point(convert_id(id_), convert_vectors(vectors, kinds), payload)
        for id_, vectors, payload in zip(
            batch.ids, _rows(batch.vectors, count), payloads, strict=True
        )
    ]


def convert_point_vectors(
    points: Iterable[models.PointVectors], kinds: Mapping[str, VectorKind]
) -> list[edge.PointVectors]:
    """Convert new vectors of points that exist."""
    return [edge.PointVectors(convert_id(p.id), convert_vectors(p.vector, kinds)) for p in points]


def embed(document: Any, *, query: bool) -> edge.SparseVector:
    """Return the sparse vector of a text, as what is searched for or as what is stored.

    Raises:
        RequestError: 501 for any other model, and for what is no text.
        ValueError: the settings of the model are wrong.
    """
    kind = type(document).__name__
    if kind != "Document" or document.model.lower() != _BM25:
        raise not_served(f"inference (`{getattr(document, 'model', kind)}` instead of a vector)")
    options = document.options
    given = (
        options if isinstance(options, models.Bm25Config) else models.Bm25Config(**options or {})
    )
    model = _model(given.model_dump_json(exclude_none=True))
    return model.embed_query(document.text) if query else model.embed_document(document.text)


def _rows(columns: Any, count: int) -> Iterator[Any]:
    """Turn a column of vectors, or one a name, into what each point has."""
    named = columns if isinstance(columns, dict) else {DEFAULT_VECTOR: columns}
    for column in named.values():
        if len(column) != count:
            raise _columns("vectors", count, len(column))
    if not isinstance(columns, dict):
        return iter(columns)
    return ({name: column[i] for name, column in named.items()} for i in range(count))


def _columns(what: str, expected: int, got: int) -> RequestError:
    return invalid_body(f"[batch: number of ids and {what} must be equal ({expected} != {got})]")


def _check(vector: Any, name: str, kinds: Mapping[str, VectorKind]) -> None:
    kind = kinds.get(name)
    if kind is None:
        raise wrong_input(f"Not existing vector name error: {name}")
    if kind.sparse != isinstance(vector, edge.SparseVector):
        raise wrong_input(f"Conversion between sparse and regular vectors failed: {name}")
    if kind.sparse:
        return
    nested = bool(vector) and isinstance(vector[0], list)
    if nested and not kind.multi:
        raise wrong_input(f"Conversion between multi and regular vectors failed: {name}")
    # An empty list has no row to look at, and no room in any dense collection.
    for row in vector if nested else (vector,):
        if len(row) != kind.size:
            raise wrong_input(f"Vector dimension error: expected dim: {kind.size}, got {len(row)}")


@lru_cache(maxsize=16)
def _model(config: str) -> edge.Bm25:
    return edge.Bm25(convert_bm25(models.Bm25Config.model_validate_json(config)))
