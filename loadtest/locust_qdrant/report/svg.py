"""The drawing of a plot as SVG, which takes its colours from the page: right in dark and light.

A plotting library would bring megabytes of script, or pictures whose colours and text sizes are
fixed; a report is one small file that a phone shows as well. The drawing stretches to the width
that there is, and the page puts the texts beside it.
"""

from __future__ import annotations

from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

from locust_qdrant.report.plot import round_ticks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from locust_qdrant.report.plot import Line, Plot, Points, Scale

_WIDTH, _HEIGHT = 1000.0, 400.0
#: A bar takes this share of the room that it has.
_BAR = 0.8


def render(plot: Plot) -> str:
    """Return the drawing of `plot`, without any text that is not read aloud or a tooltip."""
    scale = plot.scale
    ticks = round_ticks(plot.highest)
    parts = [
        f'<svg viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}" preserveAspectRatio="none" role="img">',
        f"<title>{escape(plot.title)}</title><desc>{escape(plot.description)}</desc>",
        *(_shade(low, high, scale, muted=span.muted) for span, low, high in plot.visible_spans()),
        *(_grid(tick, scale) for tick in ticks),
    ]
    if plot.stacked:
        parts += _bars(plot, scale)
    else:
        if plot.filled:
            parts.append(_between(plot.lines[0].points, plot.lines[1].points, scale))
        parts += [_path(number, line, scale) for number, line in enumerate(plot.lines)]
    return "".join([*parts, *_tooltips(plot, scale), "</svg>"])


def _shade(low: float, high: float, scale: Scale, *, muted: bool) -> str:
    left, right = _x(scale, low), _x(scale, high)
    kind = "span muted" if muted else "span"
    return (
        f'<path class="{kind}" d="M{left:.1f} 0H{right:.1f}V{_HEIGHT:g}H{left:.1f}z"/>'
        f'<path class="edge" d="M{left:.1f} 0V{_HEIGHT:g}"/>'
    )


def _grid(tick: float, scale: Scale) -> str:
    return f'<path class="grid" d="M0 {_y(scale, tick):.1f}H{_WIDTH:g}"/>'


def _path(number: int, line: Line, scale: Scale) -> str:
    commands = []
    for part in _unbroken(line.points):
        places = [f"{_x(scale, x):.1f} {_y(scale, y):.1f}" for x, y in part]
        # A point alone is a line without length, whose round ends show.
        commands.append("M" + "L".join(places if len(places) > 1 else places * 2))
    return f'<path class="line c{number}" d="{"".join(commands)}"/>'


def _between(upper: Points, lower: Points, scale: Scale) -> str:
    below = dict(lower)
    commands = []
    for part in _unbroken(upper):
        there = [(x, y) for x, y in part]
        back = [(x, below[x] or 0.0) for x, _ in reversed(part) if x in below]
        places = [f"{_x(scale, x):.1f} {_y(scale, y):.1f}" for x, y in (*there, *back)]
        commands.append(f"M{'L'.join(places)}z")
    return f'<path class="band" d="{"".join(commands)}"/>'


def _unbroken(points: Points) -> Iterator[list[tuple[float, float]]]:
    """Yield the parts of a line between its gaps."""
    part: list[tuple[float, float]] = []
    for x, y in points:
        if y is not None:
            part.append((x, y))
        elif part:
            yield part
            part = []
    if part:
        yield part


def _bars(plot: Plot, scale: Scale) -> Iterator[str]:
    room = _room(plot, scale)
    below = dict.fromkeys(room, 0.0)
    for number, line in enumerate(plot.lines):
        commands = []
        for x, y in line.points:
            if not y:
                continue
            left, right = room[x]
            middle, half = (left + right) / 2, (right - left) / 2 * _BAR
            low, high = _y(scale, below[x]), _y(scale, below[x] + y)
            below[x] += y
            commands.append(
                f"M{middle - half:.1f} {low:.1f}V{high:.1f}H{middle + half:.1f}V{low:.1f}z"
            )
        yield f'<path class="bar c{number}" d="{"".join(commands)}"/>'


def _tooltips(plot: Plot, scale: Scale) -> Iterator[str]:
    room = _room(plot, scale)
    for (left, right), (x, *cells) in zip(room.values(), plot.rows, strict=True):
        values = ", ".join(
            f"{line.label} {cell}" for line, cell in zip(plot.lines, cells, strict=True) if cell
        )
        text = f"{plot.x_label} {x}: {values or 'nothing'}"
        yield (
            f'<path class="hit" d="M{left:.1f} 0H{right:.1f}V{_HEIGHT:g}H{left:.1f}z">'
            f"<title>{escape(text)}</title></path>"
        )


def _room(plot: Plot, scale: Scale) -> dict[float, tuple[float, float]]:
    """Return from where to where each x reaches: half the way to its neighbours."""
    xs = plot.xs
    middles = [(one + other) / 2 for one, other in pairwise(xs)]
    if not middles:
        return dict.fromkeys(xs, (0.0, _WIDTH))
    first, last = 2 * xs[0] - middles[0], 2 * xs[-1] - middles[-1]
    edges = [min(_WIDTH, max(0.0, _x(scale, each))) for each in (first, *middles, last)]
    return dict(zip(xs, pairwise(edges), strict=True))


def _x(scale: Scale, value: float) -> float:
    return scale.share(value) * _WIDTH


def _y(scale: Scale, value: float) -> float:
    return _HEIGHT * (1 - value / scale.y_high)
