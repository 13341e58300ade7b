"""Read back: every acknowledged upsert is there, with its last acknowledged payload."""

from __future__ import annotations

from typing import TYPE_CHECKING

from locust_qdrant.checks.interface import CheckResult, Verdict

if TYPE_CHECKING:
    from locust_qdrant.results import PathResult

_NAME = "read back"
_LIMIT = "no acknowledged point lost"


def check(result: PathResult) -> CheckResult:
    """Fail when a point is missing, stale or wrong, and when the points could not be read."""
    audit = result.audit
    if audit is None:
        evidence = ("the run was cut short before the points were read back",)
        return CheckResult(_NAME, "not read back", _LIMIT, Verdict.WARNING, evidence)
    if audit.unreadable:
        evidence = (audit.unreadable,)
        return CheckResult(_NAME, "could not be read back", _LIMIT, Verdict.FAILED, evidence)
    doubt = f", {audit.in_doubt:,} in doubt" if audit.in_doubt else ""
    figure = (
        f"{audit.points - audit.lost:,} of {audit.points:,} acknowledged points are right{doubt}"
    )
    if not audit.lost:
        return CheckResult(_NAME, figure, _LIMIT, Verdict.PASSED)
    counts = f"{audit.missing:,} missing, {audit.stale:,} stale, {audit.wrong:,} wrong"
    return CheckResult(_NAME, figure, _LIMIT, Verdict.FAILED, (counts, *audit.examples))
