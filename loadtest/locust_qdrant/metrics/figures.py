"""Figures of each operation, from every record: no samples, no percentiles of percentiles."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from hdrh.histogram import HdrHistogram

from locust_qdrant.metrics.record import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from locust_qdrant.metrics.record import Record
    from locust_qdrant.metrics.results import Phase, Traffic

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


def _new_histogram() -> HdrHistogram:
    return HdrHistogram(_LOWEST_MICROSECONDS, _HIGHEST_MICROSECONDS, _SIGNIFICANT_DIGITS)


@dataclass
class Times:
    """A histogram of times: microseconds, to three significant digits. It adds up exactly."""

    histogram: HdrHistogram = field(default_factory=_new_histogram)
    total: float = 0.0
    longest: float = 0.0

    def add(self, other: Times) -> None:
        """Take in all times of another histogram."""
        self.histogram.add(other.histogram)
        self.total += other.total
        self.longest = max(self.longest, other.longest)

    def percentiles(self, wanted: Sequence[float]) -> list[float]:
        """Return the times of the nearest ranks, rounded up: one slow of 51 is above the p99.

        Args:
            wanted: percentages, above 0 and up to 100.
        """
        total = self.histogram.get_total_count()
        if not total:
            return [0.0 for _ in wanted]
        # The histogram rounds to the rank that is nearest; whole ranks it keeps.
        ranks = [nearest_rank(each, total) for each in wanted]
        exactly = {rank: 100 * rank / total for rank in ranks}
        at = self.histogram.get_percentile_to_value_dict(list(exactly.values()))
        # It answers with the upper end of a range, which may lie above every time.
        return [min(at[exactly[rank]] / _MICRO, self.longest) for rank in ranks]

    def latency(self) -> Latency:
        """Return the figures of the times; all zero when there are none."""
        p50, p90, p95, p99, p999 = self.percentiles(_PERCENTILES)
        # The histogram's own mean is rounded, and slow.
        mean = self.total / max(1, self.histogram.get_total_count())
        return Latency(mean, p50, p90, p95, p99, p999, self.longest)


@dataclass
class Tally:
    """What figures are made of; those of several operations, phases or processes add up."""

    good: int = 0
    failures: int = 0
    cancelled: int = 0
    response_bytes: int = 0
    points: int = 0
    latency: Times = field(default_factory=Times)
    service: Times = field(default_factory=Times)

    def add(self, other: Tally) -> None:
        """Take in all requests of another tally."""
        self.good += other.good
        self.failures += other.failures
        self.cancelled += other.cancelled
        self.response_bytes += other.response_bytes
        self.points += other.points
        self.latency.add(other.latency)
        self.service.add(other.service)

    def figures(self, name: str, seconds: float) -> Figures:
        """Return the figures of requests that took place in a span of `seconds`."""
        return Figures(
            name=name,
            requests=self.good + self.failures,
            failures=self.failures,
            cancelled=self.cancelled,
            rate=self.good / seconds if seconds else 0.0,
            latency=self.latency.latency(),
            service=self.service.latency(),
            response_bytes=self.response_bytes / max(1, self.good),
            points=self.points / seconds if seconds else 0.0,
        )


def tally(records: Iterable[Record]) -> Tally:
    """Return the tally of `records`."""
    by_outcome = Counter[Outcome]()
    good = []
    for record in records:
        by_outcome[record.outcome] += 1
        if record.outcome is Outcome.OK:
            good.append(record)
    return Tally(
        good=len(good),
        failures=sum(count for outcome, count in by_outcome.items() if outcome.failed),
        cancelled=by_outcome[Outcome.CANCELLED],
        response_bytes=sum(record.response_bytes for record in good),
        points=sum(record.points for record in good),
        latency=times_of([record.latency for record in good]),
        service=times_of([record.seconds for record in good]),
    )


def together(tallies: Iterable[Tally]) -> Tally:
    """Return several tallies as one."""
    found = Tally()
    for each in tallies:
        found.add(each)
    return found


def times_of(seconds: Sequence[float]) -> Times:
    """Return the histogram of times in seconds."""
    if not seconds:
        return Times()
    found = Times(total=math.fsum(seconds), longest=max(seconds))
    micros = np.rint(np.asarray(seconds) * _MICRO)
    clipped = micros.clip(_LOWEST_MICROSECONDS, _HIGHEST_MICROSECONDS).astype(np.int64)
    # The histogram takes them one by one, in Python.
    values, counts = np.unique(clipped, return_counts=True)
    for value, count in zip(values.tolist(), counts.tolist(), strict=True):
        found.histogram.record_value(value, count)
    return found


def latency_of(seconds: Sequence[float]) -> Latency:
    """Return the figures of times in seconds; all zero when there are none."""
    return times_of(seconds).latency()


def figures(name: str, records: Iterable[Record], seconds: float) -> Figures:
    """Return the figures of `records`, which took place in a span of `seconds`."""
    return tally(records).figures(name, seconds)


def tallies(records: Iterable[Record]) -> Mapping[str, Tally]:
    """Return the tally of each operation, by its name."""
    return {name: tally(group) for name, group in _grouped(records, _operation).items()}


def by_operation(records: Sequence[Record], seconds: float) -> list[Figures]:
    """Return the figures of each operation in alphabetical order, then those of all of them."""
    found = tallies(records)
    lines = [found[name].figures(name, seconds) for name in sorted(found)]
    return [*lines, together(found.values()).figures(TOTAL, seconds)]


class PhaseFigures(NamedTuple):
    """The figures of all operations in a phase, which may have come in several turns.

    Attributes:
        phase: its first turn.
        seconds: how long its turns lasted together.
        figures: what happened in them.
    """

    phase: Phase
    seconds: float
    figures: Figures


def by_phase(traffic: Traffic) -> list[PhaseFigures]:
    """Return the figures of each phase, in order."""
    groups = _grouped(traffic.records, _step)
    seconds: defaultdict[str, float] = defaultdict(float)
    for phase in traffic.phases:
        seconds[phase.name] += phase.end - phase.start
    first: dict[str, Phase] = {}
    for phase in traffic.phases:
        first.setdefault(phase.name, phase)
    return [
        PhaseFigures(phase, seconds[name], tally(groups[name]).figures(name, seconds[name]))
        for name, phase in first.items()
    ]


_operation = attrgetter("operation")
_step = attrgetter("step")


def _grouped(
    records: Iterable[Record], key: Callable[[Record], str]
) -> defaultdict[str, list[Record]]:
    groups: defaultdict[str, list[Record]] = defaultdict(list)
    for record in records:
        groups[key(record)].append(record)
    return groups
