"""Throughput: every operation of the mix succeeded at least once, else nothing was measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from locust_qdrant.checks.interface import CheckResult, Verdict
from locust_qdrant.metrics.record import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from locust_qdrant.metrics.results import PathResult


def check(result: PathResult) -> CheckResult:
    """Fail when an operation of the mix never succeeded, the warm-up apart."""
    records, seconds = result.traffic.records, result.traffic.seconds
    good = [each for each in records if each.outcome is Outcome.OK]
    silent = sorted(set(result.expected) - {each.operation for each in good})
    rate = len(good) / seconds if seconds else 0.0
    return CheckResult(
        name="throughput",
        figure=f"{rate:,.0f} requests/s succeeded",
        limit="each operation at least once",
        verdict=Verdict.FAILED if silent else Verdict.PASSED,
        evidence=tuple(_why(silent, ended_early=not records and bool(result.traffic.left_out))),
    )


def _why(silent: Sequence[str], *, ended_early: bool) -> Iterator[str]:
    if ended_early:
        yield "the traffic ended before anything counted: there is only the warm-up"
    else:
        yield from (f"{name} never succeeded" for name in silent)
