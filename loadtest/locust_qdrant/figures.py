"""Figures of each operation, from every record: no samples, no percentiles of percentiles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hdrh.histogram import HdrHistogram

from locust_qdrant.records import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from locust_qdrant.records import Record

_LOWEST_MICROSECONDS = 1
_HIGHEST_MICROSECONDS = 3_600_000_000
_SIGNIFICANT_DIGITS = 3

TOTAL = "total"


@dataclass(frozen=True)
class Figures:
    """One line of the closing table; times in seconds.

    Latencies are those of successful requests: a refusal that comes at once would flatter them.

    Attributes:
        name: the operation, or `total`.
        requests: number of requests that were answered, well or badly.
        failures: number of them that failed.
        cancelled: number of requests that were given up when the traffic was stopped.
        rate: successful requests a second.
        mean: mean latency.
        p50: half of the requests took no longer.
        p95: 95 % took no longer.
        p99: 99 % took no longer.
        worst: the longest latency.
        response_bytes: mean size of an answer.
    """

    name: str
    requests: int
    failures: int
    cancelled: int
    rate: float
    mean: float
    p50: float
    p95: float
    p99: float
    worst: float
    response_bytes: float


def histogram(records: Sequence[Record]) -> HdrHistogram:
    """Return the latencies of `records` in microseconds, to three significant digits."""
    latencies = HdrHistogram(_LOWEST_MICROSECONDS, _HIGHEST_MICROSECONDS, _SIGNIFICANT_DIGITS)
    for record in records:
        micros = round(record.seconds * 1_000_000)
        latencies.record_value(min(max(micros, _LOWEST_MICROSECONDS), _HIGHEST_MICROSECONDS))
    return latencies


def figures(name: str, records: Sequence[Record], seconds: float) -> Figures:
    """Return the figures of `records`, which took place in a span of `seconds`."""
    good = [record for record in records if record.outcome is Outcome.OK]
    failures = sum(record.outcome.failed for record in records)
    latencies = histogram(good)
    at = latencies.get_percentile_to_value_dict([50, 95, 99])
    return Figures(
        name=name,
        requests=len(good) + failures,
        failures=failures,
        cancelled=len(records) - len(good) - failures,
        rate=len(good) / seconds if seconds else 0.0,
        mean=latencies.get_mean_value() / 1_000_000,
        p50=at.get(50, 0) / 1_000_000,
        p95=at.get(95, 0) / 1_000_000,
        p99=at.get(99, 0) / 1_000_000,
        worst=max((record.seconds for record in good), default=0.0),
        response_bytes=sum(record.response_bytes for record in good) / max(1, len(good)),
    )


def by_operation(records: Sequence[Record], seconds: float) -> list[Figures]:
    """Return the figures of each operation in alphabetical order, then those of all of them."""
    names = sorted({record.operation for record in records})
    lines = [
        figures(name, [each for each in records if each.operation == name], seconds)
        for name in names
    ]
    return [*lines, figures(TOTAL, records, seconds)]
