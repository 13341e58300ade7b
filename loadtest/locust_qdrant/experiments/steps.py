"""What one step of a sweep showed, and what was full in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from locust_qdrant.analysis.scaling import Point
from locust_qdrant.checks import explanations
from locust_qdrant.experiments.experiment import what_failed, what_was_short
from locust_qdrant.metrics.figures import TOTAL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from locust_qdrant.metrics.results import PathResult

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
        failed: what went wrong with requests, in words; empty for nothing.
        short: what the load generator or its machine was short of, in words; empty for nothing.
        explanations: what makes the client slow, a sentence each, by the name of the pattern.
    """

    point: Point
    p50: float
    p99: float
    lag: float | None
    cpu: float
    busy: float
    server: float | None
    failures: int
    failed: str = ""
    short: str = ""
    explanations: Mapping[str, str] = {}


def what_is_full(step: Step, connections: int | None) -> str:
    """Return what limits the throughput at a step, in a few words.

    Args:
        step: that at which more concurrency brought nothing more.
        connections: most connections of the REST pool, None for gRPC.
    """
    for pattern, full in _PATTERNS.items():
        if pattern in step.explanations:
            return full
    if step.busy > _FULL:
        return "the client's work on its event loop, a single core"
    if connections is not None and step.point.concurrency > connections:
        return f"the connection pool: {connections} connections"
    if step.server is not None and step.server > _FULL * step.point.response:
        return "the server: it works for most of a request's time"
    return "the server, or the way to it: requests wait there, while the client is idle"


def step_of(part: PathResult, users: int) -> Step:
    """Return what counts of one stretch of traffic with so many users as a step."""
    requests = part.traffic.requests.measured
    line = requests.total.figures(TOTAL, part.traffic.seconds)
    occupied, (server, told) = requests.busy, requests.server
    failed, short = what_failed(part), what_was_short(part)
    return Step(
        point=Point(
            concurrency=users,
            throughput=line.rate,
            response=line.service.mean,
            valid=not failed and not short,
        ),
        p50=line.latency.p50,
        p99=line.latency.p99,
        lag=None if part.lag is None else part.lag.p99,
        cpu=occupied / max(1, requests.count),
        busy=occupied / part.traffic.seconds if part.traffic.seconds else 0.0,
        server=server / told if told else None,
        failures=line.failures,
        failed=failed,
        explanations={each.name: each.sentence for each in explanations(part)},
        short="" if failed else short,
    )
