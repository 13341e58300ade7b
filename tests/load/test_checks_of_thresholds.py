"""A limit of the user's own is kept, fails, or was not measured; an error budget decides."""

from __future__ import annotations

from dataclasses import replace

import pytest
from locust_qdrant import checks
from locust_qdrant.checks import Verdict
from locust_qdrant.metrics.record import Outcome
from path_results import (
    GOOD,
    SLOW_START,
    limit,
    request,
    with_traffic,
)

FAILED, WARNING = Verdict.FAILED, Verdict.WARNING
NOT_MEASURED = Verdict.NOT_MEASURED


@pytest.mark.parametrize(
    ("threshold", "changes", "kept"),
    [
        (limit("p99", "<", 0.02), {}, True),
        (limit("p99", "<", 0.005), {}, False),
        (limit("p50", "<", 0.02, "upsert"), {}, True),
        (limit("p50", "<", 0.02, "query"), {}, False),
        (limit("p99", "<", 0.5), {"records": SLOW_START}, False),
        (limit("service.p99", "<", 0.5), {"records": SLOW_START}, True),
        (limit("throughput", ">=", 30), {}, True),
        (limit("throughput", ">", 30), {}, False),
        (limit("errors", "==", 0), {}, True),
        (limit("errors", "==", 0), {"records": [request(outcome=Outcome.REFUSED)]}, False),
        (
            limit("error_rate", "<=", 0.5),
            {"records": [request(), request(outcome=Outcome.ERROR)]},
            True,
        ),
        (limit("missed", "==", 0), {}, True),
        (limit("missed", "==", 0), {"arrivals": None}, False),
        (limit("loop.lag.p99", "<", 0.001), {}, True),
        (limit("loop.lag.max", "<", 0.0), {}, False),
        (limit("heartbeat.p99", "<", 0.01), {}, True),
        (limit("heartbeat.max", "<", 0.01), {"heartbeat": ()}, False),
        (limit("recall", ">=", 0.95), {}, True),
        (limit("recall", ">=", 0.995), {}, False),
    ],
)
def test_a_threshold_is_kept_or_fails_with_what_was_measured(threshold, changes, kept):
    result = replace(with_traffic(**changes), thresholds=(threshold,))
    (said,) = checks.thresholds.check(result)
    missed = NOT_MEASURED if said.figure == "not measured" else FAILED
    assert said.verdict is (Verdict.PASSED if kept else missed)
    assert said.fails is not kept
    assert said.name == threshold.text
    assert said.limit == f"{threshold.comparator} {threshold.limit}"
    assert bool(said.evidence) is not kept


@pytest.mark.parametrize(("number", "verdict"), [(298, NOT_MEASURED), (299, Verdict.PASSED)])
def test_a_percentile_that_is_not_bounded_keeps_no_limit(number, verdict):
    result = with_traffic(records=[request()] * number)
    (said,) = checks.thresholds.check(replace(result, thresholds=(limit("p99", "<", 0.02),)))
    assert said.verdict is verdict
    assert said.fails is (verdict is NOT_MEASURED)
    assert verdict is Verdict.PASSED or "it takes 299 requests" in said.evidence[0]


@pytest.mark.parametrize(
    ("allowed", "verdict"),
    [
        (limit("error_rate", "<", 0.05), WARNING),
        (limit("errors", "<", 9), WARNING),
        (limit("error_rate", "<", 0.05, "upsert"), WARNING),
        (limit("error_rate", "<", 0.05, "query"), FAILED),
        (limit("p50", "<", 0.05), FAILED),
    ],
)
def test_an_error_budget_decides_about_the_failures_that_it_is_for(allowed, verdict):
    records = [request()] * 99 + [request(outcome=Outcome.REFUSED, error="503")]
    result = replace(with_traffic(records=records), thresholds=(allowed,))
    said = checks.errors.check(result)
    assert said.verdict is verdict
    assert said.evidence == ("1 x upsert: 503",)
    crashed = replace(result, traffic=replace(result.traffic, task_errors=["KeyError (1 times)"]))
    assert checks.errors.check(crashed).verdict is FAILED


def test_a_saturated_generator_is_named_where_a_limit_on_the_server_failed():
    limits = (limit("p99", "<", 0.001), limit("errors", "==", 1), limit("loop.lag.p99", "<", 0.0))
    saturated = replace(with_traffic(cpu_by_worker={0: 9.5}), thresholds=limits)
    latency, errors, lag = checks.thresholds.check(saturated)
    assert "the load generator was at its limit" in latency.evidence[-1]
    assert len(errors.evidence) == len(lag.evidence) == 1
    assert len(next(checks.thresholds.check(replace(GOOD, thresholds=limits))).evidence) == 1
