"""What one step of a sweep showed, and what was full in it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from locust_qdrant.analysis.scaling import Point
from locust_qdrant.checks import explanations
from locust_qdrant.metrics.figures import figures
from locust_qdrant.metrics.record import Outcome
from locust_qdrant.metrics.window import counted
from locust_qdrant.probe.loop_lag import summarise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from locust_qdrant.checks import CheckResult
    from locust_qdrant.metrics.results import PathResult, Phase

#: Share of the loop's time that calls occupy, above which the generator makes the figures.
_MOST_BUSY = 0.90
#: Share of the p99 that the loop's lag may have.
_MOST_LAG_SHARE = 0.10
_FULL = 0.70


#: What limits the throughput where a pattern shows, whatever the figures look like.
_PATTERNS = {
    "answers held back": "nothing: requests wait for answers that are held back",
    "HTTP/2 held back": "nothing: requests wait for answers that are held back",
    "HTTP library": "the client's HTTP library, which works more the more requests are under way",
    "decoding on the loop": "the client's event loop, with decoding answers",
    "encoding on the loop": "the client's event loop, with encoding requests",
}


class Step(NamedTuple):
    """One step.

    Attributes:
        point: concurrency, throughput, response time, and whether they can be trusted.
        p50: of the latency, in seconds.
        p99: of the latency, in seconds.
        lag: p99 of the loop's lag in seconds, None where there is no loop.
        cpu: processor time of the client for one request on the loop, in seconds.
        busy: share of the time in which calls occupied the loop, 0 to 1.
        server: mean time that the server says it took, in seconds; None if it does not say.
        failures: number of failed requests.
    """

    point: Point
    p50: float
    p99: float
    lag: float | None
    cpu: float
    busy: float
    server: float | None
    failures: int


def steps_of(path: PathResult) -> list[Step]:
    """Return the measured phases of a closed workload as steps, in order."""
    return [_step(path, phase) for phase in path.traffic.phases if phase.measured and phase.users]


def what_is_full(step: Step, connections: int | None, named: Sequence[str] = ()) -> str:
    """Return what limits the throughput at a step, in a few words.

    Args:
        step: that at which more concurrency brought nothing more.
        connections: most connections of the REST pool, None for gRPC.
        named: the patterns that show at the step.
    """
    for pattern, full in _PATTERNS.items():
        if pattern in named:
            return full
    if step.busy > _FULL:
        return "the client's work on its event loop, a single core"
    if not step.point.valid:
        return (
            f"the machine: the event loop was late, though calls held it for only {step.busy:.0%} "
            "of the time"
        )
    if connections is not None and step.point.concurrency > connections:
        return f"the connection pool: {connections} connections"
    if step.server is not None and step.server > _FULL * step.point.response:
        return "the server: it works for most of a request's time"
    return "the server, or the way to it: requests wait there, while the client is idle"


def explained(path: PathResult) -> list[tuple[Phase, list[CheckResult]]]:
    """Return what is known to make a client slow, as far as it shows, of each measured phase."""
    found = []
    for phase in path.traffic.phases:
        if phase.measured and phase.users:
            marked = [replace(each, measured=each == phase) for each in path.traffic.phases]
            part = counted(replace(path, traffic=replace(path.traffic, phases=marked)))
            alone = replace(part, traffic=replace(part.traffic, left_out=()))
            found.append((phase, explanations(alone, of_client=False)))
    return found


def _step(path: PathResult, phase: Phase) -> Step:
    records = [each for each in path.traffic.records if each.step == phase.name]
    good = [each for each in records if each.outcome is Outcome.OK]
    seconds = phase.end - phase.start
    line = figures(phase.name, records, seconds)
    lags = [tick.seconds for tick in path.traffic.lag_over_time if _within(tick.at, phase)]
    lag = summarise(lags).p99 if lags and path.lag is not None else None
    occupied = sum(each.busy_seconds for each in records)
    busy = occupied / seconds if seconds else 0.0
    late = lag is not None and lag > _MOST_LAG_SHARE * line.latency.p99
    return Step(
        point=Point(
            concurrency=phase.users,
            throughput=line.rate,
            response=line.service.mean,
            valid=not late and busy <= _MOST_BUSY,
        ),
        p50=line.latency.p50,
        p99=line.latency.p99,
        lag=lag,
        cpu=occupied / max(1, len(records)),
        busy=busy,
        server=_mean([each.server_seconds for each in good if each.server_seconds is not None]),
        failures=line.failures,
    )


def _within(at: float, phase: Phase) -> bool:
    return phase.start <= at < phase.end


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
