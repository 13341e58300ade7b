"""How throughput grows with concurrency: Little's law, and the Universal Scalability Law.

Little's law: J. D. C. Little, A Proof for the Queuing Formula, Operations Research 9 (1961).
Universal Scalability Law: N. J. Gunther, Guerrilla Capacity Planning (2007), ch. 4 to 6.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Share of the expected concurrency by which Little's law may be missed: ramps and rounding.
LITTLE_TOLERANCE = 0.10
#: Throughput still grows if that of the next step is at least this much higher.
_GROWS = 1.05
_FEWEST_FOR_FIT = 4


class Point(NamedTuple):
    """One step of a sweep.

    Attributes:
        concurrency: requests under way, N.
        throughput: requests a second, X.
        response: mean time of a request in seconds, R.
        valid: whether it says something: the load generator had capacity left, and no request
            failed.
    """

    concurrency: float
    throughput: float
    response: float
    valid: bool = True


class Law(NamedTuple):
    """X(N) = rate * N / (1 + contention * (N - 1) + crosstalk * N * (N - 1)).

    Attributes:
        rate: requests a second of one user alone.
        contention: the share of the work that only one can do at a time, 0 to 1.
        crosstalk: what each pair costs to agree, in units of a request's work.
        r_squared: share of the variance of throughput that the law explains.
    """

    rate: float
    contention: float
    crosstalk: float
    r_squared: float

    def throughput(self, concurrency: float) -> float:
        """Return X(N) in requests a second."""
        others = concurrency - 1
        queueing = 1 + self.contention * others + self.crosstalk * concurrency * others
        return self.rate * concurrency / queueing

    @property
    def peak(self) -> float:
        """The concurrency beyond which throughput falls; infinite without crosstalk."""
        if not self.crosstalk:
            return float("inf")
        return float(np.sqrt((1 - self.contention) / self.crosstalk))


def little(point: Point) -> float:
    """Return X·R / N: 1 where the requests under way account for the concurrency.

    Below 1, the users spent time outside of requests that succeeded. Above 1, requests were longer
    than the step that they are counted in.
    """
    return point.throughput * point.response / point.concurrency


def obeys_little(point: Point) -> bool:
    """Tell whether N = X·R holds within `LITTLE_TOLERANCE`."""
    return abs(little(point) - 1) <= LITTLE_TOLERANCE


def fit(points: Sequence[Point]) -> Law | None:
    """Return the law that fits the valid points best; None for fewer than four.

    Linear least squares on N/X = a + b(N - 1) + cN(N - 1), with a > 0 and b, c >= 0, weighted so
    that errors of X count relative to X.
    """
    used = [point for point in points if point.valid and point.throughput > 0]
    if len({point.concurrency for point in used}) < _FEWEST_FOR_FIT:
        return None
    n = np.array([point.concurrency for point in used])
    x = np.array([point.throughput for point in used])
    columns = np.stack([np.ones_like(n), n - 1, n * (n - 1)], axis=1)
    weights = x / n
    a, b, c = _non_negative(columns * weights[:, None], np.ones_like(n))
    if a <= 0:
        return None
    law = Law(1 / a, b / a, c / a, 0.0)
    predicted = np.array([law.throughput(each) for each in n])
    spread = float(((x - x.mean()) ** 2).sum())
    explained = 1 - float(((x - predicted) ** 2).sum()) / spread if spread else 1.0
    return law._replace(r_squared=explained)


def knee(points: Sequence[Point]) -> Point | None:
    """Return the last step up to which more concurrency gave more throughput.

    None when throughput still grew at the last valid step, and when a step that is not valid had
    more throughput: the knee was not reached, or nobody knows where it is.
    """
    used = sorted(point for point in points if point.valid)
    highest = max((point.throughput for point in points), default=0.0)
    for before, after in itertools.pairwise(used):
        enough = _GROWS * before.throughput
        if after.throughput < enough and highest < enough:
            return before
    return None


def _non_negative(columns: np.ndarray, target: np.ndarray) -> tuple[float, float, float]:
    """Return the best coefficients that are not negative, found by trying every subset."""
    best, smallest = (0.0, 0.0, 0.0), float("inf")
    for size in (1, 2, 3):
        for chosen in itertools.combinations(range(3), size):
            solution, *_ = np.linalg.lstsq(columns[:, chosen], target, rcond=None)
            if (solution < 0).any():
                continue
            error = float(((columns[:, chosen] @ solution - target) ** 2).sum())
            if error < smallest - 1e-12:
                smallest = error
                full = [0.0, 0.0, 0.0]
                for place, value in zip(chosen, solution, strict=True):
                    full[place] = float(value)
                best = (full[0], full[1], full[2])
    return best
