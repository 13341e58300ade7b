"""Errors: no request failed, and no task ended in an exception."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from locust_qdrant.checks.explanations import explain
from locust_qdrant.checks.interface import CheckResult, Verdict
from locust_qdrant.metrics.record import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from locust_qdrant.config.model import Threshold
    from locust_qdrant.metrics.record import Record
    from locust_qdrant.metrics.results import PathResult

_MOST_MESSAGES = 5
_LIMIT = "none failed"
_NUMBER = re.compile(r"\d+(\.\d+)?")
#: Figures that a threshold can allow failures by.
_BUDGETS = frozenset({"errors", "error_rate"})
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
    records = (*result.traffic.left_out, *result.traffic.records)
    failed = [each for each in records if each.outcome.failed]
    evidence = [*_messages(failed), *result.traffic.task_errors[:_MOST_MESSAGES]]
    beyond = [each for each in failed if not _has_budget(each, result.thresholds)]
    if not records and not evidence:
        nothing = ("no request was made",)
        return CheckResult("errors", "nothing", "none failed", Verdict.NOT_MEASURED, nothing)
    evidence += explain(result, failed)
    return CheckResult(
        name="errors",
        figure=", ".join([f"{len(failed):,} of {len(records):,} failed", *_apart(records)]),
        limit=_LIMIT if len(beyond) == len(failed) else "as the thresholds say",
        verdict=_verdict(failed, [*beyond, *result.traffic.task_errors]),
        evidence=tuple(evidence),
    )


def _verdict(failed: Sequence[Record], beyond: Sequence[object]) -> Verdict:
    if beyond:
        return Verdict.FAILED
    return Verdict.WARNING if failed else Verdict.PASSED


def _has_budget(record: Record, thresholds: Sequence[Threshold]) -> bool:
    """Tell whether a limit of the workload decides about failures such as this one."""
    return any(
        each.figure in _BUDGETS and each.operation in {"", record.operation} for each in thresholds
    )


def _messages(failed: Sequence[Record]) -> list[str]:
    """Return the most frequent messages with their number, in an order that is always the same.

    Those that differ in numbers only are one, of which the first in the alphabet is shown.
    """
    kinds: defaultdict[str, list[str]] = defaultdict(list)
    for each in failed:
        text = f"{each.operation}: {each.error}"
        kinds[_NUMBER.sub("0", text)].append(text)
    ordered = sorted(kinds.values(), key=lambda alike: (-len(alike), min(alike)))
    lines = [
        f"{len(alike):,} x {min(alike)}" + (" (numbers differ)" if len(set(alike)) > 1 else "")
        for alike in ordered[:_MOST_MESSAGES]
    ]
    rest = sum(map(len, ordered[_MOST_MESSAGES:]))
    return [*lines, f"{rest:,} x other messages"] if rest else lines


def _apart(records: Sequence[Record]) -> list[str]:
    """Return what is counted apart, where there is any."""
    kinds = Counter(each.outcome for each in records)
    retries = sum(max(0, each.sends - 1) for each in records)
    counts = [(kinds[kind], words) for kind, words in _KINDS.items()]
    return [f"{count:,} {words}" for count, words in [*counts, (retries, "sent again")] if count]
