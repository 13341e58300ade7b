"""What a plot consists of: series, axes with round numbers, and the texts beside them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    #: (x, y); a y of None is a gap.
    Points = Sequence[tuple[float, float | None]]

_TICKS = 5
#: Below this there is nothing to see.
_NOTHING = 1e-12


@dataclass(frozen=True)
class Line:
    """One series of a plot."""

    label: str
    points: Points


@dataclass(frozen=True)
class Span:
    """A stretch of the x axis with a name; a muted one is shaded."""

    label: str
    start: float
    end: float
    muted: bool = False


class Label(NamedTuple):
    """A text beside the plot, and where: a share of its width or height, from left or bottom."""

    share: float
    text: str


class Scale(NamedTuple):
    """The ends of the axes; y begins at zero."""

    x_low: float
    x_high: float
    y_high: float

    def share(self, x: float) -> float:
        """Return where `x` is, as a share of the width."""
        return (x - self.x_low) / (self.x_high - self.x_low)


@dataclass(frozen=True)
class Plot:
    """A plot of up to five series.

    Attributes:
        title: what it shows.
        x_label: what x is, with its unit.
        y_label: what y is, with its unit.
        lines: the series.
        spans: stretches of the x axis, such as phases.
        x_ticks: positions and texts of the ticks of the x axis; None for round numbers.
        stacked: bars on top of each other instead of lines.
        filled: shade what is between the first two lines.
        wide: worth the whole width of a page.
    """

    title: str
    x_label: str
    y_label: str
    lines: Sequence[Line]
    spans: Sequence[Span] = ()
    x_ticks: Sequence[tuple[float, str]] | None = None
    stacked: bool = False
    filled: bool = False
    wide: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(y is not None for line in self.lines for _, y in line.points)

    @property
    def rows(self) -> list[list[str]]:
        """The numbers behind the plot, one row an x."""
        columns = [dict(line.points) for line in self.lines]
        texts = dict(self.x_ticks or ())
        return [
            [texts.get(x) or self._x_text(x), *(_cell(column.get(x)) for column in columns)]
            for x in self.xs
        ]

    @property
    def description(self) -> str:
        """The range of each line in words, for those who cannot see it."""
        parts = []
        for line in self.lines:
            values = [y for _, y in line.points if y is not None]
            if values:
                parts.append(f"{line.label} from {_cell(min(values))} to {_cell(max(values))}")
        return f"{'; '.join(parts)} {self.y_label}."

    @property
    def y_labels(self) -> list[Label]:
        """The texts along the y axis."""
        ticks = round_ticks(self.highest)
        return [Label(tick / ticks[-1], _number(tick)) for tick in ticks]

    @property
    def x_labels(self) -> list[Label]:
        """The texts along the x axis."""
        scale = self.scale
        if self.x_ticks is not None:
            return [Label(scale.share(at), text) for at, text in self.x_ticks]
        ticks = round_ticks(scale.x_high - scale.x_low)
        inside = [tick for tick in ticks if scale.x_low + tick <= scale.x_high * (1 + 1e-9)]
        return [Label(scale.share(scale.x_low + at), _number(scale.x_low + at)) for at in inside]

    @property
    def span_labels(self) -> list[tuple[float, float, str]]:
        """The share of the width at which each span begins, its share of it, and its name."""
        scale = self.scale
        return [
            (scale.share(low), scale.share(high) - scale.share(low), span.label)
            for span, low, high in self.visible_spans()
        ]

    @property
    def xs(self) -> list[float]:
        """Every x that a series has."""
        return sorted({x for line in self.lines for x, _ in line.points})

    def _x_text(self, x: float) -> str:
        # A percentile axis has its own numbers, which are no positions.
        return f"{100 * (1 - 10**-x):.6g}" if self.x_ticks is not None else f"{x:.4g}"

    @property
    def highest(self) -> float:
        """The highest y, of bars that of a whole stack."""
        if not self.stacked:
            return max((y for line in self.lines for _, y in line.points if y), default=0.0)
        columns = [dict(line.points) for line in self.lines]
        return max((sum(column.get(x) or 0.0 for column in columns) for x in self.xs), default=0)

    @property
    def scale(self) -> Scale:
        """The ends of the axes."""
        xs = self.xs
        if self.spans:
            low = min(0.0, xs[0] if xs else 0.0)
            high = max(xs[-1] if xs else 0.0, *(span.end for span in self.spans))
        else:
            low = min(0.0, xs[0]) if xs else 0.0
            high = xs[-1] if xs else 0.0
        return Scale(low, high if high > low else low + 1.0, round_ticks(self.highest)[-1])

    def visible_spans(self) -> Iterator[tuple[Span, float, float]]:
        """Yield each span that the x axis reaches, and from where to where it does."""
        scale = self.scale
        for span in self.spans:
            low, high = max(scale.x_low, span.start), min(scale.x_high, span.end)
            if high > low:
                yield span, low, high


def round_ticks(highest: float) -> list[float]:
    """Return ticks from zero to at least `highest`, in steps of 1, 2 or 5 times a power of ten."""
    if not _NOTHING < highest < math.inf:
        return [0.0, 1.0]
    rough = highest / _TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(each * power for each in (1, 2, 5, 10) if each * power >= rough * (1 - 1e-9))
    count = math.ceil(highest / step - 1e-9)
    return [number * step for number in range(count + 1)]


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:,.4g}"


def _number(value: float) -> str:
    return f"{value:,.6g}" if value < 1_000_000 else f"{value:.3g}"  # noqa: PLR2004 - a million
