"""What happened over time, and how latencies are spread: the numbers behind the plots."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from locust_qdrant.metrics.slots import Slot
from locust_qdrant.metrics.window import beginning

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from locust_qdrant.metrics.figures import Times
    from locust_qdrant.metrics.results import Lateness, Traffic

#: More bins than this are no clearer.
_MOST_BINS = 120
#: A bin in which traffic ran for less than this share of the time says nothing of its rate.
_LEAST_COVERED = 0.3
_MOST_NINES = 5


@dataclass(frozen=True)
class Bin:
    """A stretch of a run, without regard to phases.

    Attributes:
        at: its middle, in seconds since the traffic began.
        rate: successful requests a second that ended in it; None where no traffic ran.
        p50: half of them took no longer, in seconds from when they were due; None without any.
        p99: 99 % took no longer.
        failures: number of failed requests a second by outcome.
        lag: the worst lag of the loop in it, in seconds; None where there is no loop.
        beat: how late the latest beat of the heartbeat came, in seconds; None without one.
    """

    at: float
    rate: float | None
    p50: float | None
    p99: float | None
    failures: Mapping[str, float]
    lag: float | None
    beat: float | None


def over_time(traffic: Traffic) -> list[Bin]:
    """Return the bins of a traffic, all of the same width and at least half a second wide."""
    begin = beginning(traffic)
    spans = _spans(traffic, begin)
    span = max((high for _, high in spans), default=0.0)
    slots = traffic.requests.slots
    width = slots.width
    while span / width > _MOST_BINS:
        width *= 2
    # Bins begin where slots do, which know nothing of when the traffic began.
    origin = begin // width * width
    if begin - origin > (1 - _LEAST_COVERED) * width:
        origin += width
    lead = begin - origin
    # What is left at an end belongs to the bin beside it: a short one would tell a wrong rate.
    count = max(1, math.floor((span + lead) / width + 1e-9))
    edges = [
        (at * width - lead if at else 0.0, (at + 1) * width - lead if at < count - 1 else span)
        for at in range(count)
    ]

    def place(moment: float) -> int:
        return min(count - 1, max(0, int((moment - origin) / width)))

    requests = [Slot() for _ in range(count)]
    for number, slot in slots.by_number.items():
        requests[place((number + 0.5) * slots.width)].add(slot)
    worst = [_worst(each, place) for each in (traffic.lag_over_time, traffic.heartbeat)]
    return [
        _bin(edge, spans, requests[at], worst[0].get(at), worst[1].get(at))
        for at, edge in enumerate(edges)
    ]


def percentile_curve(times: Times) -> list[tuple[float, float]]:
    """Return (percentile, seconds) up to as many nines as there are times for."""
    if not times.count:
        return []
    nines = min(_MOST_NINES, math.log10(times.count))
    # Equal steps on the axis of the plot, which is logarithmic in what is missing to 100 %.
    steps = [step / 20 for step in range(math.floor(nines * 20) + 1)]
    percentiles = [100 * (1 - 10**-step) for step in steps]
    # All at once: each one alone walks through the whole histogram.
    at = dict(zip(percentiles, times.percentiles(percentiles), strict=True))
    # The histogram answers with the upper end of a range, which may lie above every time.
    return list(at.items())


def _spans(traffic: Traffic, begin: float) -> list[tuple[float, float]]:
    """Return when traffic ran, in seconds since it began."""
    if traffic.phases:
        return [(phase.start - begin, phase.end - begin) for phase in traffic.phases]
    return [(0.0, max(0.0, traffic.requests.last_end - begin))]


def _worst(samples: Sequence[Lateness], place: Callable[[float], int]) -> dict[int, float]:
    worst: dict[int, float] = {}
    for sample in samples:
        at = place(sample.at)
        worst[at] = max(worst.get(at, 0.0), sample.seconds)
    return worst


def _bin(
    edge: tuple[float, float],
    spans: Sequence[tuple[float, float]],
    slot: Slot,
    lag: float | None,
    beat: float | None,
) -> Bin:
    low, high = edge
    covered = sum(max(0.0, min(high, until) - max(low, since)) for since, until in spans)
    latency = slot.latency
    ran = covered > _LEAST_COVERED * (high - low)
    return Bin(
        at=(low + high) / 2,
        rate=latency.count / covered if ran else None,
        p50=latency.rank(50) if latency.count else None,
        p99=latency.rank(99) if latency.count else None,
        failures=(
            {kind.value: number / covered for kind, number in slot.failures.items()} if ran else {}
        ),
        lag=lag,
        beat=beat,
    )
