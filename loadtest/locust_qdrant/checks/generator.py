"""Generator: did this process have the capacity to measure, or does it report its own queue?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from locust_qdrant.checks.interface import CheckResult, Verdict
from locust_qdrant.figures import TOTAL, figures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from locust_qdrant.results import PathResult

MOST_CPU = 0.90
#: Largest share of the reported p99 that the loop's own lag may have.
MOST_LAG_SHARE = 0.10


def check(result: PathResult) -> CheckResult:
    """Warn when the load generator was saturated: its latencies then contain its own waiting."""
    evidence = [*_processor(result), *_lag(result)]
    return CheckResult(
        name="generator",
        figure=f"{result.cpu_share:.0%} of a core",
        limit=f"{MOST_CPU:.0%}, lag p99 up to {MOST_LAG_SHARE:.0%} of the p99",
        verdict=Verdict.WARNING if evidence else Verdict.PASSED,
        evidence=tuple(evidence),
    )


def _processor(result: PathResult) -> Iterator[str]:
    if result.cpu_share > MOST_CPU:
        yield (
            "this process used up its processor core: latencies include waiting inside it, and "
            "the server may be faster than shown; use fewer users or a think time"
        )


def _lag(result: PathResult) -> Iterator[str]:
    p99 = figures(TOTAL, result.traffic.records, result.traffic.seconds).p99
    if result.lag is None or not p99 or result.lag.p99 <= MOST_LAG_SHARE * p99:
        return
    yield (
        f"the loop was up to {result.lag.p99 * 1000:.1f} ms late (p99), which is "
        f"{result.lag.p99 / p99:.0%} of the p99 latency of {p99 * 1000:.1f} ms: the slow requests "
        "waited for this process, or for a machine that is busy with something else"
    )
