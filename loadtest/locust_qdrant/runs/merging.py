"""Put together what several processes, or several turns, left behind: nothing is averaged."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from locust_qdrant.metrics import results
from locust_qdrant.metrics.results import Leftovers, SegmentResult, Traffic
from locust_qdrant.targets.qdrant import answer_log, recall

if TYPE_CHECKING:
    from collections.abc import Sequence

    from locust_qdrant.metrics.results import Phase


def side_by_side(parts: Sequence[SegmentResult], seconds: float) -> SegmentResult:
    """Return what processes did at the same time as the deed of one.

    Args:
        parts: what each process left behind; empty when all were lost.
        seconds: how long it lasted, as far as the caller knows.
    """
    traffics = [part.traffic for part in parts]
    whole = results.merge(traffics) if traffics else Traffic((), seconds, (), 0.0)
    traffic = replace(
        whole,
        seconds=max((each.seconds for each in traffics), default=seconds),
        phases=_abreast([each.phases for each in traffics]),
        lag_over_time=sorted(whole.lag_over_time),
        heartbeat=sorted(whole.heartbeat),
    )
    return replace(in_turn(parts), traffic=traffic) if parts else SegmentResult(traffic)


def in_turn(parts: Sequence[SegmentResult]) -> SegmentResult:
    """Return turns of traffic as one."""
    return SegmentResult(
        traffic=results.merge([part.traffic for part in parts]),
        recall=recall.merge([part.recall for part in parts if part.recall is not None]),
        leftovers=_all_of([part.leftovers for part in parts if part.leftovers is not None]),
        answers=answer_log.merge([each for part in parts for each in part.answers]),
        complete=all(part.complete for part in parts),
    )


def _abreast(phases: Sequence[Sequence[Phase]]) -> list[Phase]:
    """Return the phases of processes, which are the same, with the users of all of them."""
    longest = max((len(each) for each in phases), default=0)
    merged = []
    for number in range(longest):
        same = [each[number] for each in phases if number < len(each)]
        merged.append(
            replace(
                same[0],
                start=min(phase.start for phase in same),
                end=max(phase.end for phase in same),
            )
        )
    return merged


def _all_of(parts: Sequence[Leftovers]) -> Leftovers | None:
    if not parts:
        return None
    return Leftovers(
        tasks=[task for part in parts for task in part.tasks],
        connections=sum(part.connections for part in parts),
        never_awaited=[line for part in parts for line in part.never_awaited],
    )
