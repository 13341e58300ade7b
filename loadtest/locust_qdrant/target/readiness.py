"""Wait until a collection is optimised and indexed: queries before that are other queries."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from qdrant_client import models

if TYPE_CHECKING:
    from qdrant_client import QdrantClient

#: Seconds that a server gets for its index before the traffic begins all the same.
READY_SECONDS = 60.0
_POLL_SECONDS = 0.1
# An optimiser starts a moment after the last write; until then the collection looks ready.
_CALM_SECONDS = 0.5


def wait_until_ready(client: QdrantClient, name: str, seconds: float) -> str:
    """Wait until the collection is green and indexed.

    Args:
        client: a client that works.
        name: name of the collection.
        seconds: how long to wait at most.

    Returns:
        What a reader of the figures should know, in one sentence; empty when it is ready.
    """
    deadline = time.monotonic() + seconds
    green_since = None
    while True:
        info = client.get_collection(name)
        points = info.points_count or 0
        if not points:
            return "The collection was empty when the traffic began."
        now = time.monotonic()
        if info.status == models.CollectionStatus.GREEN:
            green_since = now if green_since is None else green_since
            if (info.indexed_vectors_count or 0) >= points:
                return ""
            if now - green_since >= _CALM_SECONDS:
                return (
                    "The collection was not indexed when the traffic began "
                    f"({info.indexed_vectors_count or 0:,} indexed vectors, {points:,} points): "
                    "its points are searched one by one, which says little of a large collection."
                )
        else:
            green_since = None
        if now > deadline:
            return (
                f"The collection was not optimised within {seconds:g} s (status "
                f"{info.status.value}); queries may be slower than usual."
            )
        time.sleep(_POLL_SECONDS)
