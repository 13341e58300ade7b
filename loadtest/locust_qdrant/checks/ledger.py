"""Ledger: every acknowledged write is there, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from locust_qdrant.checks.interface import CheckResult, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from locust_qdrant.ledger import Audit
    from locust_qdrant.metrics.results import PathResult

_NAME = "ledger"
_LIMIT = "no acknowledged write lost"


def check(result: PathResult) -> Iterator[CheckResult]:
    """Fail when a point is not as acknowledged, and when the points could not be read.

    Silent for a service, which keeps no books.
    """
    if result.service is None:
        yield assess(result.audit)


def assess(audit: Audit | None) -> CheckResult:
    """Return the verdict on what reading back showed; None when it was cut short."""
    if audit is None:
        cut_short = ("the run was cut short before the points were read back",)
        return CheckResult(_NAME, "not read back", _LIMIT, Verdict.NOT_MEASURED, cut_short)
    lacking = tuple(filter(None, [audit.unreadable]))
    if lacking and not audit.lost:
        figure = "could not be read back in full"
        return CheckResult(_NAME, figure, _LIMIT, Verdict.FAILED, lacking)
    if not audit.points and not audit.lost:
        nothing = ("no write was acknowledged, so there was nothing to read back",)
        return CheckResult(_NAME, "nothing written", _LIMIT, Verdict.NOT_MEASURED, nothing)
    if not audit.lost:
        return CheckResult(_NAME, _figure(audit), _LIMIT, Verdict.PASSED)
    counts = ", ".join(f"{count:,} {words}" for count, words in _kinds(audit) if count)
    evidence = (counts, *audit.examples, *lacking)
    return CheckResult(_NAME, _figure(audit), _LIMIT, Verdict.FAILED, evidence)


def _figure(audit: Audit) -> str:
    right = audit.points - (audit.lost - audit.phantom)
    parts = [f"{right:,} of {audit.points:,} points are as acknowledged"]
    if audit.vectors:
        parts.append(f"vectors compared of {audit.vectors:,}")
    if audit.in_doubt:
        parts.append(f"{audit.in_doubt:,} in doubt")
    if audit.refused:
        parts.append(f"{audit.refused:,} refused")
    if audit.kept_every > 1:
        parts.append(f"books kept of one point in {audit.kept_every:,}")
    return ", ".join(parts)


def _kinds(audit: Audit) -> list[tuple[int, str]]:
    return [
        (audit.missing, "missing"),
        (audit.stale, "stale"),
        (audit.wrong, "with a payload that nobody wrote"),
        (audit.wrong_vector, "with a vector that nobody wrote"),
        (audit.resurrected, "deleted and there again"),
        (audit.phantom, "phantom: nobody wrote them"),
    ]
