"""What every known problem is: a question to the installed client and a server, and its answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from locust_qdrant.analysis.bootstrap import RatioInterval, ratio_of_medians

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from locust_qdrant.diagnose.bench import Bench

#: A person would not notice less, nor would the other requests of a service.
NOTICEABLE_SECONDS = 0.010
#: The remedy makes a difference if the figure is this many times higher without it.
NOTICEABLE_RATIO = 1.5


@dataclass(frozen=True)
class Comparison:
    """One figure, without and with the remedy, in interleaved rounds; smaller is better.

    Attributes:
        unit: of the figures, such as `ms`.
        before: one figure a round, as the problem has it.
        after: one figure a round, with the remedy.
    """

    unit: str
    before: list[float] = field(default_factory=list)
    after: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> RatioInterval | None:
        """How many times the remedy's figure the problem's is; None where a count is zero."""
        if not all(self.before) or not all(self.after):
            return None
        return ratio_of_medians(self.before, self.after)


@dataclass(frozen=True)
class Diagnosis:
    """What was found of one problem.

    Attributes:
        present: whether it shows here; None when it could not be measured.
        meaning: what the figure is, such as `loop held by one upsert`.
        comparison: the figures; None when it could not be measured.
        details: further measurements, one line each; for `present` None the reason.
        short: what the machine was short of meanwhile, in words; empty for nothing.
    """

    present: bool | None
    meaning: str
    comparison: Comparison | None
    details: tuple[str, ...] = ()
    short: str = ""


class Problem(Protocol):
    """One known problem."""

    @property
    def name(self) -> str:
        """Its name on the command line."""

    @property
    def title(self) -> str:
        """What it is, in a few words."""

    @property
    def remedy(self) -> str:
        """What to do, in one sentence."""

    @property
    def rule(self) -> str:
        """The code of the linter's rule that finds it in source, or empty."""

    @property
    def versions(self) -> str:
        """The versions in which it was seen."""

    @property
    def heading(self) -> str:
        """Its place on the page that explains it, as in an address; empty if it is not there."""

    async def examine(self, bench: Bench) -> Diagnosis:
        """Measure it; whatever is created is removed by `bench`."""


async def in_rounds(
    rounds: int,
    unit: str,
    before: Callable[[], Awaitable[float]],
    after: Callable[[], Awaitable[float]],
) -> Comparison:
    """Return figures of both, taken in turn, so that the machine's mood hits both."""
    comparison = Comparison(unit)
    for _ in range(rounds):
        comparison.before.append(await before())
        comparison.after.append(await after())
    return comparison
