"""The verdict on a service: what fails, what only warns, and why."""

from __future__ import annotations

import pytest
from locust_qdrant.checks import Verdict
from locust_qdrant.checks.service import check
from locust_qdrant.metrics.results import PathResult, Traffic
from locust_qdrant.metrics.service import BlamedLine, ServiceSeen

WAITING = (
    "app.py:3 in search",
    "qdrant_client/x.py:1 in query",
    "httpcore/_backends/sync.py:9 in read",
)
COMPUTING = ("app.py:3 in search", "json/encoder.py:1 in encode")


def line(seconds: float, longest: float, stack: tuple[str, ...] = WAITING) -> BlamedLine:
    return BlamedLine("app.py", 3, "search", 9, seconds, longest, stack[1], stack, "search()")


def verdicts(
    *lines: BlamedLine, starved: float = 0.0, died: tuple[str, ...] = (), probed: float = 10.0
) -> dict[str, Verdict]:
    """Return the verdicts on ten seconds of traffic in which this was seen."""
    seen = ServiceSeen(0.25, 0.1, probed, starved, lines=lines, died=died)
    result = PathResult("all", (), Traffic((), 10.0, (), 1.0), None, None, service=seen)
    return {each.name: each.verdict for each in check(result)}


GOOD = {"loop": Verdict.PASSED, "machine": Verdict.PASSED}


def test_qdrant_itself_has_no_such_check():
    assert not list(check(PathResult("async", (), Traffic((), 10.0, (), 1.0), None, None)))


def test_without_a_probe_nothing_is_said_of_the_machine():
    assert verdicts(probed=0.0) == {"loop": Verdict.PASSED}


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


def test_a_service_that_died_fails_whatever_else_it_did():
    assert verdicts(died=("it ended with exit code 1", "boom"))["service"] is Verdict.FAILED
