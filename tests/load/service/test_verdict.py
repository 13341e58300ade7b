"""The verdict on a service: what fails, what only warns, and why."""

from __future__ import annotations

import pytest
from locust_qdrant.checks import Verdict
from locust_qdrant.config.model import Load, Stage
from locust_qdrant.metrics.results import Arrivals
from locust_qdrant.probe.loop_lag import LagSummary
from locust_qdrant.targets.http.blame import BlamedLine, Held
from locust_qdrant.targets.http.result import GroupResult, Measured, ServiceResult
from locust_qdrant.targets.http.spec import ALL, Endpoint
from locust_qdrant.targets.http.tally import EndpointTally
from locust_qdrant.targets.http.traffic import TrafficTurn
from locust_qdrant.targets.http.verdict import evaluate

WAITING = (
    "app.py:3 in search",
    "qdrant_client/x.py:1 in query",
    "httpcore/_backends/sync.py:9 in read",
)
COMPUTING = ("app.py:3 in search", "json/encoder.py:1 in encode")


def line(seconds: float, longest: float, stack: tuple[str, ...] = WAITING) -> BlamedLine:
    return BlamedLine("app.py", 3, "search", 9, seconds, longest, stack[1], stack, "search()")


def verdicts(
    *lines: BlamedLine,
    starved: float = 0.0,
    cpu: float = 1.0,
    lag: float = 0.0,
    missed: int = 0,
    died: tuple[str, ...] = (),
    statuses: dict[int, int] | None = None,
) -> dict[str, Verdict]:
    """Return the verdicts on ten seconds of traffic in which this was seen."""
    tally = EndpointTally()
    tally.statuses.update({200: 5} if statuses is None else statuses)
    tally.wrong = sum(count for status, count in tally.statuses.items() if status >= 400)
    for status in tally.statuses:
        if status >= 400:
            tally.examples[status] = "no"
        else:
            tally.latencies.add(0.1)
    endpoint = Endpoint("GET /", "GET", "/")
    turn = TrafficTurn(
        seconds=10.0,
        tallies={"GET /": tally},
        heartbeat=None,
        heartbeats_lost=0,
        generator_lag=LagSummary(10, 0.0, lag, lag, 0.0),
        cpu_seconds=cpu,
        arrivals=Arrivals(100, 0, missed),
    )
    group = GroupResult(ALL, [endpoint], [Measured(turn, Held(10.0, starved, None, lines))])
    result = ServiceResult(
        title="",
        service="",
        qdrant="",
        groups=[group],
        notes=[],
        interrupted=False,
        died=died,
        versions={},
        machine={},
        load=Load(open=True, stages=(Stage("steady", 10, 10, 10),)),
        started=0.0,
    )
    return {check.name: check.verdict for check in evaluate(result, 0.25, 0.1)}


GOOD = {
    "answers": Verdict.PASSED,
    "loop": Verdict.PASSED,
    "machine": Verdict.PASSED,
    "generator": Verdict.PASSED,
}


def test_a_service_whose_loop_stays_free_passes():
    assert verdicts() == GOOD
    assert verdicts(line(2.0, 0.09)) == GOOD


@pytest.mark.parametrize("stack", [WAITING, COMPUTING])
def test_a_loop_that_is_held_fails_at_a_stretch_or_altogether(stack):
    failed = GOOD | {"loop": Verdict.FAILED}
    assert verdicts(line(0.2, 0.2, stack)) == failed
    assert verdicts(line(2.6, 0.05, stack)) == failed


def test_on_a_busy_machine_a_long_stretch_of_computing_only_warns():
    busy = GOOD | {"machine": Verdict.WARNING}
    assert verdicts(line(0.2, 0.2, COMPUTING), starved=2.0) == busy | {"loop": Verdict.WARNING}
    assert verdicts(line(0.2, 0.2, WAITING), starved=2.0) == busy | {"loop": Verdict.FAILED}
    assert verdicts(line(2.6, 0.05, COMPUTING), starved=2.0) == busy | {"loop": Verdict.FAILED}


def test_a_bad_answer_fails_and_so_does_an_endpoint_that_was_never_asked():
    failed = GOOD | {"answers": Verdict.FAILED}
    assert verdicts(statuses={200: 99, 503: 1}) == failed
    assert verdicts(statuses={}) == failed


def test_a_service_that_died_fails_whatever_else_it_did():
    assert verdicts(died=("it ended with exit code 1", "boom"))["service"] is Verdict.FAILED


@pytest.mark.parametrize("saturation", [{"cpu": 9.5}, {"lag": 0.02}, {"missed": 1}])
def test_a_saturated_generator_only_warns(saturation):
    assert verdicts(**saturation) == GOOD | {"generator": Verdict.WARNING}
