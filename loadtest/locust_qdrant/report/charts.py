"""Which plots a path has, and what they show over time: all in seconds since it began."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from locust_qdrant.metrics.figures import TOTAL
from locust_qdrant.metrics.slots import Slot
from locust_qdrant.metrics.window import beginning
from locust_qdrant.report.plot import Line, Plot, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from locust_qdrant.metrics.figures import Tally, Times
    from locust_qdrant.metrics.requests import Group
    from locust_qdrant.metrics.results import Lateness, Traffic
    from locust_qdrant.report.contents import PathReport

_MOST_OPERATIONS = 3
#: More bins than this are no clearer.
_MOST_BINS = 120
#: A bin in which traffic ran for less than this share of the time says nothing of its rate.
_LEAST_COVERED = 0.3
_MOST_NINES = 5


def of(path: PathReport) -> list[Plot]:
    """Return the plots of a path, the most telling first; without those that would be empty."""
    traffic = path.result.traffic
    of_service = path.result.service is not None
    if of_service:
        # The lag of the load generator's own loop is the check `generator`'s concern.
        traffic = replace(traffic, lag_over_time=())
    bins = over_time(traffic)
    spans = _spans(traffic)
    narrow = [
        _throughput(bins, spans),
        _errors(bins, spans),
        _lag(bins, spans, of_service=of_service),
    ]
    narrow = [plot for plot in narrow if not plot.is_empty]
    # Two narrow ones stand side by side; the last plot fills what they leave.
    curve = _percentiles(path.counted.traffic.requests.measured, wide=len(narrow) % 2 == 0)
    return [plot for plot in (_latency(bins, spans), *narrow, curve) if not plot.is_empty]


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
    spans = _running(traffic, begin)
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


def _latency(bins: Sequence[Bin], spans: Sequence[Span]) -> Plot:
    return Plot(
        title="Latency over time",
        x_label="seconds",
        y_label="ms",
        lines=[
            _line("p99", bins, lambda each: _ms(each.p99)),
            _line("p50", bins, lambda each: _ms(each.p50)),
        ],
        spans=spans,
        filled=True,
        wide=True,
    )


def _throughput(bins: Sequence[Bin], spans: Sequence[Span]) -> Plot:
    return Plot(
        title="Throughput",
        x_label="seconds",
        y_label="requests/s",
        lines=[_line("successful requests", bins, lambda each: each.rate)],
        spans=spans,
    )


def _errors(bins: Sequence[Bin], spans: Sequence[Span]) -> Plot:
    kinds = sorted({kind for each in bins for kind in each.failures})
    return Plot(
        title="Failed requests by kind",
        x_label="seconds",
        y_label="requests/s",
        lines=[
            Line(kind, [(each.at, each.failures.get(kind, 0.0)) for each in bins]) for kind in kinds
        ],
        spans=spans,
        stacked=True,
    )


def _lag(bins: Sequence[Bin], spans: Sequence[Span], *, of_service: bool) -> Plot:
    lines = [
        _line("event loop", bins, lambda each: _ms(each.lag)),
        _line("heartbeat", bins, lambda each: _ms(each.beat)),
    ]
    title = "Slowest heartbeat of the service" if of_service else "Worst lag of the event loop"
    return Plot(
        title=title,
        x_label="seconds",
        y_label="ms",
        lines=[line for line in lines if any(y is not None for _, y in line.points)],
        spans=spans,
    )


def _percentiles(requests: Group, *, wide: bool) -> Plot:
    curves = [(name, percentile_curve(tally.latency)) for name, tally in _groups(requests)]
    if requests.intended:
        name = f"{TOTAL}, service time"
        curves.append((name, percentile_curve(requests.total.service_time)))
    nines = max((_nines(curve[-1][0]) for _, curve in curves if curve), default=0.0)
    ticks = [(0.0, "0"), (_nines(50), "50"), (1.0, "90"), (2.0, "99"), (3.0, "99.9")]
    ticks += [(4.0, "99.99"), (5.0, "99.999")]
    return Plot(
        title="Latency by percentile",
        x_label="percentile",
        y_label="ms",
        lines=[Line(name, [(_nines(at), _ms(y)) for at, y in curve]) for name, curve in curves],
        x_ticks=[(at, text) for at, text in ticks if at <= nines + 1e-9],
        wide=wide,
    )


def _groups(requests: Group) -> list[tuple[str, Tally]]:
    """Return all requests under `total`, and after them those of each operation if a few do."""
    names = sorted(requests.operations)
    if not 1 < len(names) <= _MOST_OPERATIONS:
        return [(TOTAL, requests.total)]
    return [(TOTAL, requests.total), *((name, requests.operations[name]) for name in names)]


def _spans(traffic: Traffic) -> list[Span]:
    begin = beginning(traffic)
    if len(traffic.phases) < 2:  # noqa: PLR2004 - one phase is the whole picture
        return []
    return [
        Span(phase.name, phase.start - begin, phase.end - begin, muted=not phase.measured)
        for phase in traffic.phases
    ]


def _line(label: str, bins: Sequence[Bin], value: Callable[[Bin], float | None]) -> Line:
    return Line(label, [(each.at, value(each)) for each in bins])


def _nines(percentile: float) -> float:
    return -math.log10(max(1e-9, 1 - percentile / 100)) if percentile else 0.0


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else seconds * 1000


def _running(traffic: Traffic, begin: float) -> list[tuple[float, float]]:
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
