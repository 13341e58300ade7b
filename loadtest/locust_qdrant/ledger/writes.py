"""What a write is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class WriteKind(str, Enum):
    """What a write does to a point."""

    #: Sets its vectors and its whole payload.
    UPSERT = "upsert"
    #: Changes a part of its payload, if the point is there.
    PAYLOAD = "payload"
    DELETE = "delete"


class Fate(str, Enum):
    """What became of a write."""

    #: The server said that it is done.
    ACKNOWLEDGED = "acknowledged"
    #: It is not done, and never will be.
    REFUSED = "refused"
    #: As `REFUSED`, unless several shards had a part in it: others may have done theirs.
    REFUSED_BY_SHARD = "refused by a shard"
    #: Nobody knows: it may be done, now or later.
    IN_DOUBT = "in doubt"


@dataclass
class Write:
    """One write of some points.

    Attributes:
        points: their ids.
        version: number of this write among all of its writer's, counted up; zero for a point that
            was there when the traffic began.
        kind: what it does.
        acknowledged: whether the server said that it is done.
    """

    points: Sequence[str]
    version: int
    kind: WriteKind = WriteKind.UPSERT
    acknowledged: bool = False
