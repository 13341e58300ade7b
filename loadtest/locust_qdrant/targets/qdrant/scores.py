"""The score that a server has to give a vector: computed here, to hold an answer against it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from locust_qdrant.config.model import VectorSpec
    from locust_qdrant.config.synthetic import Sparse

    Rows = NDArray[np.float64]

# Servers add up in single precision.
_TOLERANCE = 1e-4


class Scores:
    """The scores of vectors for one query.

    Args:
        spec: of query and vectors; None for sparse ones.
        query: of shape (dim,) or (multi, dim), or a `Sparse`.
    """

    def __init__(self, spec: VectorSpec | None, query: Any) -> None:  # noqa: ANN401 - one of three
        self._spec = spec
        self._query: Any = query if spec is None else _rows(spec, query)
        self._size = _sparse(query, query) if spec is None else _size(spec, self._query)

    def fits(self, given: float, vector: Any) -> bool:  # noqa: ANN401 - as above
        """Tell whether `given` is the score of `vector` for the query, up to single precision.

        Args:
            given: what the server says; no number is no score.
            vector: of the shape of the query.
        """
        spec, query = self._spec, self._query
        if spec is None:
            return _near(given, _sparse(query, vector), self._size + _sparse(vector, vector))
        rows = _rows(spec, vector)
        scale = self._size + _size(spec, rows)
        # For each vector of the query, what is nearest to it.
        total = float(_nearness(spec, query, rows).max(axis=1).sum())
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


def _rows(spec: VectorSpec, vector: ArrayLike) -> Rows:
    """Return the vectors of a multivector, or the one of another, as they are compared."""
    rows = np.array(vector, dtype=np.float64, ndmin=2)
    if spec.distance == "cosine":
        lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))
        rows /= np.where(lengths == 0, 1, lengths)[:, None]
    return rows


def _size(spec: VectorSpec, rows: Rows) -> float:
    """Return what, with the size of another, no score of the two is above."""
    return float(np.abs(rows).sum() if spec.distance == "manhattan" else np.vdot(rows, rows))


def _nearness(spec: VectorSpec, rows: Rows, others: Rows) -> Rows:
    """Return how near each row is to each of the others; shape (rows, others)."""
    if spec.distance in {"cosine", "dot"}:
        near: Rows = rows @ others.T
        return near
    apart = rows[:, None, :] - others[None, :, :]
    far: Rows = (apart**2 if spec.distance == "euclid" else np.abs(apart)).sum(axis=2)
    return -far


def _sparse(one: Sparse, other: Sparse) -> float:
    values = dict(zip(other.indices, other.values, strict=True))
    return sum(
        value * values.get(index, 0.0) for index, value in zip(one.indices, one.values, strict=True)
    )
