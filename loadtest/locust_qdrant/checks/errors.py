"""Errors: no request failed, and no task ended in an exception."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from locust_qdrant.checks.interface import CheckResult, Verdict

if TYPE_CHECKING:
    from locust_qdrant.results import PathResult

_MOST_MESSAGES = 5


def check(result: PathResult) -> CheckResult:
    """Fail on any failed request and on any exception in a task."""
    failed = [each for each in result.traffic.records if each.outcome.failed]
    messages = Counter(f"{each.operation}: {each.error}" for each in failed)
    evidence = [f"{count} x {text}" for text, count in messages.most_common(_MOST_MESSAGES)]
    evidence += result.traffic.task_errors[:_MOST_MESSAGES]
    return CheckResult(
        name="errors",
        figure=f"{len(failed):,} of {len(result.traffic.records):,} requests failed",
        limit="0",
        verdict=Verdict.FAILED if evidence else Verdict.PASSED,
        evidence=tuple(evidence),
    )
