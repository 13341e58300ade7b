"""What a write is, and how what is read compares with it: pure, one point at a time."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

#: The version of what never happened.
NEVER = -1


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


class Reading(NamedTuple):
    """What a point looks like on the server.

    Attributes:
        point: its id.
        payload: its payload, None if the point is not there.
        vectors: its vectors by name, None if nobody asked for them.
    """

    point: str
    payload: Mapping[str, Any] | None
    vectors: Mapping[str, Any] | None = None


class Originals(Protocol):
    """What points were made of."""

    def payload(self, point: str, version: int) -> Mapping[str, Any]:
        """Return the payload that an upsert of that version gave the point."""

    def revision(self, version: int) -> Mapping[str, Any]:
        """Return the fields that a payload write of that version set."""

    def version_of(self, payload: Mapping[str, Any]) -> tuple[int, int] | None:
        """Return the versions of the upsert and of the payload write (or 0) of a payload."""

    def has_vectors(self, point: str, version: int, vectors: Mapping[str, Any]) -> bool:
        """Tell whether these are the vectors that an upsert of that version gave the point."""


class Finding(str, Enum):
    """What reading a point back showed."""

    RIGHT = "right"
    #: Acknowledged, and not there.
    MISSING = "missing"
    #: There, as it was before a later acknowledged write.
    STALE = "stale"
    #: There, with a payload that nobody wrote.
    WRONG = "wrong"
    #: There, with the right payload and other vectors than were written with it.
    WRONG_VECTOR = "there with wrong vectors"
    #: Deleted, which was acknowledged, and there again.
    RESURRECTED = "deleted and there again"
    #: There, and nobody wrote it.
    PHANTOM = "a phantom: nobody wrote it"


class State(NamedTuple):
    """What is known of a point: the greatest acknowledged version of each kind of write.

    Attributes:
        upserted: version of its last upsert, or `NEVER`.
        revised: version of its last payload write, or `NEVER`.
        deleted: version of its last deletion, or `NEVER`.
        doubts: writes whose fate is unknown; each may have happened never, in its turn, or late.
    """

    upserted: int = NEVER
    revised: int = NEVER
    deleted: int = NEVER
    doubts: frozenset[tuple[WriteKind, int]] = frozenset()

    @property
    def is_deleted(self) -> bool:
        """Whether the last acknowledged write took it away."""
        return self.deleted > self.upserted

    @property
    def may_be_gone(self) -> bool:
        """Whether it is right that nothing is there."""
        return self.is_deleted or self.upserted == NEVER or bool(_of(WriteKind.DELETE, self.doubts))

    def possible(self) -> Iterator[tuple[int, int]]:
        """Yield the versions of upsert and payload write (or 0) that the point may show."""
        doubtful = _of(WriteKind.PAYLOAD, self.doubts)
        if self.upserted != NEVER and not self.is_deleted:
            revised = self.revised if self.revised > self.upserted else 0
            yield from product([self.upserted], [revised, *doubtful])
        # An upsert that is applied late may come before or after every payload write.
        revisions = [0, *([self.revised] if self.revised > 0 else []), *doubtful]
        yield from product(_of(WriteKind.UPSERT, self.doubts), revisions)


def judge(state: State, reading: Reading, originals: Originals) -> Finding:
    """Return how what was read compares with what is known."""
    point, payload, vectors = reading
    if payload is None:
        return Finding.RIGHT if state.may_be_gone else Finding.MISSING
    fitting = [
        version
        for version, revision in state.possible()
        if payload == _whole(originals, point, version, revision)
    ]
    if fitting:
        is_right = vectors is None or any(
            originals.has_vectors(point, version, vectors) for version in fitting
        )
        return Finding.RIGHT if is_right else Finding.WRONG_VECTOR
    claimed = originals.version_of(payload)
    if claimed is None or payload != _whole(originals, point, *claimed):
        return Finding.WRONG
    if state.is_deleted and max(claimed) < state.deleted:
        return Finding.RESURRECTED
    is_earlier = claimed < (state.upserted, max(state.revised, 0))
    return Finding.STALE if is_earlier else Finding.WRONG


def _of(kind: WriteKind, doubts: Iterable[tuple[WriteKind, int]]) -> list[int]:
    return [version for each, version in doubts if each is kind]


def _whole(originals: Originals, point: str, version: int, revision: int) -> dict[str, Any]:
    whole = dict(originals.payload(point, version))
    return {**whole, **originals.revision(revision)} if revision else whole
