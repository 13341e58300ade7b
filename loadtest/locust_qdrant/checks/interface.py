"""What every check is: a function from the result of a path to a figure, a limit and a verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

from locust_qdrant.metrics.results import PathResult


class Verdict(str, Enum):
    """The outcome of a check."""

    PASSED = "passed"
    #: Worth knowing; it does not fail the run.
    WARNING = "warning"
    #: The load generator had no capacity left: latencies tell of it as much as of the server. It
    #: does not fail the run, and is said before any figure.
    INVALID = "invalid"
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


#: A check says one thing, or several of the same kind, or nothing where it does not apply. It gets
#: the part of a path that counts; requests of a warm-up are in `traffic.left_out`.
Check = Callable[[PathResult], CheckResult | Iterable[CheckResult]]
