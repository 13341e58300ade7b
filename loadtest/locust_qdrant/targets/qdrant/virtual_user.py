"""Who makes the requests: one virtual user, as far as operations see it."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from locust_qdrant.config.dataset import number_of
from locust_qdrant.ledger import Write, WriteKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from random import Random

    from locust_qdrant.config.dataset import Dataset, PointNames
    from locust_qdrant.targets.qdrant.contents import Contents
    from locust_qdrant.targets.qdrant.filters import PointFilter
    from locust_qdrant.targets.qdrant.witnesses import Unclaimed

# A user that writes for hours need not know all of its points; this bounds its memory.
_MOST_OWN = 1000


class VirtualUser:
    """One virtual user: it has one request under way at a time, and points that only it writes.

    Args:
        collection: name of the collection.
        dataset: where vectors and payloads come from.
        random: this user's own source of chance.
        names: the ids of points.
        filled: number of points in the collection when the traffic begins, numbered from zero.
        fresh: ids of points that nobody has used, shared by all users of a process.
        unclaimed: points of the filling that nobody writes yet, shared as well.
        contents: holds what is read against what was written.

    Attributes:
        collection: name of the collection.
        dataset: where vectors and payloads come from.
        random: this user's own source of chance.
        contents: holds what is read against what was written.
    """

    def __init__(
        self,
        *,
        collection: str,
        dataset: Dataset,
        random: Random,
        names: PointNames,
        filled: int,
        fresh: Iterator[str],
        unclaimed: Unclaimed,
        contents: Contents,
    ) -> None:
        self.collection = collection
        self.dataset = dataset
        self.random = random
        self.contents = contents
        self._names = names
        self._filled = filled
        self._fresh = fresh
        self._unclaimed = unclaimed
        self._witnesses = contents.witnesses
        self._own: list[str] = []
        self._new: list[str] = []
        self._version = 0
        self._last: Write | None = None

    def new_points(self, count: int) -> list[str]:
        """Return the ids of `count` points that nobody has used."""
        self._settle()
        self._new = list(islice(self._fresh, count))
        return self._new

    def own_points(self, count: int) -> list[str]:
        """Return the ids of up to `count` points that this user wrote, acknowledged and there."""
        self._settle()
        return self.random.sample(self._own, min(count, len(self._own)))

    def claimed_points(self, count: int) -> list[str]:
        """Return the ids of up to `count` points that are there and only this user writes.

        They are its own ones; where it has too few, points of the filling become its own.
        """
        self._settle()
        claimed = self._unclaimed.claim(max(0, count - len(self._own)))
        self._own += map(self._names.name, claimed)
        return self.own_points(count)

    def some_points(self, count: int) -> list[str]:
        """Return the ids of `count` points that are probably there, whoever writes them."""
        if not self._filled:
            return self.own_points(count) or self.new_points(count)
        numbers = self.random.sample(range(self._filled), min(count, self._filled))
        return [self._names.name(number) for number in numbers]

    def surely(self, chosen: PointFilter | None = None, first: str = "") -> int:
        """Return how many points there are at least, while this user waits for an answer.

        They are what the filling left untouched and, without a filter, this user's own.

        Args:
            chosen: a filter, None for none.
            first: the id of the first one that counts, empty for all.
        """
        number = number_of(first) if first else 0
        there = self._witnesses.count(chosen, number)
        if chosen is None:
            self._settle()
            own = self._own if not first else [each for each in self._own if each >= first]
            there += len(own)
        return there

    def surely_among(self, points: Iterable[str]) -> int:
        """Return how many of `points` are there, at least, while this user waits for an answer."""
        self._settle()
        sure = set(self._own)
        return sum(each in sure or number_of(each) in self._witnesses for each in points)

    def write(self, points: Sequence[str], kind: WriteKind) -> Write:
        """Return the write of `points`, in a version of its own."""
        self._version += 1
        self._last = Write(points, self._version, kind)
        if kind is WriteKind.DELETE:
            self._disown(points)
        return self._last

    def _disown(self, points: Iterable[str]) -> None:
        gone = set(points)
        self._own = [point for point in self._own if point not in gone]

    def _settle(self) -> None:
        """Count new points as there, if the server acknowledged the upsert of them."""
        last, new = self._last, self._new
        self._last, self._new = None, []
        if last is None:
            return
        if not last.acknowledged:
            # It may still happen, at any time: nothing is sure about these points any more.
            self._disown(last.points)
        elif last.kind is WriteKind.UPSERT:
            self._own += new
            del self._own[:-_MOST_OWN]
