"""The books: the last acknowledged write of each point, and the writes in doubt.

Memory: about 200 bytes a point, the point's id included, for as long as the run lasts. A ledger
that has a bound forgets every other point when it reaches it, so that it keeps one of 2, 4, 8, ...
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

from locust_qdrant.ledger.judgement import NEVER, State
from locust_qdrant.ledger.writes import Write, WriteKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from types import TracebackType

    Doubts = set[tuple[WriteKind, int]]

#: Points in a ledger at most, unless it is said otherwise: some 200 MB.
MOST_POINTS = 1_000_000


class Ledger:
    """The last acknowledged write of each point, and the writes whose fate is unknown.

    A write that failed or was cancelled may have happened all the same, even later: it is in doubt
    for good, and either way of reading the point is right.

    Each point must have one writer, which waits for an answer before it writes the point again;
    then "last" means something. Writers of different points may live in different threads.

    Args:
        most: number of points to keep books of; None for all.
    """

    def __init__(self, most: int | None = MOST_POINTS) -> None:
        # The greatest acknowledged version of each kind: such books can be merged in any order.
        self._versions: dict[WriteKind, dict[str, int]] = {kind: {} for kind in WriteKind}
        self._doubts: dict[str, Doubts] = {}
        self._under_way: dict[int, Write] = {}
        self._most = most
        self._every = 1

    @classmethod
    def merge(cls, ledgers: Iterable[Ledger]) -> Ledger:
        """Return the books of several processes as one; of a shared point the last write counts."""
        books = list(ledgers)
        merged = cls(most=None)
        merged._every = max((each.every for each in books), default=1)
        for each in books:
            merged._take_in(each)
        return merged

    @classmethod
    def restored(cls, data: Mapping[str, Any]) -> Ledger:
        """Return the books that were `data`.

        Raises:
            ValueError: this is none of `plain`.
        """
        ledger = cls(most=None)
        try:
            ledger._every = int(data["every"])
            for kind, versions in data["acknowledged"].items():
                ledger._versions[WriteKind(kind)] = dict(versions)
            for point, doubts in data["doubts"].items():
                ledger._doubts[point] = {(WriteKind(kind), version) for kind, version in doubts}
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError("These are no books of writes.") from error
        return ledger

    def plain(self) -> dict[str, Any]:
        """Return the books in dictionaries, lists, strings and numbers; `restored` takes them.

        Shape: `every`, a number; `acknowledged`, kind of write to point to version; `doubts`, point
        to a list of kind and version.
        """
        return {
            "every": self._every,
            "acknowledged": {kind.value: dict(each) for kind, each in self._versions.items()},
            "doubts": {
                point: [[kind.value, version] for kind, version in sorted(doubts)]
                for point, doubts in self._all_doubts().items()
            },
        }

    def parts(self, size: int) -> Iterator[Ledger]:
        """Yield the books in parts of at most `size` points; merged, they are these books."""
        points = self.touched()
        for start in range(0, len(points), size):
            part = Ledger(most=None)
            part._every = self._every
            for point in points[start : start + size]:
                part._take_over(point, self.state(point))
            yield part

    @property
    def every(self) -> int:
        """The ledger keeps books of one of so many points."""
        return self._every

    def writing(self, write: Write | None) -> Entry:
        """Enter `write` in a with statement around its call.

        It is acknowledged when the block ends, and in doubt when it raises. None is no write.
        """
        return Entry(self, write)

    def keeps(self, point: str) -> bool:
        """Tell whether the ledger keeps books of `point`."""
        return self._every == 1 or zlib.crc32(point.encode()) % self._every == 0

    def points(self) -> list[str]:
        """Return every point with an acknowledged write."""
        points: dict[str, int] = {}
        for versions in self._versions.values():
            points |= versions
        return list(points)

    def touched(self) -> list[str]:
        """Return every point that anyone tried to write, so that all of them can be removed."""
        return list(dict.fromkeys([*self.points(), *self._all_doubts()]))

    def knows(self, point: str) -> bool:
        """Tell whether anyone tried to write `point`."""
        return self.state(point) != State()

    def state(self, point: str) -> State:
        """Return what is known of `point`."""
        doubts = self._doubts.get(point, set()) | {
            (write.kind, write.version)
            for write in list(self._under_way.values())
            if point in write.points
        }
        return State(
            self._versions[WriteKind.UPSERT].get(point, NEVER),
            self._versions[WriteKind.PAYLOAD].get(point, NEVER),
            self._versions[WriteKind.DELETE].get(point, NEVER),
            frozenset(doubts),
        )

    def in_doubt(self) -> int:
        """Return the number of points with a write of unknown fate."""
        return len(self._all_doubts())

    def _acknowledge(self, point: str, version: int, kind: WriteKind) -> None:
        if self.keeps(point):
            versions = self._versions[kind]
            versions[point] = max(version, versions.get(point, NEVER))

    def _take_in(self, other: Ledger) -> None:
        for point in other.touched():
            self._take_over(point, other.state(point))

    def _take_over(self, point: str, state: State) -> None:
        for kind, version in (
            (WriteKind.UPSERT, state.upserted),
            (WriteKind.PAYLOAD, state.revised),
            (WriteKind.DELETE, state.deleted),
        ):
            if version != NEVER:
                self._acknowledge(point, version, kind)
        if state.doubts and self.keeps(point):
            self._doubts.setdefault(point, set()).update(state.doubts)

    def _begin(self, write: Write) -> None:
        self._under_way[id(write)] = write

    def _end(self, write: Write, *, acknowledged: bool) -> None:
        if acknowledged:
            for point in write.points:
                self._acknowledge(point, write.version, write.kind)
        else:
            for point in filter(self.keeps, write.points):
                self._doubts.setdefault(point, set()).add((write.kind, write.version))
        write.acknowledged = acknowledged
        del self._under_way[id(write)]
        if self._most is not None and len(self._versions[WriteKind.UPSERT]) > self._most:
            self._forget_half()

    def _forget_half(self) -> None:
        self._every *= 2
        # Other threads go on writing: take out, and leave the dictionaries where they are.
        for versions in self._versions.values():
            for point in list(versions):
                if not self.keeps(point):
                    versions.pop(point, None)
        for point in list(self._doubts):
            if not self.keeps(point):
                self._doubts.pop(point, None)

    def _all_doubts(self) -> dict[str, Doubts]:
        """Return the doubts, those of writes under way included."""
        if not self._under_way:
            return self._doubts
        doubts = {point: set(each) for point, each in self._doubts.items()}
        for write in list(self._under_way.values()):
            for point in filter(self.keeps, write.points):
                doubts.setdefault(point, set()).add((write.kind, write.version))
        return doubts


class Entry:
    """A write while its call is under way."""

    __slots__ = ("_ledger", "_write")

    def __init__(self, ledger: Ledger, write: Write | None) -> None:
        self._ledger = ledger
        self._write = write

    def __enter__(self) -> None:
        if self._write is not None:
            self._ledger._begin(self._write)  # noqa: SLF001 - the two are one

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._write is not None:
            self._ledger._end(self._write, acknowledged=kind is None)  # noqa: SLF001 - as above
