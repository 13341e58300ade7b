"""What a report says, whatever it looks like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from locust_qdrant.checks import CheckResult, Verdict, evaluate, overall
from locust_qdrant.figures import Figures, by_operation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from locust_qdrant.results import PathResult


@dataclass(frozen=True)
class PathReport:
    """One path: its figures, a line an operation and the total last, and its checks."""

    result: PathResult
    figures: Sequence[Figures]
    checks: Sequence[CheckResult]


class Ratio(NamedTuple):
    """A line of the comparison: the figure of either path, and the first divided by the second."""

    name: str
    unit: str
    first: float
    second: float

    @property
    def ratio(self) -> float | None:
        """The first figure in units of the second; None when the second is zero."""
        return self.first / self.second if self.second else None


@dataclass(frozen=True)
class Report:
    """A whole run.

    Attributes:
        title: what was run, in one line.
        server: what it ran against, in one line, without secrets.
        paths: one or two paths.
        notes: what a reader should know besides, one sentence each.
        interrupted: whether the traffic was cut short.
    """

    title: str
    server: str
    paths: Sequence[PathReport]
    notes: Sequence[str]
    interrupted: bool

    @property
    def verdict(self) -> Verdict:
        """The verdict on all paths together."""
        return overall(check for path in self.paths for check in path.checks)

    @property
    def warnings(self) -> int:
        """Number of checks that warn."""
        checks = (check for path in self.paths for check in path.checks)
        return sum(check.verdict is Verdict.WARNING for check in checks)


def report_on(
    results: Sequence[PathResult], title: str, server: str, notes: Sequence[str]
) -> Report:
    """Return the report on `results`: every figure computed, every check evaluated."""
    paths = [
        PathReport(
            result, by_operation(result.traffic.records, result.traffic.seconds), evaluate(result)
        )
        for result in results
    ]
    interrupted = any(result.traffic.interrupted for result in results)
    return Report(title, server, paths, notes, interrupted)


def comparison(paths: Sequence[PathReport]) -> list[Ratio]:
    """Return the figures of two paths side by side; nothing for one path."""
    if len(paths) != 2:  # noqa: PLR2004 - a comparison is between two
        return []
    first, second = (path.figures[-1] for path in paths)
    return [
        Ratio("throughput", "requests/s", first.rate, second.rate),
        Ratio("p50", "ms", first.p50 * 1000, second.p50 * 1000),
        Ratio("p95", "ms", first.p95 * 1000, second.p95 * 1000),
        Ratio("p99", "ms", first.p99 * 1000, second.p99 * 1000),
        Ratio("CPU", "of a core", *(path.result.cpu_share for path in paths)),
    ]
