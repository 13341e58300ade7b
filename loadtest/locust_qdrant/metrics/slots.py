"""What ended when: stretches of time for plots and outages, as many however long a run is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from locust_qdrant.metrics.figures import Times
from locust_qdrant.metrics.record import Outcome

if TYPE_CHECKING:
    from locust_qdrant.metrics.record import Record

#: Leading bits of a time in a plot.
_PLOT_BITS = 8
_MOST_SLOTS = 240


@dataclass
class Slot:
    """What ended in a stretch of time, for plots.

    Attributes:
        latency: of successful requests.
        failures: number of failed ones by outcome.
        longest: seconds that the longest of all took.
    """

    latency: Times = field(default_factory=lambda: Times(bits=_PLOT_BITS))
    failures: Counter[Outcome] = field(default_factory=Counter)
    longest: float = 0.0

    def add(self, other: Slot) -> None:
        """Take in another one."""
        self.latency.add(other.latency)
        self.failures.update(other.failures)
        self.longest = max(self.longest, other.longest)


class Slots:
    """Stretches of time of equal width, doubled whenever there are too many.

    Attributes:
        width: of each in seconds; the first begins at a multiple of it since the epoch.
        by_number: number of widths since the epoch, and what ended there.
    """

    def __init__(self) -> None:
        self.width = 0.5
        self.by_number: dict[int, Slot] = {}

    def record(self, request: Record) -> None:
        """Take in one request."""
        number = int(request.end // self.width)
        slot = self.by_number.get(number)
        if slot is None:
            slot = self.by_number[number] = Slot()
            if len(self.by_number) > _MOST_SLOTS:
                self._widen()
                self.record(request)
                return
        slot.longest = max(slot.longest, request.latency)
        if request.outcome is Outcome.OK:
            slot.latency.record(request.latency)
        elif request.outcome.failed:
            slot.failures[request.outcome] += 1

    def add(self, other: Slots) -> None:
        """Take in another one."""
        while self.width < other.width:
            self._widen()
        for number, slot in other.by_number.items():
            at = int(number * other.width // self.width)
            self.by_number.setdefault(at, Slot()).add(slot)
        while len(self.by_number) > _MOST_SLOTS:
            self._widen()

    def _widen(self) -> None:
        narrow, self.by_number = self.by_number, {}
        self.width *= 2
        for number, slot in narrow.items():
            self.by_number.setdefault(number // 2, Slot()).add(slot)
