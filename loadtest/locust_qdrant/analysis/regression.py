"""Whether a new run is worse than a base: ratios with intervals from resampled seconds.

Requests of the same second share its fate, so seconds are resampled, not requests: a block
bootstrap, as in H. R. Künsch, The Jackknife and the Bootstrap for General Stationary Observations,
Annals of Statistics 17 (1989).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from locust_qdrant.analysis.bootstrap import RatioInterval
from locust_qdrant.metrics.record import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from locust_qdrant.metrics.record import Record

    #: One array of values for each second of a run.
    Blocks = Sequence[NDArray[np.float64]]

#: Whole seconds without which resampling them says little: of one, every sample is the same.
FEWEST_SECONDS = 6
_RESAMPLES = 1000
_SEED = 0
_PERCENTILES = {"p50": 50.0, "p95": 95.0, "p99": 99.0}
_THROUGHPUT = "throughput"
#: By how much the share of failed requests may grow.
_MORE_ERRORS = 0.01

TOTAL = "total"


class Change(NamedTuple):
    """One figure of one operation in both runs.

    Attributes:
        operation: its name, or `total`.
        figure: `p50`, `p95`, `p99` (seconds), `throughput` (a second) or `errors` (a share).
        base: the figure of the base.
        new: the figure of the new run.
        interval: new / base and its interval; None for errors, where a figure is zero, and where a
            run has fewer than `FEWEST_SECONDS`.
        worse: whether the new run is worse by more than the tolerance, for sure.
    """

    operation: str
    figure: str
    base: float
    new: float
    interval: RatioInterval | None
    worse: bool


def changes(
    base: Sequence[Record],
    new: Sequence[Record],
    *,
    tolerance: float = 0.10,
    confidence: float = 0.95,
) -> list[Change]:
    """Return every figure of the operations that both runs have.

    A figure is worse when its whole interval lies beyond the tolerance; errors are when their share
    grows by more than one in a hundred.

    Args:
        base: measured records of the base; cancelled ones count for nothing.
        new: those of the new run.
        tolerance: share by which latencies and throughput may get worse.
        confidence: of the intervals, 0 to 1.
    """
    common = sorted({each.operation for each in base} & {each.operation for each in new})
    found: list[Change] = []
    for name in [*common, TOTAL]:
        before, after = _of(name, base), _of(name, new)
        found += _figures(name, before, after, tolerance, confidence)
        found.append(_errors(name, before, after))
    return found


def whole_seconds(records: Sequence[Record]) -> int:
    """Return how many whole seconds a run has, to be resampled."""
    return len(_seconds(records))


def _of(name: str, records: Iterable[Record]) -> list[Record]:
    return [each for each in records if name in {TOTAL, each.operation}]


def _figures(
    name: str,
    base: Sequence[Record],
    new: Sequence[Record],
    tolerance: float,
    confidence: float,
) -> Iterator[Change]:
    blocks = _seconds(base), _seconds(new)
    before, after = (_read(each) for each in blocks)
    if min(map(len, blocks)) < FEWEST_SECONDS:
        for place, figure in enumerate((*_PERCENTILES, _THROUGHPUT)):
            yield Change(name, figure, before[place], after[place], None, worse=False)
        return
    random = np.random.default_rng(_SEED)
    above, below = (
        np.array([_read(_resampled(each, random)) for _ in range(_RESAMPLES)])
        for each in (blocks[1], blocks[0])
    )
    tail = (1 - confidence) / 2
    for place, figure in enumerate((*_PERCENTILES, _THROUGHPUT)):
        if not before[place] or not after[place] or not below[:, place].all():
            yield Change(name, figure, before[place], after[place], None, worse=False)
            continue
        low, high = np.quantile(above[:, place] / below[:, place], [tail, 1 - tail])
        ratio = after[place] / before[place]
        interval = RatioInterval(ratio, float(low), float(high), confidence)
        worse = high < 1 - tolerance if figure == _THROUGHPUT else low > 1 + tolerance
        yield Change(name, figure, before[place], after[place], interval, bool(worse))


def _errors(name: str, base: Sequence[Record], new: Sequence[Record]) -> Change:
    before, after = _failed_share(base), _failed_share(new)
    return Change(name, "errors", before, after, None, after - before > _MORE_ERRORS)


def _failed_share(records: Sequence[Record]) -> float:
    return sum(each.outcome.failed for each in records) / len(records) if records else 0.0


def _seconds(records: Sequence[Record]) -> Blocks:
    """Return the latencies of the successful requests of each second.

    Without the first and the last second, which are cut off somewhere, unless there is no other.
    """
    first = min((each.start for each in records), default=0.0)
    seconds: defaultdict[int, list[float]] = defaultdict(list)
    for each in records:
        if each.outcome is Outcome.OK:
            seconds[int(each.start - first)].append(each.latency)
    blocks = [np.array(seconds.get(at, [])) for at in range(max(seconds, default=-1) + 1)]
    return blocks[1:-1] or blocks


def _read(blocks: Blocks) -> list[float]:
    """Return the percentiles of all blocks together, and the mean number of requests in one."""
    if not blocks or not (values := np.concatenate(blocks)).size:
        return [0.0] * (len(_PERCENTILES) + 1)
    percentiles = np.percentile(values, list(_PERCENTILES.values()))
    return [*map(float, percentiles), values.size / len(blocks)]


def _resampled(blocks: Blocks, random: np.random.Generator) -> Blocks:
    return [blocks[at] for at in random.integers(len(blocks), size=len(blocks))] if blocks else []
