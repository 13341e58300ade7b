"""What every check is: a function from the result of a path to a figure, a limit and a verdict."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from locust_qdrant.results import PathResult


class Verdict(str, Enum):
    """The outcome of a check."""

    PASSED = "passed"
    #: The figures are to be read with care; it does not fail the run.
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True)
class CheckResult:
    """What one check found.

    Attributes:
        name: name of the check.
        figure: what was measured, in words.
        limit: what is allowed, in words; empty where the check has no limit.
        verdict: the outcome.
        evidence: lines that show why, for a verdict that is not `passed`.
    """

    name: str
    figure: str
    limit: str
    verdict: Verdict
    evidence: tuple[str, ...] = ()


Check = Callable[[PathResult], CheckResult]
