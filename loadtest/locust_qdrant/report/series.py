"""What happened over time, and how latencies are spread: the numbers behind the plots."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from locust_qdrant.figures import histogram, latency_of
from locust_qdrant.records import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from locust_qdrant.records import Record
    from locust_qdrant.results import Lateness, Traffic

#: More bins than this are no clearer.
_MOST_BINS = 120
_SHORTEST_BIN = 0.5
_MICRO = 1_000_000
_MOST_NINES = 5


@dataclass(frozen=True)
class Bin:
    """A stretch of a run, without regard to phases.

    Attributes:
        at: its middle, in seconds since the traffic began.
        rate: successful requests a second that ended in it.
        p50: half of them took no longer, in seconds from when they were due; None without any.
        p99: 99 % took no longer.
        failures: number of failed requests a second by outcome.
        lag: the worst lag of the loop in it, in seconds; None where there is no loop.
    """

    at: float
    rate: float
    p50: float | None
    p99: float | None
    failures: Mapping[str, float]
    lag: float | None


def over_time(traffic: Traffic) -> list[Bin]:
    """Return the bins of a traffic, all of the same width."""
    begin = beginning(traffic)
    width = max(_SHORTEST_BIN, traffic.seconds / _MOST_BINS)
    # What is left at the end belongs to the last bin: a short one would look like a break-down.
    count = max(1, math.floor(traffic.seconds / width + 1e-9))
    requests: list[list[Record]] = [[] for _ in range(count)]
    for record in traffic.records:
        requests[_place(record.end - begin, width, count)].append(record)
    lags: list[list[float]] = [[] for _ in range(count)]
    for tick in traffic.lag_over_time:
        lags[_place(tick.at - begin, width, count)].append(tick.seconds)
    widths = [width] * (count - 1) + [max(traffic.seconds - width * (count - 1), 1e-9)]
    return [
        _bin(at * width + widths[at] / 2, widths[at], requests[at], lags[at]) for at in range(count)
    ]


def beginning(traffic: Traffic) -> float:
    """Return when the traffic began, in seconds since the epoch."""
    if traffic.phases:
        return traffic.phases[0].start
    return min((record.start for record in traffic.records), default=0.0)


def percentile_curve(records: Sequence[Record]) -> list[tuple[float, float]]:
    """Return (percentile, latency in seconds) up to as many nines as there are records for."""
    good = [record.latency for record in records if record.outcome is Outcome.OK]
    if not good:
        return []
    times = histogram(good)
    nines = min(_MOST_NINES, math.log10(len(good)))
    # Equal steps on the axis of the plot, which is logarithmic in what is missing to 100 %.
    steps = [step / 10 for step in range(math.floor(nines * 10) + 1)]
    percentiles = [100 * (1 - 10**-step) for step in steps]
    return [(each, times.get_value_at_percentile(each) / _MICRO) for each in percentiles]


def beats(heartbeat: Sequence[Lateness], begin: float) -> list[tuple[float, float]]:
    """Return (seconds since `begin`, worst lateness in seconds) of stretches of the heartbeat."""
    if not heartbeat:
        return []
    width = max(_SHORTEST_BIN, (heartbeat[-1].at - begin) / _MOST_BINS)
    worst: dict[int, float] = {}
    for beat in heartbeat:
        place = max(0, int((beat.at - begin) / width))
        worst[place] = max(worst.get(place, 0.0), beat.seconds)
    return [((place + 0.5) * width, late) for place, late in sorted(worst.items())]


def _place(elapsed: float, width: float, count: int) -> int:
    return min(count - 1, max(0, int(elapsed / width)))


def _bin(at: float, width: float, records: Sequence[Record], lags: Sequence[float]) -> Bin:
    good = [record.latency for record in records if record.outcome is Outcome.OK]
    failed = Counter(record.outcome.value for record in records if record.outcome.failed)
    latency = latency_of(good) if good else None
    return Bin(
        at=at,
        rate=len(good) / width,
        p50=latency.p50 if latency else None,
        p99=latency.p99 if latency else None,
        failures={kind: number / width for kind, number in failed.items()},
        lag=max(lags, default=None),
    )
