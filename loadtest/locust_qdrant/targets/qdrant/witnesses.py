"""Points that are surely there: those of the filling that nobody has written since."""

from __future__ import annotations

from itertools import islice
from operator import length_hint
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from locust_qdrant.config.dataset import Dataset
    from locust_qdrant.targets.qdrant.filters import PointFilter

#: Of a larger filling, this many points are held against a filter: a bound needs no more, and each
#: request looks at all of them.
_MOST_FILTERED = 5000


class Unclaimed:
    """Points of the filling, by their numbers, until one user becomes their writer.

    Each process gives away its own share only, in ascending order.

    Args:
        filled: number of points in the filling, numbered from zero.
        worker: number of this process, from zero.
        workers: number of processes.
        claims: whether the mix has operations that claim points; without them, all of the filling
            stays as it is, whichever process it belongs to.
    """

    def __init__(self, filled: int, worker: int = 0, workers: int = 1, *, claims: bool) -> None:
        self._share = range(worker, filled, workers)
        self._left = iter(self._share)
        self._untouched = None if claims else range(filled)

    def claim(self, count: int) -> list[int]:
        """Return the numbers of up to `count` points that have one writer from now on."""
        self._untouched = None
        return list(islice(self._left, count))

    def untouched(self) -> range:
        """Return the numbers of points that nobody writes, as far as this process can know."""
        if self._untouched is not None:
            return self._untouched
        return self._share[len(self._share) - length_hint(self._left) :]


class Witnesses:
    """Counts untouched points that a read has to find.

    Args:
        unclaimed: the filling.
        dataset: what the points are made of.
    """

    def __init__(self, unclaimed: Unclaimed, dataset: Dataset) -> None:
        self._unclaimed = unclaimed
        numbers = unclaimed.untouched()[-_MOST_FILTERED:]
        self._numbers = np.array(numbers, dtype=np.int64)
        self._tenants = np.array([dataset.tenant_number(each) for each in numbers], dtype=np.int64)
        self._groups = np.array([dataset.group(each) for each in numbers], dtype=np.int64)
        self._ranks = np.array([dataset.rank(each) for each in numbers], dtype=np.float64)

    def __contains__(self, number: int) -> bool:
        """Tell whether the point of that number is untouched."""
        return number in self._unclaimed.untouched()

    def count(self, chosen: PointFilter | None = None, first: int = 0) -> int:
        """Return how many points there are, at least, that `chosen` lets through.

        Args:
            chosen: a filter, None for none.
            first: number of the first point that counts.
        """
        untouched = self._unclaimed.untouched()
        if chosen is None:
            before = max(0, -(-(first - untouched.start) // untouched.step))
            return max(0, len(untouched) - before)
        left = min(len(untouched), len(self._numbers))
        if not left:
            return 0
        here = slice(len(self._numbers) - left, None)
        fits = self._numbers[here] >= first
        if chosen.tenant is not None:
            fits &= self._tenants[here] == chosen.tenant
        if chosen.group is not None:
            fits &= self._groups[here] == chosen.group
        if chosen.ranks is not None:
            low, high = chosen.ranks
            fits &= (self._ranks[here] >= low) & (self._ranks[here] < high)
        return int(np.count_nonzero(fits))
