"""Figures of each operation, from every record: no samples, no percentiles of percentiles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hdrh.histogram import HdrHistogram

from locust_qdrant.records import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from locust_qdrant.records import Record
    from locust_qdrant.results import Phase, Traffic

_LOWEST_MICROSECONDS = 1
_HIGHEST_MICROSECONDS = 3_600_000_000
_SIGNIFICANT_DIGITS = 3
_MICRO = 1_000_000

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


def histogram(seconds: Iterable[float]) -> HdrHistogram:
    """Return times in seconds as a histogram of microseconds, to three significant digits."""
    times = HdrHistogram(_LOWEST_MICROSECONDS, _HIGHEST_MICROSECONDS, _SIGNIFICANT_DIGITS)
    for each in seconds:
        micros = round(each * _MICRO)
        times.record_value(min(max(micros, _LOWEST_MICROSECONDS), _HIGHEST_MICROSECONDS))
    return times


def latency_of(seconds: Sequence[float]) -> Latency:
    """Return the figures of times in seconds; all zero when there are none."""
    times = histogram(seconds)
    at = times.get_percentile_to_value_dict([50, 90, 95, 99, 99.9])
    p50, p90, p95, p99, p999 = (at.get(each, 0) / _MICRO for each in (50, 90, 95, 99, 99.9))
    mean = times.get_mean_value() / _MICRO
    return Latency(mean, p50, p90, p95, p99, p999, max(seconds, default=0.0))


def figures(name: str, records: Sequence[Record], seconds: float) -> Figures:
    """Return the figures of `records`, which took place in a span of `seconds`."""
    good = [record for record in records if record.outcome is Outcome.OK]
    failures = sum(record.outcome.failed for record in records)
    return Figures(
        name=name,
        requests=len(good) + failures,
        failures=failures,
        cancelled=len(records) - len(good) - failures,
        rate=len(good) / seconds if seconds else 0.0,
        latency=latency_of([record.latency for record in good]),
        service=latency_of([record.seconds for record in good]),
        response_bytes=sum(record.response_bytes for record in good) / max(1, len(good)),
        points=sum(record.points for record in good) / seconds if seconds else 0.0,
    )


def by_operation(records: Sequence[Record], seconds: float) -> list[Figures]:
    """Return the figures of each operation in alphabetical order, then those of all of them."""
    names = sorted({record.operation for record in records})
    lines = [
        figures(name, [each for each in records if each.operation == name], seconds)
        for name in names
    ]
    return [*lines, figures(TOTAL, records, seconds)]


def measured(traffic: Traffic) -> tuple[list[Record], float]:
    """Return the records that count and the seconds in which they began: without the warm-up.

    A request belongs to the phase in which it was made, however late its answer came.
    """
    left_out = {phase.name for phase in traffic.phases if not phase.measured}
    if not left_out:
        return list(traffic.records), traffic.seconds
    records = [record for record in traffic.records if record.step not in left_out]
    warm_up = sum(phase.end - phase.start for phase in traffic.phases if not phase.measured)
    return records, max(0.0, traffic.seconds - warm_up)


def by_phase(traffic: Traffic) -> list[tuple[Phase, Figures]]:
    """Return each phase with the figures of all operations in it."""
    return [
        (
            phase,
            figures(
                phase.name,
                [record for record in traffic.records if record.step == phase.name],
                phase.end - phase.start,
            ),
        )
        for phase in traffic.phases
    ]
