"""Which plots a path has."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from locust_qdrant.metrics.figures import TOTAL
from locust_qdrant.metrics.window import beginning
from locust_qdrant.report import series
from locust_qdrant.report.plot import Line, Plot, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from locust_qdrant.metrics.figures import Tally
    from locust_qdrant.metrics.requests import Group
    from locust_qdrant.metrics.results import Traffic
    from locust_qdrant.report.contents import PathReport
    from locust_qdrant.report.series import Bin

_MOST_OPERATIONS = 3


def of(path: PathReport) -> list[Plot]:
    """Return the plots of a path, the most telling first; without those that would be empty."""
    traffic = path.result.traffic
    of_service = path.result.service is not None
    if of_service:
        # The lag of the load generator's own loop is the check `generator`'s concern.
        traffic = replace(traffic, lag_over_time=())
    bins = series.over_time(traffic)
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
    curves = [(name, series.percentile_curve(tally.latency)) for name, tally in _groups(requests)]
    if requests.intended:
        name = f"{TOTAL}, service time"
        curves.append((name, series.percentile_curve(requests.total.service_time)))
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
