"""Which charts a path has."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from locust_qdrant.figures import TOTAL, measured
from locust_qdrant.report import series
from locust_qdrant.report.svg import Chart, Line, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from locust_qdrant.records import Record
    from locust_qdrant.report.contents import PathReport
    from locust_qdrant.report.series import Bin
    from locust_qdrant.results import Traffic

_MOST_OPERATIONS = 4


def of(path: PathReport) -> list[Chart]:
    """Return the charts of a path, the most telling first; some may be empty."""
    traffic = path.result.traffic
    bins = series.over_time(traffic)
    spans = _spans(traffic)
    return [
        _latency(bins, spans),
        _throughput(bins, spans),
        _percentiles(measured(traffic)[0]),
        _lag(bins, traffic, spans),
        _errors(bins, spans),
    ]


def _latency(bins: Sequence[Bin], spans: Sequence[Span]) -> Chart:
    return Chart(
        title="Latency over time",
        x_label="seconds",
        y_label="ms",
        lines=[
            Line("p99", [(each.at, _ms(each.p99)) for each in bins]),
            Line("p50", [(each.at, _ms(each.p50)) for each in bins]),
        ],
        spans=spans,
    )


def _throughput(bins: Sequence[Bin], spans: Sequence[Span]) -> Chart:
    return Chart(
        title="Throughput",
        x_label="seconds",
        y_label="requests/s",
        lines=[Line("successful requests", [(each.at, each.rate) for each in bins])],
        spans=spans,
    )


def _percentiles(records: Sequence[Record]) -> Chart:
    names = sorted({record.operation for record in records})[:_MOST_OPERATIONS]
    groups = [(name, [each for each in records if each.operation == name]) for name in names]
    if len(names) != 1:
        groups.append((TOTAL, list(records)))
    curves = [(name, series.percentile_curve(group)) for name, group in groups]
    nines = max((_nines(curve[-1][0]) for _, curve in curves if curve), default=0.0)
    ticks = [(0.0, "0"), (_nines(50), "50"), (1.0, "90"), (2.0, "99"), (3.0, "99.9")]
    ticks += [(4.0, "99.99"), (5.0, "99.999")]
    return Chart(
        title="Latency by percentile",
        x_label="percentile",
        y_label="ms",
        lines=[Line(name, [(_nines(at), _ms(y)) for at, y in curve]) for name, curve in curves],
        x_ticks=[(at, text) for at, text in ticks if at <= nines + 1e-9],
    )


def _lag(bins: Sequence[Bin], traffic: Traffic, spans: Sequence[Span]) -> Chart:
    lags: list[tuple[float, float | None]] = [
        (each.at, _ms(each.lag)) for each in bins if each.lag is not None
    ]
    beats: list[tuple[float, float | None]] = [
        (at, _ms(late)) for at, late in series.beats(traffic.heartbeat, series.beginning(traffic))
    ]
    lines = [Line("event loop", lags), Line("heartbeat", beats)]
    return Chart(
        title="Worst lag of the event loop",
        x_label="seconds",
        y_label="ms",
        lines=[line for line in lines if line.points],
        spans=spans,
    )


def _errors(bins: Sequence[Bin], spans: Sequence[Span]) -> Chart:
    kinds = sorted({kind for each in bins for kind in each.failures})
    return Chart(
        title="Failed requests",
        x_label="seconds",
        y_label="requests/s",
        lines=[
            Line(kind, [(each.at, each.failures.get(kind, 0.0)) for each in bins]) for kind in kinds
        ],
        spans=spans,
    )


def _spans(traffic: Traffic) -> list[Span]:
    begin = series.beginning(traffic)
    if len(traffic.phases) < 2:  # noqa: PLR2004 - one phase is the whole picture
        return []
    return [
        Span(
            phase.name if phase.measured else f"{phase.name} (not counted)",
            phase.start - begin,
            phase.end - begin,
            muted=not phase.measured,
        )
        for phase in traffic.phases
    ]


def _nines(percentile: float) -> float:
    return -math.log10(max(1e-9, 1 - percentile / 100)) if percentile else 0.0


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else seconds * 1000
