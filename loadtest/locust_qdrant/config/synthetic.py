"""Vectors that are made up: in clusters, so that neighbours, recall and filters mean something."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

# Standard deviation within a cluster, where that of the clusters' centres is 1.
_SPREAD = 0.7

_VOCABULARY = 30_000
_TERMS_OF_CLUSTER = 300


class Sparse(NamedTuple):
    """A sparse vector.

    Attributes:
        indices: terms in ascending order, each once.
        values: a weight for each.
    """

    indices: list[int]
    values: list[float]


class Clusters:
    """Clusters of vectors; whatever is drawn is the same for the same seed.

    Args:
        count: how many clusters there are.
        seed: where chance begins; different vectors of a point have different ones.
    """

    def __init__(self, count: int, seed: Sequence[int]) -> None:
        self.count = count
        self._seed = seed

    def dense(self, labels: NDArray[np.int64], dim: int, draw: int) -> NDArray[np.float32]:
        """Return vectors near the centres of their clusters.

        Args:
            labels: the cluster of each vector.
            dim: number of components.
            draw: which draw it is; another one gives other vectors of the same clusters.

        Returns:
            An array of shape (len(labels), dim).
        """
        shape = (self.count, dim)
        centres = self._chance(0).standard_normal(shape, dtype=np.float32)
        noise = self._chance(1, draw).standard_normal((len(labels), dim), dtype=np.float32)
        vectors: NDArray[np.float32] = centres[labels] + np.float32(_SPREAD) * noise
        return vectors

    def sparse(self, labels: NDArray[np.int64], terms: int, draw: int) -> list[Sparse]:
        """Return sparse vectors of up to `terms` terms each, such as their clusters often have."""
        vocabulary = self._chance(0).integers(_VOCABULARY, size=(self.count, _TERMS_OF_CLUSTER))
        chance = self._chance(1, draw)
        # The square prefers the first terms of a cluster, as language does.
        ranks = (chance.random((len(labels), terms)) ** 2 * _TERMS_OF_CLUSTER).astype(np.int64)
        chosen = vocabulary[labels[:, None], ranks]
        weights = (0.1 + chance.random((len(labels), terms))).astype(np.float32)
        return [_each_once(terms, values) for terms, values in zip(chosen, weights, strict=True)]

    def _chance(self, *stream: int) -> np.random.Generator:
        return np.random.default_rng([*self._seed, *stream])


def _each_once(terms: NDArray[np.int64], values: NDArray[np.float32]) -> Sparse:
    kept, first = np.unique(terms, return_index=True)
    return Sparse(kept.tolist(), values[first].tolist())
