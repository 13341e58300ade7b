"""Line charts as SVG that takes its colours from the page, and so is right in dark and light.

A plotting library would bring megabytes of script, or pictures whose colours and text sizes are
fixed; a report is one small file that a phone shows as well.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_WIDTH, _HEIGHT = 420.0, 230.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 48.0, 10.0, 12.0, 34.0
_TICKS = 5
#: Below this there is nothing to see.
_NOTHING = 1e-12
_DASHES = ("", "6 3", "2 3", "8 3 2 3", "1 4")


@dataclass(frozen=True)
class Line:
    """One line of a chart; `points` are (x, y), and a y of None is a gap."""

    label: str
    points: Sequence[tuple[float, float | None]]


@dataclass(frozen=True)
class Span:
    """A stretch of the x axis that is shaded."""

    label: str
    start: float
    end: float
    muted: bool


@dataclass(frozen=True)
class Chart:
    """A chart.

    Attributes:
        title: what it shows.
        x_label: what x is, with its unit.
        y_label: what y is, with its unit.
        lines: at most five.
        spans: stretches of the x axis, such as phases.
        x_ticks: positions and texts of the ticks of the x axis; None for round numbers.
    """

    title: str
    x_label: str
    y_label: str
    lines: Sequence[Line]
    spans: Sequence[Span] = ()
    x_ticks: Sequence[tuple[float, str]] | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(y is not None for line in self.lines for _, y in line.points)

    @property
    def rows(self) -> list[list[str]]:
        """The numbers behind the lines, one row an x."""
        columns = [dict(line.points) for line in self.lines]
        texts = dict(self.x_ticks or ())
        return [
            [
                texts.get(x, f"{x:.3g}"),
                *("" if (y := each.get(x)) is None else f"{y:,.4g}" for each in columns),
            ]
            for x in sorted({x for column in columns for x in column})
        ]


def render(chart: Chart) -> str:
    """Return the chart as an SVG element that fills the width of its place."""
    x_values = [x for line in chart.lines for x, _ in line.points]
    x_values += [each for span in chart.spans for each in (span.start, span.end)]
    y_values = [y for line in chart.lines for _, y in line.points if y is not None]
    x_low, x_high = min(x_values, default=0.0), max(x_values, default=1.0)
    y_ticks = round_ticks(max(y_values, default=0.0))
    scale = _Scale(x_low, max(x_high, x_low + 1e-9), y_ticks[-1])
    x_ticks = chart.x_ticks or [
        (tick, _number(tick)) for tick in round_ticks(x_high) if tick >= x_low
    ]
    parts = [
        *(_shade(span, scale) for span in chart.spans),
        *(_y_tick(tick, scale) for tick in y_ticks),
        *(_x_tick(at, text, scale) for at, text in x_ticks if x_low <= at <= scale.x_high),
        *(_path(number, line, scale) for number, line in enumerate(chart.lines)),
        _text(_LEFT + _plot_width() / 2, _HEIGHT - 4, chart.x_label, "middle"),
    ]
    label = escape(f"{chart.title}: {', '.join(line.label for line in chart.lines)}")
    return (
        f'<svg viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}" role="img" aria-label="{label}">'
        f"<title>{label}</title>{''.join(parts)}</svg>"
    )


def round_ticks(highest: float) -> list[float]:
    """Return ticks from zero to at least `highest`, in steps of 1, 2 or 5 times a power of ten."""
    if not _NOTHING < highest < math.inf:
        return [0.0, 1.0]
    rough = highest / _TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(each * power for each in (1, 2, 5, 10) if each * power >= rough * (1 - 1e-9))
    count = math.ceil(highest / step - 1e-9)
    return [number * step for number in range(count + 1)]


@dataclass(frozen=True)
class _Scale:
    x_low: float
    x_high: float
    y_high: float

    def x(self, value: float) -> float:
        return _LEFT + (value - self.x_low) / (self.x_high - self.x_low) * _plot_width()

    def y(self, value: float) -> float:
        return _HEIGHT - _BOTTOM - value / self.y_high * (_HEIGHT - _TOP - _BOTTOM)


def _plot_width() -> float:
    return _WIDTH - _LEFT - _RIGHT


def _shade(span: Span, scale: _Scale) -> str:
    left, right = scale.x(span.start), scale.x(span.end)
    kind = "span muted" if span.muted else "span"
    return (
        f'<rect class="{kind}" x="{left:.1f}" y="{_TOP:g}" width="{max(0.0, right - left):.1f}" '
        f'height="{_HEIGHT - _TOP - _BOTTOM:g}"><title>{escape(span.label)}</title></rect>'
    )


def _y_tick(tick: float, scale: _Scale) -> str:
    y = scale.y(tick)
    line = f'<line class="grid" x1="{_LEFT:g}" x2="{_WIDTH - _RIGHT:g}" y1="{y:.1f}" y2="{y:.1f}"/>'
    return line + _text(_LEFT - 5, y + 3.5, _number(tick), "end")


def _x_tick(at: float, text: str, scale: _Scale) -> str:
    return _text(scale.x(at), _HEIGHT - _BOTTOM + 14, text, "middle")


def _path(number: int, line: Line, scale: _Scale) -> str:
    commands: list[str] = []
    pen_down = False
    for x, y in line.points:
        if y is None:
            pen_down = False
            continue
        commands.append(f"{'L' if pen_down else 'M'}{scale.x(x):.1f} {scale.y(y):.1f}")
        pen_down = True
    dash = _DASHES[number % len(_DASHES)]
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<path class="line c{number % len(_DASHES)}" d="{"".join(commands)}"{dashes}>'
        f"<title>{escape(line.label)}</title></path>"
    )


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _number(value: float) -> str:
    return f"{value:,.6g}" if value < 1_000_000 else f"{value:.3g}"  # noqa: PLR2004 - a million
