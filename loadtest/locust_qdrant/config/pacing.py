"""When traffic happens: stages in, users or arrival times out. Pure: no clock, no sleeping.

Times are seconds since the traffic began. A process is one of several that share the load: users
and arrivals are dealt to them in turn, so that all of them together do what one would do alone.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import replace
from itertools import accumulate, chain, count, islice, takewhile
from random import Random
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from locust_qdrant.config.model import Load, Stage

#: Sums of fractions are off by less than this; nobody plans a billionth of an arrival.
_TOLERANCE = 1e-9


class Due(NamedTuple):
    """An arrival of an open workload.

    Attributes:
        at: when it is due.
        stage: the stage that it belongs to.
    """

    at: float
    stage: Stage


def scaled(load: Load, factor: float) -> Load:
    """Return `load` with every stage `factor` times as long."""
    stages = tuple(replace(stage, seconds=stage.seconds * factor) for stage in load.stages)
    return replace(load, stages=stages)


def boundaries(stages: Sequence[Stage]) -> list[float]:
    """Return when each stage begins, and last of all when the last one ends."""
    return list(accumulate((stage.seconds for stage in stages), initial=0.0))


def stage_at(stages: Sequence[Stage], elapsed: float) -> Stage:
    """Return the stage that runs at `elapsed`; before the first and after the last one, these."""
    return stages[_index_at(stages, elapsed)]


def _index_at(stages: Sequence[Stage], elapsed: float) -> int:
    begins = boundaries(stages)[:-1]
    return max(0, bisect_right(begins, elapsed) - 1)


def next_boundary(stages: Sequence[Stage], elapsed: float) -> float:
    """Return when the stage that runs at `elapsed` ends; infinity after the last one."""
    return min((at for at in boundaries(stages) if at > elapsed), default=math.inf)


def users_at(stages: Sequence[Stage], elapsed: float, worker: int = 0, workers: int = 1) -> int:
    """Return how many users a process has at `elapsed`; none before and after the stages.

    Args:
        stages: of a closed workload.
        elapsed: seconds since the traffic began.
        worker: number of the process, from zero.
        workers: number of processes.
    """
    if not 0 <= elapsed < sum(stage.seconds for stage in stages):
        return 0
    index = _index_at(stages, elapsed)
    stage = stages[index]
    share = (elapsed - boundaries(stages)[index]) / stage.seconds
    total = math.floor(stage.start + (stage.end - stage.start) * share + 0.5)
    return dealt(total, worker, workers)


def dealt(total: int, worker: int, workers: int) -> int:
    """Return how many of `total` things one process gets when they are dealt in turn."""
    return max(0, (total - worker + workers - 1) // workers)


def expected_arrivals(stages: Sequence[Stage], elapsed: float | None = None) -> float:
    """Return how many arrivals an open workload plans until `elapsed`, or altogether."""
    total = 0.0
    for stage, begin in zip(stages, boundaries(stages), strict=False):
        inside = stage.seconds if elapsed is None else min(stage.seconds, elapsed - begin)
        if inside > 0:
            total += _arrived(stage, inside)
    return total


def due_until(load: Load, elapsed: float, seed: int, worker: int = 0, workers: int = 1) -> int:
    """Return how many of the arrivals of one process are due before `elapsed`.

    Args:
        load: an open workload.
        elapsed: seconds since the traffic began.
        seed: as for `arrivals`; and so the others.
        worker: number of the process, from zero.
        workers: number of processes.
    """
    if load.poisson:
        dues = arrivals(load, seed, worker, workers)
        return sum(1 for _ in takewhile(lambda due: due.at < elapsed, dues))
    total = math.ceil(expected_arrivals(load.stages, elapsed) - _TOLERANCE)
    return dealt(max(0, total), worker, workers)


def arrivals(load: Load, seed: int, worker: int = 0, workers: int = 1) -> Iterator[Due]:
    """Yield the arrivals of one process, in order.

    A rate that changes is followed exactly: arrival number n comes when the integral of the rate
    reaches n. With `load.poisson` it is when the integral reaches the n-th point of a Poisson
    process of rate one (the time-rescaling theorem: Cinlar, Introduction to Stochastic Processes,
    1975, ch. 4.7).

    Args:
        load: an open workload.
        seed: where chance begins; the same seed gives the same times.
        worker: number of the process, from zero.
        workers: number of processes.
    """
    totals = _poisson(seed) if load.poisson else map(float, count())
    return islice(_inverted(load.stages, totals), worker, None, workers)


def _poisson(seed: int) -> Iterator[float]:
    chance = Random(f"{seed}/arrivals")  # noqa: S311 - a load test hides nothing
    return accumulate(chance.expovariate(1.0) for _ in count())


def _inverted(stages: Sequence[Stage], totals: Iterator[float]) -> Iterator[Due]:
    """Yield when the cumulative rate of `stages` reaches each of the ascending `totals`."""
    begin = reached = 0.0
    for stage in stages:
        end = reached + _arrived(stage, stage.seconds)
        for total in totals:
            if total >= end - _TOLERANCE:
                totals = chain((total,), totals)
                break
            yield Due(begin + _time_of(stage, max(0.0, total - reached)), stage)
        begin, reached = begin + stage.seconds, end


def _arrived(stage: Stage, seconds: float) -> float:
    """Return the integral of the rate over the first `seconds` of `stage`."""
    slope = (stage.end - stage.start) / stage.seconds if stage.seconds else 0.0
    return stage.start * seconds + slope * seconds * seconds / 2


def _time_of(stage: Stage, number: float) -> float:
    """Return when the integral of the rate of `stage` reaches `number`: solves a quadratic."""
    slope = (stage.end - stage.start) / stage.seconds
    root = math.sqrt(max(0.0, stage.start * stage.start + 2 * slope * number))
    # This form of the solution neither cancels nor divides by a slope near zero.
    return min(stage.seconds, 2 * number / (stage.start + root)) if number else 0.0
