"""What "performs as intended" means: one module a check. `CHECKS` holds them all, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from locust_qdrant.checks import (
    answers,
    arrivals,
    beside_writes,
    clean_end,
    connections,
    errors,
    generator,
    heartbeat,
    held_back,
    idle_channel,
    ledger,
    left_behind,
    loop_lag,
    loop_work,
    outages,
    pool_whole,
    recall,
    service,
    thresholds,
    throughput,
    timeout_kept,
)
from locust_qdrant.checks.interface import Check, CheckResult, Verdict
from locust_qdrant.checks.loading import load
from locust_qdrant.checks.required import required, with_required

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from locust_qdrant.metrics.results import PathResult

CHECKS: tuple[Check, ...] = (
    generator.check,
    errors.check,
    outages.check,
    answers.check,
    throughput.check,
    beside_writes.check,
    arrivals.check,
    timeout_kept.check,
    connections.check,
    pool_whole.check,
    held_back.check,
    idle_channel.check,
    loop_work.check,
    ledger.check,
    recall.check,
    service.check,
    loop_lag.check,
    heartbeat.check,
    clean_end.check,
    left_behind.check,
    thresholds.check,
)


def evaluate(
    result: PathResult, further: Sequence[Check] = (), needed: frozenset[str] = frozenset()
) -> list[CheckResult]:
    """Return what every check says about a path, and then what those of the user say.

    Args:
        result: the part that counts, as `window.counted` returns it.
        further: what `load` returns.
        needed: the names of the checks that the run cannot do without.
    """
    found: list[CheckResult] = []
    for check in (*CHECKS, *further):
        said = check(result)
        found += [said] if isinstance(said, CheckResult) else said
    return with_required(found, needed)


#: What is known to make an asynchronous client slow, each with its remedy.
_PATTERNS: tuple[Check, ...] = (
    held_back.check,
    loop_work.check,
    timeout_kept.check,
    connections.check,
    pool_whole.check,
    idle_channel.check,
)


def explanations(part: PathResult) -> list[CheckResult]:
    """Return what is known to make a client slow, as far as it shows in what counts of a path."""
    found: list[CheckResult] = []
    for check in _PATTERNS:
        said = check(part)
        found += [said] if isinstance(said, CheckResult) else said
    return [each for each in found if each.verdict in {Verdict.WARNING, Verdict.FAILED}]


def overall(results: Iterable[CheckResult]) -> Verdict:
    """Return the verdict on a run: failed as soon as one check fails it, then invalid."""
    found = list(results)
    if any(result.fails for result in found):
        return Verdict.FAILED
    invalid = any(result.verdict is Verdict.INVALID for result in found)
    return Verdict.INVALID if invalid else Verdict.PASSED


__all__ = [
    "CHECKS",
    "Check",
    "CheckResult",
    "Verdict",
    "evaluate",
    "explanations",
    "load",
    "overall",
    "required",
]
