"""Left behind: what a run wrote is gone from the server when it is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from locust_qdrant.checks.interface import CheckResult, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from locust_qdrant.metrics.results import PathResult


def check(result: PathResult) -> Iterator[CheckResult]:
    """Fail where something could not be removed; silent where nothing was left."""
    if result.left_behind:
        evidence = (result.left_behind,)
        figure = "not everything was removed"
        yield CheckResult("left behind", figure, "nothing", Verdict.FAILED, evidence)
