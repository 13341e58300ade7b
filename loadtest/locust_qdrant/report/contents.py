"""What a report says, whatever it looks like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from locust_qdrant import exit_codes
from locust_qdrant.checks import Check, CheckResult, Verdict, evaluate, load, overall, required
from locust_qdrant.metrics.figures import (
    Figures,
    Latency,
    by_operation,
    latency_of,
)
from locust_qdrant.metrics.window import PhaseFigures, by_phase, counted
from locust_qdrant.report.latency_breakdown import Breakdown, breakdown
from locust_qdrant.report.sides import Side, sides

if TYPE_CHECKING:
    from collections.abc import Sequence

    from locust_qdrant.metrics.results import PathResult, Run
    from locust_qdrant.metrics.service import BlamedLine, ServiceSeen


#: What is measured in a service, in words.
HEARTBEAT = "heartbeat: an endpoint that does nothing, asked every 20 ms"
#: What has to be right before two paths can be compared.
_COMPARABLE = ("errors", "answers", "generator")
LOOP_LAG = "loop lag: how late the loop runs what is due"


#: A line that held the loop for a smaller share of the time is not worth a row.
_LEAST_HELD = 0.005


class BlameTable(NamedTuple):
    """Lines that held the loop of a service.

    Attributes:
        lines: those that are worth a look.
        rest: what is to be said of the others; empty without any.
    """

    lines: Sequence[BlamedLine]
    rest: str


def blamed(seen: ServiceSeen, most: int | None = None) -> BlameTable:
    """Return up to `most` lines that held the loop, and what the others come to."""
    least = _LEAST_HELD * seen.probed_seconds
    shown = [line for line in seen.lines if line.seconds >= least] or list(seen.lines[:1])
    shown = shown[:most]
    short = seen.lines[len(shown) :]
    together = sum(line.seconds for line in short) * 1000
    rest = f"and {len(short)} more, {together:,.0f} ms together" if short else ""
    return BlameTable(shown, rest)


@dataclass(frozen=True)
class PathReport:
    """One path.

    Attributes:
        result: what it left behind.
        counted: the part of it that counts, without the warm-up.
        figures: a line an operation, and the total last, of what counts.
        phases: the figures of each phase, in order, also of those that do not count.
        checks: what every check says.
        breakdown: where the time of what counts went.
    """

    result: PathResult
    counted: PathResult
    figures: Sequence[Figures]
    phases: Sequence[PhaseFigures]
    checks: Sequence[CheckResult]
    breakdown: Breakdown

    @property
    def heartbeat(self) -> Latency | None:
        """How long a service's endpoint that does nothing took; None where nobody asked it."""
        beats = [beat.seconds for beat in self.counted.traffic.heartbeat]
        return latency_of(beats) if beats and self.result.service is not None else None


class Ratio(NamedTuple):
    """A line of the comparison: the figure of either path, and the first divided by the second.

    Attributes:
        name: what it is.
        unit: of both figures.
        first: of the first path.
        second: of the second path.
        tells: whether their ratio says anything.
    """

    name: str
    unit: str
    first: float
    second: float
    tells: bool = True

    @property
    def ratio(self) -> float | None:
        """The first figure in units of the second; None if that is zero, or says nothing."""
        return self.first / self.second if self.second and self.tells else None


@dataclass(frozen=True)
class Report:
    """A whole run, and what is to be said of it.

    Attributes:
        run: what it left behind.
        paths: what is to be said of each path.
        allow_invalid: whether figures that say little are fine.
    """

    run: Run
    paths: Sequence[PathReport]
    allow_invalid: bool = False

    @property
    def sides(self) -> list[Side]:
        """The groups of a service beside the first; empty without several."""
        return sides([path.result for path in self.paths])

    @property
    def verdict(self) -> Verdict:
        """The verdict on all paths together."""
        verdict = overall([check for check in self._checks() if not self._was_cut_short(check)])
        if verdict is Verdict.FAILED:
            return verdict
        if self.run.interrupted:
            return Verdict.INTERRUPTED
        return Verdict.PASSED if self.allow_invalid else verdict

    @property
    def exit_code(self) -> int:
        """The exit code of a command that made it."""
        return exit_codes.exit_code(
            failed=self.verdict in {Verdict.FAILED, Verdict.INTERRUPTED},
            invalid=self.verdict is Verdict.INVALID,
        )

    @property
    def warnings(self) -> int:
        """Number of checks that warn."""
        return sum(check.verdict is Verdict.WARNING for check in self._checks())

    @property
    def invalid(self) -> tuple[str, ...]:
        """Why the figures say little about the server; empty when they can be trusted."""
        several = len(self.paths) > 1
        return tuple(
            f"{path.result.path} path: {line}" if several else line
            for path in self.paths
            for check in path.checks
            if check.verdict is Verdict.INVALID
            for line in check.evidence
        )

    @property
    def summary(self) -> str:
        """The verdict in one sentence, with its reason."""
        checks = self._checks()
        if not self.paths:
            return "The run was interrupted before its traffic began."
        failed = [check.name for check in checks if check.verdict is Verdict.FAILED]
        if failed:
            names = ", ".join(dict.fromkeys(failed))
            return f"{len(failed)} of {len(checks)} checks failed: {names}."
        if self.run.interrupted:
            return "The run was interrupted; nothing had failed until then."
        if self.not_measured:
            return f"Not measured, and required: {', '.join(self.not_measured)}."
        warned = f"{self.warnings} warned"
        if self.invalid:
            also = f", {warned}, and" if self.warnings else ", but"
            return f"No check failed{also} the figures say little about the server."
        if self.warnings:
            return f"No check failed, but {warned}."
        return f"All {len(checks)} checks passed."

    @property
    def not_measured(self) -> tuple[str, ...]:
        """Names of the required checks that there is no evidence for."""
        lacking = (check.name for check in self._checks() if check.fails)
        failed = {check.name for check in self._checks() if check.verdict is Verdict.FAILED}
        return tuple(name for name in dict.fromkeys(lacking) if name not in failed)

    def _was_cut_short(self, check: CheckResult) -> bool:
        """Tell whether there is no evidence only because the run did not come to its end."""
        return self.run.interrupted and check.verdict is Verdict.NOT_MEASURED

    def _checks(self) -> list[CheckResult]:
        return [check for path in self.paths for check in path.checks]


def report_on(run: Run, *, allow_invalid: bool = False) -> Report:
    """Return the report on `run`: every figure computed, every check evaluated.

    Args:
        run: what was recorded.
        allow_invalid: whether figures that say little are fine.

    Raises:
        UsageError: a check that the workload names cannot be loaded.
    """
    further = load(run.workload.get("checks", ()))
    return Report(
        run,
        [_report_on(result, further, required(run.workload, result.path)) for result in run.paths],
        allow_invalid,
    )


def _report_on(result: PathResult, further: Sequence[Check], needed: frozenset[str]) -> PathReport:
    part = counted(result)
    requests = part.traffic.requests.measured
    return PathReport(
        result=result,
        counted=part,
        figures=by_operation(requests.operations, part.traffic.seconds),
        phases=by_phase(result.traffic),
        checks=evaluate(part, further, needed),
        breakdown=breakdown(requests.parts, requests.total.good),
    )


def comparison(paths: Sequence[PathReport]) -> list[Ratio]:
    """Return the figures of two paths side by side; nothing for one, nor for a service's groups."""
    if len(paths) != 2 or any(path.result.service for path in paths):  # noqa: PLR2004 - a comparison is between two
        return []
    first, second = (path.figures[-1] for path in paths)
    tells = not no_comparison(paths)
    cpu, other = (path.counted.cpu_share for path in paths)
    return [
        Ratio("throughput", "requests/s", first.rate, second.rate, tells),
        Ratio("p50", "ms", first.latency.p50 * 1000, second.latency.p50 * 1000, tells),
        Ratio("p95", "ms", first.latency.p95 * 1000, second.latency.p95 * 1000, tells),
        Ratio("p99", "ms", first.latency.p99 * 1000, second.latency.p99 * 1000, tells),
        Ratio("CPU", "of a core", cpu, other, tells),
    ]


def no_comparison(paths: Sequence[PathReport]) -> list[str]:
    """Return why nothing follows from the figures of two paths side by side, a sentence each."""
    if len(paths) != 2:  # noqa: PLR2004 - as above
        return []
    return [
        f"{path.result.path} path: {check.name} {check.verdict.value} ({check.figure}), so nothing "
        "follows from its figures beside the other's."
        for path in paths
        for check in path.checks
        if check.name in _COMPARABLE and check.verdict in {Verdict.FAILED, Verdict.INVALID}
    ]
