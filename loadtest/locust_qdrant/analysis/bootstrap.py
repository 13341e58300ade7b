"""Intervals for the ratio of two medians, by resampling.

The percentile bootstrap: B. Efron and R. Tibshirani, An Introduction to the Bootstrap (1993),
chapter 13.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

_RESAMPLES = 10_000
_SEED = 0


class RatioInterval(NamedTuple):
    """A ratio, and between which values it lies.

    Attributes:
        ratio: median of the first sample divided by that of the second.
        low: lower end of the interval; None for one value on each side, which has none.
        high: upper end of the interval, or None.
        confidence: how sure the interval is, 0 to 1.
    """

    ratio: float
    low: float | None
    high: float | None
    confidence: float

    @property
    def excludes_one(self) -> bool:
        """Whether the two samples differ as far as the interval tells."""
        return self.low is not None and self.high is not None and (self.low > 1 or self.high < 1)

    def __str__(self) -> str:
        if self.low is None or self.high is None:
            return f"{self.ratio:.2f} (one round: no interval)"
        return f"{self.ratio:.2f} ({self.low:.2f} to {self.high:.2f})"


def ratio_of_medians(
    first: Sequence[float],
    second: Sequence[float],
    *,
    confidence: float = 0.95,
    paired: bool = True,
) -> RatioInterval:
    """Return median(first) / median(second), and its bootstrap interval.

    Args:
        first: one value a round.
        second: one value a round, positive.
        confidence: of the interval, 0 to 1.
        paired: whether the same positions come from the same round; then rounds are resampled, and
            what slowed a whole round cancels out.

    Raises:
        ValueError: a sample is empty, the second is not positive, or pairs differ in number.
    """
    above, below = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if not above.size or not below.size:
        raise ValueError("a ratio needs at least one value on either side")
    if (below <= 0).any():
        raise ValueError("values to divide by must be positive")
    if paired and above.size != below.size:
        raise ValueError(f"{above.size} and {below.size} values are no pairs")
    ratio = float(np.median(above) / np.median(below))
    if above.size == below.size == 1:
        # Resampling one value gives it again, and an interval of no width would look certain.
        return RatioInterval(ratio, None, None, confidence)
    random = np.random.default_rng(_SEED)
    chosen_above = random.integers(above.size, size=(_RESAMPLES, above.size))
    chosen_below = (
        chosen_above if paired else random.integers(below.size, size=(_RESAMPLES, below.size))
    )
    ratios = np.median(above[chosen_above], axis=1) / np.median(below[chosen_below], axis=1)
    tail = (1 - confidence) / 2
    low, high = np.quantile(ratios, [tail, 1 - tail])
    return RatioInterval(ratio, float(low), float(high), confidence)
