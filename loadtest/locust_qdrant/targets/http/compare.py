"""Groups of endpoints side by side: ratios of what each turn measured, and how sure they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Resamples of the bootstrap, and how often its interval holds the true ratio.
RESAMPLES = 2000
CONFIDENCE = 0.95
_SEED = 0


class SideRatio(NamedTuple):
    """How often one figure holds another, and between which bounds.

    Attributes:
        ratio: geometric mean, over the rounds, of the figure divided by the baseline's.
        low: lower bound of its interval; None with fewer than two rounds.
        high: upper bound of its interval; None with fewer than two rounds.
    """

    ratio: float
    low: float | None
    high: float | None


def ratio(figures: Sequence[float], baseline: Sequence[float]) -> SideRatio | None:
    """Return the ratio of two figures that were measured in the same rounds.

    Each round gives one ratio, so that whatever made a round slow drops out. The interval is the
    percentile bootstrap over the rounds (Efron and Tibshirani, An Introduction to the Bootstrap,
    1993, ch. 13) at `CONFIDENCE`.

    Args:
        figures: one positive figure a round.
        baseline: the same of what it is compared with.

    Returns:
        The ratio; None where a figure is zero or missing, so that there is none.
    """
    if not figures or len(figures) != len(baseline) or min(*figures, *baseline) <= 0:
        return None
    logs = np.log(np.asarray(figures)) - np.log(np.asarray(baseline))
    if len(logs) == 1:
        return SideRatio(float(np.exp(logs[0])), None, None)
    chance = np.random.default_rng(_SEED)
    means = chance.choice(logs, (RESAMPLES, len(logs))).mean(axis=1)
    tail = (1 - CONFIDENCE) / 2
    low, high = np.exp(np.quantile(means, (tail, 1 - tail)))
    return SideRatio(float(np.exp(logs.mean())), float(low), float(high))
