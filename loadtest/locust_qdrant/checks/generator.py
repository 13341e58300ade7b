"""Generator: did this process have the capacity to measure, or does it report its own queue?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from locust_qdrant.checks.interface import CheckResult, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from locust_qdrant.metrics.results import PathResult

MOST_CPU = 0.90
#: Who runs, or waits for a processor, nearly all the time has no time left, whoever else has it.
MOST_CPU_AND_WAITS = 0.95
#: Seconds of lag (p99) that nobody needs to mind, and its largest share of the reported p99 else.
LAG_FLOOR = 0.010
MOST_LAG_SHARE = 0.10
#: Share of the time in which the loop's thread may wait for a processor: together with such a lag,
#: and whatever the lag is. A loop that is late without it is held by the code under test, which is
#: what other checks are for.
MOST_STARVED_WITH_LAG, MOST_STARVED = 0.05, 0.25
#: Share of the time from which a loop that is late by more than that floor may be held.
LEAST_HELD = 0.25
#: Share of the arrivals of an open workload that may begin late.
MOST_LATE = 0.20

_LIMIT = (
    f"{MOST_CPU:.0%} of a core, waiting for one {MOST_STARVED_WITH_LAG:.0%} to {MOST_STARVED:.0%}"
)


def check(result: PathResult) -> CheckResult:
    """Call the figures invalid where this process, or its machine, was short of something."""
    share = busiest(result)
    if not share:
        # No traffic takes no time at all: it is a record file that was cut off.
        unknown = ("nobody knows how busy the load generator was: do not trust the figures",)
        return CheckResult("generator", "not measured", _LIMIT, Verdict.NOT_MEASURED, unknown)
    waits = starved(result)
    evidence = [*shortages(share, waits, *_delays(result)), *_late(result)]
    return CheckResult(
        name="generator",
        figure=f"{share:.0%} of a core"
        + ("" if waits is None else f", {waits:.1%} of the time waiting for one"),
        limit=_LIMIT,
        verdict=Verdict.INVALID if evidence else Verdict.PASSED,
        evidence=tuple(evidence),
    )


def busiest(result: PathResult) -> float:
    """Return the share of a core that the busiest process used, 1 for all of it."""
    traffic = result.traffic
    if not traffic.seconds:
        return 0.0
    return max(traffic.cpu_by_worker.values(), default=traffic.cpu_seconds) / traffic.seconds


def starved(result: PathResult) -> float | None:
    """Return the share of the time in which the worst loop waited for a processor, if told."""
    traffic = result.traffic
    if not traffic.seconds or not traffic.starved_by_worker:
        return None
    return max(traffic.starved_by_worker.values()) / traffic.seconds


def was_short(result: PathResult) -> bool:
    """Tell whether this program or its machine was so short of processors that work was missed."""
    return busiest(result) > MOST_CPU or (starved(result) or 0.0) > MOST_STARVED


def is_held(result: PathResult) -> bool:
    """Tell whether something holds the loop: when it was late, it mostly had a processor."""
    lags = result.traffic.lag
    late = sum(each > LAG_FLOOR for each in lags) / max(1, len(lags))
    return late > LEAST_HELD and (starved(result) or 0.0) < late / 2


def of_machine(result: PathResult, *, held: bool = False) -> str:
    """Return what the machine was short of, in words; empty where it was short of nothing.

    Args:
        result: of a path.
        held: whether something else makes the loop late, which says nothing of the machine then.
    """
    late, p99 = _delays(result)
    return " ".join(_starved(starved(result), 0.0 if held else late, p99))


def shortages(busy: float, waits: float | None, late: float, p99: float) -> list[str]:
    """Return what the load generator was short of, a sentence each.

    Args:
        busy: share of a core that its busiest process used.
        waits: share of the time in which its worst loop waited for a processor, None if not told.
        late: p99 of the loop's lag in seconds.
        p99: of the latency in seconds; zero where nothing succeeded.
    """
    starved_of = list(_starved(waits, late, p99))
    return [*_processor(busy, 0.0 if starved_of else waits or 0.0), *starved_of]


def _delays(result: PathResult) -> tuple[float, float]:
    late = 0.0 if result.lag is None else result.lag.p99
    return late, result.traffic.requests.measured.total.latency.latency().p99


def _processor(share: float, waits: float) -> Iterator[str]:
    if share <= MOST_CPU and share + waits <= MOST_CPU_AND_WAITS:
        return
    and_waited = "" if share > MOST_CPU else f" and waited for one for {waits:.0%} of the time"
    yield (
        f"this program was short of processor time: a process of it used {share:.0%} of its "
        f"core{and_waited}, so latencies include waiting inside it, and the server may be faster "
        "than shown; use fewer users, a think time, or more --processes"
    )


def _starved(share: float | None, late: float, p99: float) -> Iterator[str]:
    # Without a success there is no percentile, and the lag counts by itself.
    adds = late > LAG_FLOOR and late > MOST_LAG_SHARE * p99
    if share is None or not (share > MOST_STARVED or (adds and share > MOST_STARVED_WITH_LAG)):
        return
    of_p99 = (
        f", which is {late / p99:.0%} of the p99 latency of {p99 * 1000:,.1f} ms" if p99 else ""
    )
    and_late = f", and was up to {late * 1000:,.1f} ms late (p99){of_p99}" if late else ""
    yield (
        f"the machine was short of processors: the event loop was ready to run and got none for "
        f"{share:.0%} of the time{and_late}; stop what else runs here, or drive the load from "
        "another machine"
    )


def _late(result: PathResult) -> Iterator[str]:
    arrivals = result.traffic.arrivals
    if arrivals is None or arrivals.late <= MOST_LATE * arrivals.planned:
        return
    yield (
        f"{arrivals.late / arrivals.planned:.0%} of the arrivals began late: the load is not the "
        "one that was asked for; use more --processes, or another machine for the load"
    )
