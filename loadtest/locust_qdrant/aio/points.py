"""How many points a call of a client is about."""

from __future__ import annotations

from collections.abc import Sized

# `qdrant_client.models` has another QueryResponse, that of fastembed.
from qdrant_client.http import models


def points_returned(answer: object) -> int:
    """Return the number of points, or hits, in what a method of the client returned."""
    if isinstance(answer, models.QueryResponse):
        return len(answer.points)
    if isinstance(answer, list) and answer:
        # All of one kind: points, answers of a batch, or something that is neither.
        if isinstance(answer[0], (models.Record, models.ScoredPoint)):
            return len(answer)
        return sum(map(points_returned, answer))
    if isinstance(answer, tuple) and answer:
        # A page of `scroll`, and where the next one begins.
        return points_returned(answer[0])
    if isinstance(answer, models.GroupsResult):
        return sum(len(group.hits) for group in answer.groups)
    return 0


def points_written(points: object) -> int:
    """Return the number of points in the argument `points` of a write.

    Zero where only the server can tell, as for a filter, or for a generator.
    """
    if isinstance(points, models.Batch):
        return len(points.ids)
    if isinstance(points, models.PointIdsList):
        return len(points.points)
    return len(points) if isinstance(points, Sized) else 0
