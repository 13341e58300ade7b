"""Each check passes on what is right and fails, or warns, on the fault that it is for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from locust_qdrant import checks
from locust_qdrant.checks import Verdict
from locust_qdrant.ledger import Audit
from locust_qdrant.probe.loop_lag import summarise, waits
from locust_qdrant.records import Outcome, Record
from locust_qdrant.results import PathResult, Traffic, merge

CALM = [0.0] * 1000


def request(operation: str = "upsert", outcome: Outcome = Outcome.OK, error: str = "") -> Record:
    return Record(operation, "c", "REST", 0.0, 0.010, outcome, error, 10)


GOOD_TRAFFIC = Traffic([request()] * 100, seconds=10, lag=CALM, cpu_seconds=5)
GOOD_AUDIT = Audit(points=100, missing=0, stale=0, wrong=0, in_doubt=0)
GOOD = PathResult("async", ("upsert",), GOOD_TRAFFIC, summarise(CALM), GOOD_AUDIT)


def verdicts(result: PathResult) -> dict[str, Verdict]:
    """Return the checks that do not pass."""
    found = {each.name: each.verdict for each in checks.evaluate(result)}
    return {name: verdict for name, verdict in found.items() if verdict is not Verdict.PASSED}


def with_traffic(**changes) -> PathResult:
    return replace(GOOD, traffic=replace(GOOD_TRAFFIC, **changes))


def with_lag(samples: list[float]) -> PathResult:
    return replace(GOOD, lag=summarise(samples))


BLOCKED = CALM + waits(2.0, 0.005)
A_HICCUP = CALM + waits(0.15, 0.005)
LAG_ABOVE_A_TENTH_OF_P99 = [0.002] * 1000


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (GOOD, {}),
        (with_traffic(records=[request()] * 9 + [request(outcome=Outcome.ERROR)]), {"errors"}),
        (with_traffic(task_errors=["KeyError: x (1 times)"]), {"errors"}),
        (with_traffic(records=[*GOOD_TRAFFIC.records, request(outcome=Outcome.CANCELLED)]), set()),
        (replace(GOOD, expected=("upsert", "query_points")), {"throughput"}),
        (with_traffic(records=[]), {"throughput"}),
        (with_lag(BLOCKED), {"loop lag", "generator"}),
        (with_lag([]), {"loop lag"}),
        (with_lag(A_HICCUP), {"generator"}),
        (with_lag(LAG_ABOVE_A_TENTH_OF_P99), {"generator"}),
        (replace(GOOD, path="sync", lag=None), set()),
        (with_traffic(cpu_seconds=9.5), {"generator"}),
        (replace(GOOD, audit=replace(GOOD_AUDIT, missing=1)), {"read back"}),
        (replace(GOOD, audit=replace(GOOD_AUDIT, stale=1)), {"read back"}),
        (replace(GOOD, audit=replace(GOOD_AUDIT, wrong=1)), {"read back"}),
        (replace(GOOD, audit=replace(GOOD_AUDIT, unreadable="no answer")), {"read back"}),
        (replace(GOOD, audit=replace(GOOD_AUDIT, in_doubt=5)), set()),
        (replace(GOOD, audit=None), {"read back"}),
    ],
)
def test_a_fault_shows_in_the_check_that_is_for_it(result, expected):
    assert set(verdicts(result)) == set(expected)


def test_warnings_do_not_fail_a_run_and_failures_do():
    assert checks.overall(checks.evaluate(with_traffic(cpu_seconds=9.5))) is Verdict.PASSED
    lost = replace(GOOD, audit=replace(GOOD_AUDIT, missing=1))
    assert checks.overall(checks.evaluate(lost)) is Verdict.FAILED


def test_every_verdict_that_is_not_passed_has_evidence():
    bad = replace(
        with_traffic(records=[request(outcome=Outcome.ERROR, error="503: full")], cpu_seconds=10),
        lag=summarise(BLOCKED),
        audit=replace(GOOD_AUDIT, missing=2, examples=("point p is missing",)),
    )
    results = checks.evaluate(bad)
    assert all(each.evidence for each in results if each.verdict is not Verdict.PASSED)
    assert len(results) == len(checks.CHECKS) == len({each.name for each in results})
    text = " ".join(line for each in results for line in each.evidence)
    assert "1 x upsert: 503: full" in text
    assert "point p is missing" in text


def test_rounds_are_added_up_not_averaged():
    slow = Traffic([request()], seconds=3, lag=[0.5], cpu_seconds=1, interrupted=True)
    whole = merge([GOOD_TRAFFIC, slow])
    assert len(whole.records) == 101
    assert (whole.seconds, whole.cpu_seconds, len(whole.lag)) == (13, 6, 1001)
    assert whole.interrupted
