"""Figures of each operation, from every record: no samples, no percentiles of percentiles."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from hdrh.histogram import HdrHistogram

from locust_qdrant.metrics.record import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from locust_qdrant.metrics.record import Record

_LOWEST_MICROSECONDS = 1
_HIGHEST_MICROSECONDS = 3_600_000_000
_SIGNIFICANT_DIGITS = 3
_MICRO = 1_000_000
_PERCENTILES = (50, 90, 95, 99, 99.9)

TOTAL = "total"


@dataclass(frozen=True)
class Latency:
    """How long requests took; all in seconds.

    Attributes:
        mean: the mean.
        p50: half of the requests took no longer.
        p90: 90 % took no longer.
        p95: 95 % took no longer.
        p99: 99 % took no longer.
        p999: 99.9 % took no longer.
        max: the longest.
    """

    mean: float
    p50: float
    p90: float
    p95: float
    p99: float
    p999: float
    max: float


@dataclass(frozen=True)
class Figures:
    """One line of the closing table.

    Latencies are those of successful requests: a refusal that comes at once would flatter them.

    Attributes:
        name: the operation, or `total`.
        requests: number of requests that were answered, well or badly.
        failures: number of them that failed.
        cancelled: number of requests that were given up when the traffic was stopped.
        rate: successful requests a second.
        latency: from when a request was meant to be made until its end.
        service: from when it was made until its end; the same in a closed model.
        response_bytes: mean size of an answer.
        points: points written or returned a second.
    """

    name: str
    requests: int
    failures: int
    cancelled: int
    rate: float
    latency: Latency
    service: Latency
    response_bytes: float
    points: float

    @property
    def unbounded(self) -> tuple[str, ...]:
        """Names of the percentiles that so few successful requests do not bound."""
        good = self.requests - self.failures
        return tuple(name for name, needed in SAMPLES_NEEDED.items() if good < needed)


def nearest_rank(percentage: float, total: int) -> int:
    """Return the rank of a percentile among `total` times in order, from 1."""
    # A hundredth of a percent is as fine as percentages get; the rest is how numbers are kept.
    return max(1, math.ceil(round(percentage * total / 100, 6)))


def fewest_samples(percentage: float) -> int:
    """Return how many times it takes to bound a percentile from above, 95 times in 100.

    With fewer, all of them may well lie below the true one: `1 - p ** n >= 0.95`.
    """
    return math.ceil(math.log(0.05) / math.log(percentage / 100))


#: Times that each figure of a latency needs, where it needs any.
SAMPLES_NEEDED = {
    "p50": fewest_samples(50),
    "p90": fewest_samples(90),
    "p95": fewest_samples(95),
    "p99": fewest_samples(99),
    "p999": fewest_samples(99.9),
}


#: Bits of a time in microseconds that a histogram keeps: three significant digits, as HdrHistogram.
_BITS = 11


@dataclass
class Times:
    """A histogram of times: microseconds, to three significant digits. It adds up exactly.

    Attributes:
        counts: number of times by the lower end of their range in microseconds. HdrHistogram has
            the same ranges, and keeps 200 kB of mostly empty ones.
        nanoseconds: all of them together.
        longest: the longest of them in seconds.
        bits: number of leading bits that are kept of each.
    """

    counts: dict[int, int] = field(default_factory=dict)
    nanoseconds: int = 0
    longest: float = 0.0
    bits: int = _BITS

    def record(self, seconds: float) -> None:
        """Take in one time."""
        micros = round(seconds * _MICRO)
        micros = max(micros, _LOWEST_MICROSECONDS)
        shift = micros.bit_length() - self.bits
        if shift > 0:
            micros = micros >> shift << shift
        self.counts[micros] = self.counts.get(micros, 0) + 1
        self.nanoseconds += round(seconds * 1e9)
        self.longest = max(self.longest, seconds)

    def add(self, other: Times) -> None:
        """Take in all times of another histogram."""
        for micros, count in other.counts.items():
            self.counts[micros] = self.counts.get(micros, 0) + count
        self.nanoseconds += other.nanoseconds
        self.longest = max(self.longest, other.longest)

    def copy(self) -> Times:
        """Return another histogram of the same times."""
        return replace(self, counts=dict(self.counts))

    @property
    def count(self) -> int:
        """Number of times."""
        return sum(self.counts.values())

    def between(self, low: float, high: float = math.inf) -> Times:
        """Return the times of at least `low` and below `high`, in seconds; without their mean."""
        kept = {at: n for at, n in self.counts.items() if low * _MICRO <= at < high * _MICRO}
        return Times(kept, longest=self.longest)

    def rank(self, percentage: float) -> float:
        """Return the time of a nearest rank, in seconds, rounded down; zero when there are none."""
        left = nearest_rank(percentage, self.count)
        for micros in sorted(self.counts):
            left -= self.counts[micros]
            if left <= 0:
                return micros / _MICRO
        return 0.0

    def percentiles(self, wanted: Sequence[float]) -> list[float]:
        """Return the times of the nearest ranks, rounded up: one slow of 51 is above the p99.

        Args:
            wanted: percentages, above 0 and up to 100.
        """
        total = self.count
        if not total:
            return [0.0 for _ in wanted]
        histogram = HdrHistogram(_LOWEST_MICROSECONDS, _HIGHEST_MICROSECONDS, _SIGNIFICANT_DIGITS)
        for micros, count in self.counts.items():
            histogram.record_value(min(micros, _HIGHEST_MICROSECONDS), count)
        # The histogram rounds to the rank that is nearest; whole ranks it keeps.
        ranks = [nearest_rank(each, total) for each in wanted]
        exactly = {rank: 100 * rank / total for rank in ranks}
        at = histogram.get_percentile_to_value_dict(list(exactly.values()))
        # It answers with the upper end of a range, which may lie above every time.
        return [min(at[exactly[rank]] / _MICRO, self.longest) for rank in ranks]

    def latency(self) -> Latency:
        """Return the figures of the times; all zero when there are none."""
        p50, p90, p95, p99, p999 = self.percentiles(_PERCENTILES)
        mean = self.nanoseconds / 1e9 / max(1, self.count)
        return Latency(mean, p50, p90, p95, p99, p999, self.longest)


@dataclass
class Tally:
    """What figures are made of; those of several operations, phases or processes add up.

    Attributes:
        latency: of the successful ones, from when each was meant to be made.
        service: from when it was made; None where that was the same moment for all of them.
    """

    good: int = 0
    failures: int = 0
    cancelled: int = 0
    response_bytes: int = 0
    points: int = 0
    latency: Times = field(default_factory=Times)
    service: Times | None = None

    def record(self, request: Record) -> None:
        """Take in one request."""
        outcome = request.outcome
        if outcome is Outcome.OK:
            self.good += 1
            self.response_bytes += request.response_bytes
            self.points += request.points
            if request.intended is not None and self.service is None:
                self.service = self.latency.copy()
            self.latency.record(request.latency)
            if self.service is not None:
                self.service.record(request.end - request.start)
        elif outcome is Outcome.CANCELLED:
            self.cancelled += 1
        elif outcome.failed:
            self.failures += 1

    def add(self, other: Tally) -> None:
        """Take in all requests of another tally."""
        self.good += other.good
        self.failures += other.failures
        self.cancelled += other.cancelled
        self.response_bytes += other.response_bytes
        self.points += other.points
        if self.service is not None or other.service is not None:
            service = self.service_time if self.service is not None else self.latency.copy()
            service.add(other.service_time)
            self.service = service
        self.latency.add(other.latency)

    @property
    def service_time(self) -> Times:
        """How long the successful ones took, from when they were made."""
        return self.latency if self.service is None else self.service

    def figures(self, name: str, seconds: float) -> Figures:
        """Return the figures of requests that took place in a span of `seconds`."""
        return Figures(
            name=name,
            requests=self.good + self.failures,
            failures=self.failures,
            cancelled=self.cancelled,
            rate=self.good / seconds if seconds else 0.0,
            latency=self.latency.latency(),
            service=self.service_time.latency(),
            response_bytes=self.response_bytes / max(1, self.good),
            points=self.points / seconds if seconds else 0.0,
        )


def tally(records: Iterable[Record]) -> Tally:
    """Return the tally of `records`."""
    found = Tally()
    for record in records:
        found.record(record)
    return found


def together(tallies: Iterable[Tally]) -> Tally:
    """Return several tallies as one."""
    found = Tally()
    for each in tallies:
        found.add(each)
    return found


def times_of(seconds: Iterable[float]) -> Times:
    """Return the histogram of times in seconds."""
    found = Times()
    for each in seconds:
        found.record(each)
    return found


def latency_of(seconds: Sequence[float]) -> Latency:
    """Return the figures of times in seconds; all zero when there are none."""
    return times_of(seconds).latency()


def figures(name: str, records: Iterable[Record], seconds: float) -> Figures:
    """Return the figures of `records`, which took place in a span of `seconds`."""
    return tally(records).figures(name, seconds)


def by_operation(tallies: Mapping[str, Tally], seconds: float) -> list[Figures]:
    """Return the figures of each operation in alphabetical order, then those of all of them.

    Args:
        tallies: by the name of the operation.
        seconds: the span in which the requests took place.
    """
    lines = [tallies[name].figures(name, seconds) for name in sorted(tallies)]
    return [*lines, together(tallies.values()).figures(TOTAL, seconds)]
