"""What became of the requests at one endpoint: counted as they come, nothing kept of each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hdrh.histogram import HdrHistogram

if TYPE_CHECKING:
    from collections.abc import Iterable

_MICROSECONDS = 1_000_000
_LOWEST = 1
_HIGHEST = 3600 * _MICROSECONDS
_SIGNIFICANT_DIGITS = 3

#: Longer bodies are cut: they are there to be recognised, not to be read.
_MOST_OF_A_BODY = 300
_OF_ITS_END = 150


class Latencies:
    """A histogram of latencies: of every one, exact to three digits, from 1 us to one hour."""

    def __init__(self) -> None:
        self._histogram = HdrHistogram(_LOWEST, _HIGHEST, _SIGNIFICANT_DIGITS)

    def add(self, seconds: float, count: int = 1) -> None:
        """Count one latency, in seconds, or `count` that are alike."""
        self._histogram.record_value(_in_range(seconds), count)

    def add_corrected(self, seconds: float, interval: float) -> None:
        """Count one latency, and those that its lateness kept from being measured.

        What asks every `interval` seconds and waits for its answer asks nothing meanwhile; each
        question that was left out is counted with the wait that it would have had (Gil Tene's
        correction of coordinated omission, `recordValueWithExpectedInterval`).
        """
        self._histogram.record_corrected_value(_in_range(seconds), round(interval * _MICROSECONDS))

    def merge(self, other: Latencies) -> None:
        """Count what `other` has counted, too."""
        self._histogram.add(other._histogram)

    @property
    def count(self) -> int:
        """Number of latencies."""
        count: int = self._histogram.get_total_count()
        return count

    @property
    def mean(self) -> float:
        """Mean in seconds, zero when there are none."""
        mean: float = self._histogram.get_mean_value() / _MICROSECONDS if self.count else 0.0
        return mean

    @property
    def worst(self) -> float:
        """The longest in seconds, zero when there are none."""
        worst: int = self._histogram.get_max_value() if self.count else 0
        return worst / _MICROSECONDS

    def percentile(self, percent: float) -> float:
        """Return the latency in seconds that `percent` of 100 do not exceed; zero without any."""
        value: int = self._histogram.get_value_at_percentile(percent) if self.count else 0
        return value / _MICROSECONDS


def _in_range(seconds: float) -> int:
    return min(max(round(seconds * _MICROSECONDS), _LOWEST), _HIGHEST)


@dataclass
class EndpointTally:
    """What became of the requests at one endpoint.

    Attributes:
        latencies: of right answers, from the intended start.
        service_times: of right answers, from when the request was really sent.
        in_time: number of right answers that came before the traffic ended.
        statuses: number of answers by status code.
        wrong: number of answers with a status code that is not right.
        broken: number of requests without an answer, by the reason.
        examples: the first body of each wrong status code, cut.
    """

    latencies: Latencies = field(default_factory=Latencies)
    service_times: Latencies = field(default_factory=Latencies)
    in_time: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    wrong: int = 0
    broken: Counter[str] = field(default_factory=Counter)
    examples: dict[int, str] = field(default_factory=dict)

    @property
    def requests(self) -> int:
        """Number of requests."""
        return sum(self.statuses.values()) + sum(self.broken.values())

    @property
    def failures(self) -> int:
        """Number of requests that were not answered, or not rightly."""
        return self.wrong + sum(self.broken.values())

    def merge(self, other: EndpointTally) -> None:
        """Count what `other` has counted, too."""
        self.latencies.merge(other.latencies)
        self.service_times.merge(other.service_times)
        self.in_time += other.in_time
        self.statuses.update(other.statuses)
        self.wrong += other.wrong
        self.broken.update(other.broken)
        self.examples = other.examples | self.examples


def merged(tallies: Iterable[EndpointTally]) -> EndpointTally:
    """Return one tally of all that `tallies` have counted."""
    total = EndpointTally()
    for each in tallies:
        total.merge(each)
    return total


def cut(body: str) -> str:
    """Return `body` on one line, and no more of its beginning and end than to recognise it."""
    line = " ".join(body.split())
    if len(line) <= _MOST_OF_A_BODY:
        return line
    # A traceback says at its end what happened.
    return f"{line[: _MOST_OF_A_BODY - _OF_ITS_END]} ... {line[-_OF_ITS_END:]}"
