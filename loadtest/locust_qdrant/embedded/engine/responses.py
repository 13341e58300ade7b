"""How often each route and method was answered, with which status, and how long that took."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import NamedTuple


class AnswerKind(NamedTuple):
    """Answers that are counted together: `protocol` is rest or grpc."""

    protocol: str
    endpoint: str
    status: str
    collection: str


@dataclass
class Counted:
    """Answers of one kind; durations are in seconds."""

    count: int = 0
    seconds: float = 0.0
    last: datetime = datetime.min

    def add(self, other: Counted) -> None:
        """Count others in."""
        self.count += other.count
        self.seconds += other.seconds
        self.last = max(self.last, other.last)


class Responses:
    """All that was answered. Names that no collection has are counted as one."""

    def __init__(self) -> None:
        self._counted: defaultdict[AnswerKind, Counted] = defaultdict(Counted)

    def add(self, kind: AnswerKind, seconds: float) -> None:
        """Count one answer."""
        now = datetime.now(timezone.utc).replace(tzinfo=None)
        self._counted[kind].add(Counted(1, seconds, now))

    def forget(self, collection: str) -> None:
        """Count what a collection that is gone has answered without its name."""
        for kind in [kind for kind in self._counted if kind.collection == collection]:
            self._counted[kind._replace(collection="")].add(self._counted.pop(kind))

    def by_kind(self, *, per_collection: bool = False) -> dict[AnswerKind, Counted]:
        """Return what was answered, for all collections together or for each."""
        summed: defaultdict[AnswerKind, Counted] = defaultdict(Counted)
        for kind, counted in sorted(self._counted.items()):
            summed[kind if per_collection else kind._replace(collection="")].add(counted)
        return dict(summed)
