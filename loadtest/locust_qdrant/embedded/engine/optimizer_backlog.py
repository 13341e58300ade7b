"""How much a collection would gain from being optimised: what was written since the last time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from locust_qdrant.embedded.engine.to_engine.settings import (
    dense_vectors,
    indexing_threshold,
    vacuum_limits,
)

if TYPE_CHECKING:
    import qdrant_edge as edge
    from qdrant_client.http import models

_FLOAT_BYTES = 4
_KB = 1024
# A rebuild copies the whole collection: a large one waits for more than a small one.
_SHARE_OF_WHOLE = 0.1


@dataclass
class OptimizerBacklog:
    """Points with vectors that no HNSW graph knows yet, and points deleted, both by number."""

    unindexed: int = 0
    deleted: int = 0
    forced: bool = False

    @classmethod
    def of_reopened(
        cls, request: models.CreateCollection, info: edge.ShardInfo
    ) -> OptimizerBacklog:
        """Return the backlog of a collection that was closed or killed: what its graphs lack."""
        names = len(dense_vectors(request)) or 1
        return cls(unindexed=max(0, info.points_count - info.indexed_vectors_count // names))

    def add(self, vectors: int, grown: int) -> None:
        """Count a write of so many vectors that made the collection grow by so many points."""
        self.unindexed += vectors
        self.deleted += max(0, vectors - grown)

    def force(self) -> None:
        """Make a rebuild due, whatever was written."""
        self.forced = True

    def clear(self) -> None:
        """Start again: a rebuild has begun."""
        self.unindexed, self.deleted, self.forced = 0, 0, False

    def due(self, request: models.CreateCollection, points: int) -> bool:
        """Return whether a rebuild of a collection of so many points pays.

        The limits are Qdrant's own: the indexing threshold, and the share of deleted points.
        """
        return self.forced or self._graph_due(request, points) or self._vacuum_due(request, points)

    def _graph_due(self, request: models.CreateCollection, points: int) -> bool:
        threshold = indexing_threshold(request.optimizers_config)
        width = sum(params.size for params in dense_vectors(request).values())
        unindexed_kb = self.unindexed * width * _FLOAT_BYTES / _KB
        return 0 < threshold <= unindexed_kb and self.unindexed >= _SHARE_OF_WHOLE * points

    def _vacuum_due(self, request: models.CreateCollection, points: int) -> bool:
        limits = vacuum_limits(request.optimizers_config)
        return self.deleted >= max(limits.minimum, limits.share * (points + self.deleted), 1)
