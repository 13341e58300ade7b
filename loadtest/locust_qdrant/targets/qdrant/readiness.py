"""Is the collection ready for traffic, and what did its server do with it meanwhile?

Qdrant adds up the vectors of all names in `indexed_vectors_count`, sparse ones whether they are
indexed or not. Segments that are too small for an index are searched point by point, which is fast:
a count that is a little below the number of vectors is as it should be.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from qdrant_client.models import CollectionStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from qdrant_client import models

    from locust_qdrant.config.model import CollectionSpec

_POLL_SECONDS = 0.1
# An optimiser starts a moment after the last write; until then the collection looks ready.
_CALM_SECONDS = 0.5
#: Share of the dense vectors that an index has to have before searches are those of an index.
_MOSTLY = 0.5


class CollectionState(NamedTuple):
    """What a server says of a collection at one moment.

    Attributes:
        status: `green`; `yellow` while it optimises; `grey` where it waits for the next write with
            that; `red` where something failed.
        error: of the optimiser; empty for none.
        points: number of its points, about.
        indexed: number of its vectors that are in an index, those of all names added up.
        segments: number of its segments.
        queue: number of updates that wait; None where the server does not tell.
    """

    status: str
    error: str = ""
    points: int = 0
    indexed: int = 0
    segments: int = 0
    queue: int | None = None


def state_of(info: models.CollectionInfo) -> CollectionState:
    """Return what matters of what a server says of a collection."""
    return CollectionState(
        status=info.status.value,
        error=str(getattr(info.optimizer_status, "error", "")),
        points=info.points_count or 0,
        indexed=info.indexed_vectors_count or 0,
        segments=info.segments_count,
        queue=None if info.update_queue is None else info.update_queue.length,
    )


def wait_until_ready(
    look: Callable[[], CollectionState], spec: CollectionSpec, seconds: float
) -> str:
    """Wait until the collection is green, and for a moment to see that it stays so.

    Args:
        look: asks the server.
        spec: what the collection is.
        seconds: how long to wait at most; what waits for a write, or failed, is not waited for.

    Returns:
        What a reader of the figures should know, in one sentence; empty when it is ready.
    """
    deadline = time.monotonic() + seconds
    green_since = None
    while True:
        state, moment = look(), time.monotonic()
        if not state.points and not state.error:
            return "The collection was empty when the traffic began."
        if state.status != CollectionStatus.GREEN.value:
            green_since = None
        elif green_since is None:
            green_since = moment
        calm = green_since is not None and moment - green_since >= _CALM_SECONDS
        hopeless = state.error or state.status in {"grey", "red"}
        if calm or hopeless or moment > deadline or _all_indexed(state, spec):
            return note_on(state, spec)
        time.sleep(_POLL_SECONDS)


def note_on(state: CollectionState, spec: CollectionSpec) -> str:
    """Return what a reader should know of a collection as it is when the traffic begins."""
    if state.error:
        return f"The server's optimiser failed before the traffic began: {state.error}."
    if state.status != "green":
        why = {
            "yellow": "the server was still optimising it",
            "grey": "the server waits for the next write before it optimises it",
        }.get(state.status, "something is wrong with it")
        queue = f", {state.queue:,} updates waiting" if state.queue else ""
        return (
            f"The collection was {state.status} when the traffic began{queue}: {why}; queries may "
            "be slower than usual."
        )
    dense, indexed = _dense(state, spec)
    if indexed <= 0:
        return (
            f"The collection was not indexed when the traffic began ({max(0, indexed):,} indexed "
            f"vectors, {state.points:,} points): its points are searched one by one, which says "
            "little of a large collection."
        )
    if indexed < _MOSTLY * dense:
        return (
            f"Only some {indexed:,} of {dense:,} vectors were in an index when the traffic began: "
            "the others are searched one by one."
        )
    return ""


def notes_on_change(
    before: CollectionState | None, during: set[str], after: CollectionState | None
) -> Iterator[str]:
    """Yield what the server did with the collection while the traffic ran.

    Args:
        before: how it was when the traffic began; None where nobody could look.
        during: each status that was seen while it ran.
        after: how it was when the traffic was over.
    """
    if before is None or after is None:
        return
    if after.error and after.error != before.error:
        yield f"The server's optimiser failed while the traffic ran: {after.error}."
    seen = [each for each in ("yellow", "grey", "red") if each in {*during, after.status}]
    parts = []
    if seen and before.status not in seen:
        parts.append(f"the collection went from {before.status} to {' and '.join(seen)}")
    if before.segments != after.segments:
        parts.append(f"its segments from {before.segments} to {after.segments}")
    if parts:
        yield (
            f"While the traffic ran, {', '.join(parts)}: the server's optimiser worked beside it, "
            "which is part of the figures."
        )
    if after.queue:
        yield f"When the traffic was over, {after.queue:,} updates still waited on the server."


def _all_indexed(state: CollectionState, spec: CollectionSpec) -> bool:
    dense, indexed = _dense(state, spec)
    return state.status == "green" and 0 < dense <= indexed


def _dense(state: CollectionState, spec: CollectionSpec) -> tuple[int, int]:
    """Return the number of dense vectors, and how many of them are indexed, at most."""
    return state.points * len(spec.vectors), state.indexed - state.points * len(spec.sparse)
