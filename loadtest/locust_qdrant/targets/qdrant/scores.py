"""The score that a server has to give a vector: computed here, to hold an answer against it."""

from __future__ import annotations

import math
from operator import mul
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from locust_qdrant.config.model import VectorSpec
    from locust_qdrant.config.synthetic import Sparse

# Servers add up in single precision.
_TOLERANCE = 1e-4


def is_score(
    given: float,
    spec: VectorSpec | None,
    query: Any,  # noqa: ANN401 - dense, multi or sparse
    vector: Any,  # noqa: ANN401 - the same
) -> bool:
    """Tell whether `given` is the score of `vector` for `query`, up to single precision.

    Args:
        given: what the server says; no number is no score.
        spec: of both vectors; None for sparse ones.
        query: of shape (dim,) or (multi, dim), or a `Sparse`.
        vector: the same.
    """
    if spec is None:
        return _near(given, _sparse(query, vector), _sparse(query, query) + _sparse(vector, vector))
    rows, others = (query, vector) if spec.multi else ([query], [vector])
    if spec.distance == "cosine":
        rows, others = _normalised(rows), _normalised(others)
    scale = sum(map(_size[spec.distance], rows)) + sum(map(_size[spec.distance], others))
    near = _nearness[spec.distance]
    total = sum(max(near(row, other) for other in others) for row in rows)
    # Distances are kept as negative nearness, and the Euclidean one as its square.
    if spec.distance == "euclid":
        return _near(given * abs(given), -total, scale)
    return _near(given, abs(total) if spec.distance == "manhattan" else total, scale)


def work(spec: VectorSpec | None) -> int:
    """Return how many multiplications a score takes, about."""
    return 64 if spec is None else spec.dim * max(1, spec.multi) ** 2


def _near(given: float, wanted: float, scale: float) -> bool:
    # Not the other way round: nothing is near a NaN.
    return abs(given - wanted) <= _TOLERANCE * scale


def _dot(one: Sequence[float], other: Sequence[float]) -> float:
    return math.fsum(map(mul, one, other))


def _square(one: Sequence[float]) -> float:
    return _dot(one, one)


def _euclid(one: Sequence[float], other: Sequence[float]) -> float:
    return -sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def _manhattan(one: Sequence[float], other: Sequence[float]) -> float:
    return -sum(abs(a - b) for a, b in zip(one, other, strict=True))


def _sum(one: Sequence[float]) -> float:
    return sum(map(abs, one))


_nearness = {"cosine": _dot, "dot": _dot, "euclid": _euclid, "manhattan": _manhattan}
#: No score of two vectors is above the sum of their sizes.
_size = {"cosine": _square, "dot": _square, "euclid": _square, "manhattan": _sum}


def _sparse(one: Sparse, other: Sparse) -> float:
    values = dict(zip(other.indices, other.values, strict=True))
    return sum(
        value * values.get(index, 0.0) for index, value in zip(one.indices, one.values, strict=True)
    )


def _normalised(rows: Sequence[Sequence[float]]) -> list[list[float]]:
    lengths = [math.sqrt(_square(row)) or 1.0 for row in rows]
    return [[value / length for value in row] for row, length in zip(rows, lengths, strict=True)]
