"""Throughput: every operation of the mix succeeded at least once, else nothing was measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from locust_qdrant.checks.interface import CheckResult, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from locust_qdrant.metrics.results import PathResult


def check(result: PathResult) -> CheckResult:
    """Fail when an operation of the mix never succeeded, the warm-up apart."""
    requests, seconds = result.traffic.requests, result.traffic.seconds
    counts = {name: tally.good for name, tally in requests.measured.operations.items()}
    silent = sorted(name for name in set(result.expected) if not counts.get(name))
    rate = sum(counts.values()) / seconds if seconds else 0.0
    ended_early = not requests.measured.count and requests.left_out.count > 0
    return CheckResult(
        name="throughput",
        figure=f"{rate:,.0f} requests/s succeeded",
        limit="each operation at least once",
        verdict=Verdict.FAILED if silent else Verdict.PASSED,
        evidence=tuple(_why(silent, ended_early=ended_early)),
    )


def _why(silent: Sequence[str], *, ended_early: bool) -> Iterator[str]:
    if ended_early:
        yield "the traffic ended before anything counted: there is only the warm-up"
    else:
        yield from (f"{name} never succeeded" for name in silent)
