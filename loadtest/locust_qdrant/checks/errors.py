"""Errors: no request failed, and no task ended in an exception."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from locust_qdrant.checks.explanations import explain
from locust_qdrant.checks.interface import CheckResult, Verdict
from locust_qdrant.config.thresholds import BUDGETS
from locust_qdrant.metrics.record import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from locust_qdrant.config.model import Threshold
    from locust_qdrant.metrics.requests import Group
    from locust_qdrant.metrics.results import PathResult

_MOST_MESSAGES = 5
_LIMIT = "none failed"
_NUMBER = re.compile(r"\d+(\.\d+)?")
_KINDS = {
    Outcome.TIMEOUT: "timed out",
    Outcome.REFUSED: "refused",
    Outcome.CANCELLED: "cancelled when the traffic ended",
    Outcome.GAVE_UP: "given up by their caller",
}


def check(result: PathResult) -> CheckResult:
    """Fail on any exception in a task, and on any failed request, a warm-up's too.

    Where a threshold says how many may fail, it decides, and this only warns.
    """
    requests, task_errors = result.traffic.requests.every, result.traffic.task_errors
    evidence = [*_messages(requests), *task_errors[:_MOST_MESSAGES]]
    beyond = sum(
        count
        for (operation, outcome), count in requests.outcomes.items()
        if outcome.failed and not _has_budget(operation, result.thresholds)
    )
    if not requests.count and not evidence:
        nothing = ("no request was made",)
        return CheckResult("errors", "nothing", "none failed", Verdict.NOT_MEASURED, nothing)
    evidence += explain(result, requests.messages)
    failed = requests.failed
    return CheckResult(
        name="errors",
        figure=", ".join([f"{failed:,} of {requests.count:,} failed", *_apart(requests)]),
        limit=_LIMIT if beyond == failed else "as the thresholds say",
        verdict=_verdict(failed, beyond + len(task_errors)),
        evidence=tuple(evidence),
    )


def _verdict(failed: int, beyond: int) -> Verdict:
    if beyond:
        return Verdict.FAILED
    return Verdict.WARNING if failed else Verdict.PASSED


def _has_budget(operation: str, thresholds: Sequence[Threshold]) -> bool:
    """Tell whether a limit of the workload decides about failures of an operation."""
    return any(each.figure in BUDGETS and each.operation in {"", operation} for each in thresholds)


def _messages(requests: Group) -> list[str]:
    """Return the most frequent messages with their number, in an order that is always the same.

    Those that differ in numbers only are one, of which the first in the alphabet is shown.
    """
    kinds: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for (operation, error), count in requests.messages.items():
        text = f"{operation}: {error}"
        kinds[_NUMBER.sub("0", text)][text] = count
    ordered = sorted(kinds.values(), key=lambda alike: (-sum(alike.values()), min(alike)))
    lines = [
        f"{sum(alike.values()):,} x {min(alike)}" + (" (numbers differ)" if len(alike) > 1 else "")
        for alike in ordered[:_MOST_MESSAGES]
    ]
    rest = sum(sum(alike.values()) for alike in ordered[_MOST_MESSAGES:])
    return [*lines, f"{rest:,} x other messages"] if rest else lines


def _apart(requests: Group) -> list[str]:
    """Return what is counted apart, where there is any."""
    counts = [(requests.ended(kind), words) for kind, words in _KINDS.items()]
    counts.append((requests.again, "sent again"))
    return [f"{count:,} {words}" for count, words in counts if count]
