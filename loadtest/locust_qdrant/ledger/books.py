"""The books: the last acknowledged write of each point, and the writes in doubt.

Memory: about 200 bytes a point, the point's id included, for as long as the run lasts. A ledger
that has a bound forgets every other point when it reaches it, so that it keeps one of 2, 4, 8, ...
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

from locust_qdrant.ledger.judgement import NEVER, Fate, State, Write, WriteKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from types import TracebackType

    Doubts = set[tuple[WriteKind, int]]

#: Points in a ledger at most, unless it is said otherwise: some 200 MB.
MOST_POINTS = 1_000_000


class Ledger:
    """The last acknowledged write of each point, and the writes whose fate is unknown.

    A write that failed or was cancelled may have happened all the same, even later: it is in doubt
    for good, and either way of reading the point is right. One that the server refused did not
    happen: where it shows, somebody else wrote the point.

    Each point must have one writer, which waits for an answer before it writes the point again;
    then "last" means something. Writers of different points may live in different threads.

    Args:
        most: number of points to keep books of; None for all.
    """

    def __init__(self, most: int | None = MOST_POINTS) -> None:
        # The greatest acknowledged version of each kind: such books can be merged in any order.
        self._versions: dict[WriteKind, dict[str, int]] = {kind: {} for kind in WriteKind}
        self._doubts: dict[str, Doubts] = {}
        # By point; what a shard refused may become a doubt, and what is refused for good has none.
        self._refused: dict[str, Doubts] = {}
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
            for kept, found in ((ledger._doubts, "doubts"), (ledger._refused, "refused")):
                for point, writes in data[found].items():
                    kept[point] = {(WriteKind(kind), version) for kind, version in writes}
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError("These are no books of writes.") from error
        return ledger

    def plain(self) -> dict[str, Any]:
        """Return the books in dictionaries, lists, strings and numbers; `restored` takes them.

        Shape: `every`, a number; `acknowledged`, kind of write to point to version; `doubts` and
        `refused`, point to a list of kind and version.
        """
        return {
            "every": self._every,
            "acknowledged": {kind.value: dict(each) for kind, each in self._versions.items()},
            "doubts": _plain(self._all_doubts()),
            "refused": _plain(self._refused),
        }

    def parts(self, size: int) -> Iterator[Ledger]:
        """Yield the books in parts of at most `size` points; merged, they are these books."""
        points = self.touched()
        for start in range(0, len(points), size):
            part = Ledger(most=None)
            part._every = self._every
            for point in points[start : start + size]:
                part._take_over(point, self.state(point))
                if point in self._refused:
                    part._refused[point] = self._refused[point]
            yield part

    @property
    def every(self) -> int:
        """The ledger keeps books of one of so many points."""
        return self._every

    def writing(
        self, write: Write | None, failed: Callable[[BaseException], Fate] | None = None
    ) -> LedgerEntry:
        """Enter `write` in a with statement around its call, whose entry has its `fate`.

        It is acknowledged when the block ends, unless the block says otherwise.

        Args:
            write: what is written; None is no write.
            failed: says what becomes of it where the block raises; without it, it is in doubt.
        """
        return LedgerEntry(self, write, failed)

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
        return list(dict.fromkeys([*self.points(), *self._all_doubts(), *self._refused]))

    def possible(self) -> set[str]:
        """Return every point that may be there: one of a write that was refused unread is not."""
        by_shard = (point for point, writes in self._refused.items() if writes)
        return {*self.points(), *self._all_doubts(), *by_shard}

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

    def refused(self) -> int:
        """Return the number of points with a write that the server refused."""
        return len(self._refused)

    def doubt_refusals(self) -> None:
        """Take what a shard refused for what is in doubt: other shards may have done their part."""
        for point, writes in self._refused.items():
            if writes:
                self._doubts.setdefault(point, set()).update(writes)
        self._refused = {point: writes for point, writes in self._refused.items() if not writes}

    def believe_refusals(self) -> None:
        """Take what a shard refused for refused: there is no other shard."""
        self._refused = {point: set() for point in self._refused}

    def _acknowledge(self, point: str, version: int, kind: WriteKind) -> None:
        if self.keeps(point):
            versions = self._versions[kind]
            versions[point] = max(version, versions.get(point, NEVER))

    def _take_in(self, other: Ledger) -> None:
        for point in other.touched():
            self._take_over(point, other.state(point))
        for point, writes in other._refused.items():
            self._refuse(point, writes)

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

    def _refuse(self, point: str, writes: Doubts) -> None:
        if self.keeps(point):
            self._refused.setdefault(point, set()).update(writes)

    def _begin(self, write: Write) -> None:
        self._under_way[id(write)] = write

    def _end(self, write: Write, fate: Fate) -> None:
        for point in filter(self.keeps, write.points):
            if fate is Fate.ACKNOWLEDGED:
                self._acknowledge(point, write.version, write.kind)
            elif fate is Fate.IN_DOUBT:
                self._doubts.setdefault(point, set()).add((write.kind, write.version))
            else:
                by_shard = fate is Fate.REFUSED_BY_SHARD
                self._refuse(point, {(write.kind, write.version)} if by_shard else set())
        write.acknowledged = fate is Fate.ACKNOWLEDGED
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
        for kept in (self._doubts, self._refused):
            for point in list(kept):
                if not self.keeps(point):
                    kept.pop(point, None)

    def _all_doubts(self) -> dict[str, Doubts]:
        """Return the doubts, those of writes under way included."""
        if not self._under_way:
            return self._doubts
        doubts = {point: set(each) for point, each in self._doubts.items()}
        for write in list(self._under_way.values()):
            for point in filter(self.keeps, write.points):
                doubts.setdefault(point, set()).add((write.kind, write.version))
        return doubts


def _plain(writes: Mapping[str, Doubts]) -> dict[str, Any]:
    return {
        point: [[kind.value, version] for kind, version in sorted(each)]
        for point, each in writes.items()
    }


class LedgerEntry:
    """A write while its call is under way.

    Attributes:
        fate: what becomes of it when the block ends well.
    """

    __slots__ = ("_failed", "_ledger", "_write", "fate")

    def __init__(
        self,
        ledger: Ledger,
        write: Write | None,
        failed: Callable[[BaseException], Fate] | None,
    ) -> None:
        self.fate = Fate.ACKNOWLEDGED
        self._ledger = ledger
        self._write = write
        self._failed = failed

    def __enter__(self) -> LedgerEntry:
        if self._write is not None:
            self._ledger._begin(self._write)  # noqa: SLF001 - the two are one
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._write is None:
            return
        if error is not None:
            self.fate = Fate.IN_DOUBT if self._failed is None else self._failed(error)
        self._ledger._end(self._write, self.fate)  # noqa: SLF001 - as above
