"""Synthetic points and queries: the same ones for the same seed."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np

# Making a vector while the clock runs would load the very loop that is measured, so all vectors
# come from a pool made beforehand. 32 bytes a component: at most about 64 MB.
_MOST_COMPONENTS = 2_000_000
_MOST_VECTORS = 20_000


class Dataset:
    """Vectors and payloads of points, each a function of the point, its version and the seed.

    Args:
        dim: number of components of a vector.
        seed: anything from 0 on.
    """

    def __init__(self, dim: int, seed: int) -> None:
        count = max(1, min(_MOST_VECTORS, _MOST_COMPONENTS // dim))
        pool = np.random.default_rng(seed).standard_normal((count, dim), dtype=np.float32)
        self._pool: list[list[float]] = pool.tolist()

    def vector(self, point: str, version: int) -> list[float]:
        """Return the vector that `point` has in `version`, of shape (dim,)."""
        return self._pool[zlib.crc32(f"{point}/{version}".encode()) % len(self._pool)]

    def query(self, number: int) -> list[float]:
        """Return the query vector of that number, of shape (dim,)."""
        return self._pool[number % len(self._pool)]

    @staticmethod
    def payload(point: str, version: int) -> dict[str, Any]:
        """Return the payload that `point` has in `version`; no two are alike."""
        group = zlib.crc32(point.encode()) % 16
        return {
            "version": version,
            "group": group,
            "text": f"Version {version} of document {point}, which belongs to group {group}.",
        }
