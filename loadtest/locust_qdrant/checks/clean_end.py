"""Clean end: when the traffic is over, nothing is left open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from locust_qdrant.checks.interface import CheckResult, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from locust_qdrant.metrics.results import PathResult

_MOST_LINES = 5


def check(result: PathResult) -> Iterator[CheckResult]:
    """Fail on a pending task, an open connection or a lost coroutine; silent if nobody looked."""
    left = result.leftovers
    if left is None:
        return
    evidence = [f"still running: {task}" for task in left.tasks[:_MOST_LINES]]
    evidence += [f"never awaited: {line}" for line in left.never_awaited[:_MOST_LINES]]
    if left.connections:
        evidence.append(
            f"{_count(left.connections, 'connection')} still open: a client was not closed"
        )
    yield CheckResult(
        name="clean end",
        figure=", ".join(
            (
                _count(len(left.tasks), "pending task"),
                _count(left.connections, "open connection"),
                _count(len(left.never_awaited), "coroutine") + " never awaited",
            )
        ),
        limit="none of them",
        verdict=Verdict.FAILED if evidence else Verdict.PASSED,
        evidence=tuple(evidence),
    )


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
