"""Clean end: when the traffic is over, nothing is left open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from locust_qdrant.checks.interface import CheckResult, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from locust_qdrant.results import PathResult

_MOST_LINES = 5


def check(result: PathResult) -> Iterator[CheckResult]:
    """Fail on a pending task, an open connection or a lost coroutine; silent if nobody looked."""
    left = result.leftovers
    if left is None:
        return
    evidence = [f"still running: {task}" for task in left.tasks[:_MOST_LINES]]
    evidence += [f"never awaited: {line}" for line in left.never_awaited[:_MOST_LINES]]
    if left.connections:
        evidence.append(f"{left.connections:,} connections are still open: a client was not closed")
    yield CheckResult(
        name="clean end",
        figure=f"{len(left.tasks):,} tasks, {left.connections:,} connections, "
        f"{len(left.never_awaited):,} coroutines left",
        limit="none",
        verdict=Verdict.FAILED if evidence else Verdict.PASSED,
        evidence=tuple(evidence),
    )
