"""The highest rate that holds, by doubling and bisection with repeats: a pure search.

Each rate is tried several times, since one bad second of a shared machine decides nothing. A rate
holds when most of its trials do; the share that did is what is known of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class Trial(NamedTuple):
    """One try at a rate.

    Attributes:
        rate: arrivals a second.
        held: whether the limit was kept.
        figure: what was measured, in words.
        valid: whether the load generator could make that rate; if not, the server is not to blame.
    """

    rate: float
    held: bool
    figure: str
    valid: bool = True


@dataclass(frozen=True)
class Capacity:
    """What the search found.

    Attributes:
        rate: the highest rate that held, zero if none did.
        fails_at: the lowest rate that did not, None if all held.
        limited_by_generator: whether the search ended because the generator was full.
        trials: every try, in order.
    """

    rate: float
    fails_at: float | None
    limited_by_generator: bool
    trials: tuple[Trial, ...]

    def confidence(self, rate: float) -> tuple[int, int]:
        """Return how many of the trials at `rate` held, and how many there were."""
        at = [trial for trial in self.trials if trial.rate == rate and trial.valid]
        return sum(trial.held for trial in at), len(at)


def search(
    attempt: Callable[[float], Trial],
    *,
    begin: float,
    most: float,
    repeats: int = 3,
    precision: float = 0.05,
) -> Capacity:
    """Return the highest rate that holds.

    Args:
        attempt: tries a rate and tells how it went.
        begin: the first rate to try, in arrivals a second.
        most: never try more than this.
        repeats: odd number of trials a rate; as soon as so many agree that they are its majority,
            they decide. Those in which the generator could not make the rate decide as one more
            side, so that a single one of them decides nothing.
        precision: stop when the gap is smaller than this share of the rate.
    """
    trials: list[Trial] = []

    def holds(rate: float) -> bool | None:
        """Tell whether `rate` holds, None when the generator could not make it."""
        needed, held, broken, invalid = repeats // 2 + 1, 0, 0, 0
        while max(held, broken, invalid) < needed:
            trial = attempt(rate)
            trials.append(trial)
            held += trial.valid and trial.held
            broken += trial.valid and not trial.held
            invalid += not trial.valid
        return None if invalid >= needed else held >= needed

    good, bad, generator = 0.0, None, False
    rate = min(begin, most)
    while True:
        outcome = holds(rate)
        if outcome:
            good = rate
        else:
            bad, generator = rate, outcome is None
        if good >= most or rate < 1:
            break
        if bad is not None and bad - good <= max(precision * bad, 1):
            break
        rate = min(2 * good, most) if bad is None else (good + bad) / 2
    return Capacity(good, bad, generator, tuple(trials))
