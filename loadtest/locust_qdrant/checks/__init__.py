"""What "performs as intended" means: one module a check. `CHECKS` holds them all, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from locust_qdrant.checks import errors, generator, loop_lag, read_back, throughput
from locust_qdrant.checks.interface import Check, CheckResult, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from locust_qdrant.results import PathResult

CHECKS: tuple[Check, ...] = (
    errors.check,
    throughput.check,
    loop_lag.check,
    generator.check,
    read_back.check,
)


def evaluate(result: PathResult) -> list[CheckResult]:
    """Return what every check says about `result`."""
    return [check(result) for check in CHECKS]


def overall(results: Iterable[CheckResult]) -> Verdict:
    """Return the verdict on a run: failed as soon as one check failed, else passed."""
    failed = any(result.verdict is Verdict.FAILED for result in results)
    return Verdict.FAILED if failed else Verdict.PASSED


__all__ = ["CHECKS", "Check", "CheckResult", "Verdict", "evaluate", "overall"]
