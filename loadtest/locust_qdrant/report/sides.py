"""Groups of a service's endpoints side by side: ratios of what each turn measured."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from locust_qdrant.analysis.bootstrap import RatioInterval, ratio_of_medians
from locust_qdrant.metrics.figures import latency_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from locust_qdrant.metrics.results import PathResult, Phase


class Side(NamedTuple):
    """One group beside the first one.

    Attributes:
        name: the group.
        rate: successful requests a second, the median of its turns.
        throughput: that in units of the first group's; None where there is no ratio.
        heartbeat: p99 of the service's heartbeat in seconds, the median of its turns; None where
            there is no heartbeat.
        heartbeat_ratio: that in units of the first group's; None where there is no ratio.
        turns: number of turns.
    """

    name: str
    rate: float
    throughput: RatioInterval | None
    heartbeat: float | None
    heartbeat_ratio: RatioInterval | None
    turns: int


def sides(results: Sequence[PathResult]) -> list[Side]:
    """Return the groups beside the first; nothing for one group, and where Qdrant is the target.

    Turns of the same number ran one after the other, so that what slowed a whole round cancels out.
    """
    if len(results) < 2 or any(each.service is None for each in results):  # noqa: PLR2004 - a pair
        return []
    rates = [_rates(each) for each in results]
    beats = [_beats(each) for each in results]
    return [
        Side(
            name=result.path,
            rate=median(rate) if rate else 0.0,
            throughput=_ratio(rate, rates[0]),
            heartbeat=median(beat) if beat else None,
            heartbeat_ratio=_ratio(beat, beats[0]),
            turns=len(rate),
        )
        for result, rate, beat in zip(results, rates, beats, strict=True)
    ]


def _rates(result: PathResult) -> list[float]:
    return [
        phase.succeeded / (phase.end - phase.start)
        for phase in _measured(result)
        if phase.succeeded is not None
    ]


def _beats(result: PathResult) -> list[float]:
    found = []
    for phase in _measured(result):
        late = [
            beat.seconds for beat in result.traffic.heartbeat if phase.start <= beat.at < phase.end
        ]
        found += [latency_of(late).p99] if late else []
    return found


def _measured(result: PathResult) -> list[Phase]:
    return [each for each in result.traffic.phases if each.measured and each.end > each.start]


def _ratio(figures: Sequence[float], baseline: Sequence[float]) -> RatioInterval | None:
    if not figures or len(figures) != len(baseline) or min(*figures, *baseline) <= 0:
        return None
    return ratio_of_medians(figures, baseline)
