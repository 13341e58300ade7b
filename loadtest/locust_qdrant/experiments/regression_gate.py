"""Two record files side by side: is the new run worse than the base?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from locust_qdrant.analysis.regression import FEWEST_SECONDS, Change, changes, whole_seconds
from locust_qdrant.checks import Verdict, generator
from locust_qdrant.errors import UsageError
from locust_qdrant.metrics.record_file import read
from locust_qdrant.metrics.window import counted
from locust_qdrant.report.experiment import Case, ExperimentReport, publish

if TYPE_CHECKING:
    from pathlib import Path

    from locust_qdrant.metrics.results import PathResult, Run
    from locust_qdrant.report.outputs import Outputs


def compare_files(
    base: Path,
    new: Path,
    *,
    path: str,
    tolerance: float,
    outputs: Outputs,
    allow_invalid: bool = False,
) -> int:
    """Print the changes and return the exit code: 1 when a figure is worse for sure.

    Args:
        base: record file of the base.
        new: record file of the new run.
        path: which path of them, `async` or `sync`.
        tolerance: share by which a figure may get worse.
        outputs: where to write it.
        allow_invalid: whether figures that say little are fine.

    Raises:
        UsageError: a file is no record file, or has no such path, or they have nothing in common.
    """
    before, after = read(base), read(new)
    parts = {"base": _part(before, base, path), "new": _part(after, new, path)}
    found = changes(*(part.traffic.records for part in parts.values()), tolerance=tolerance)
    invalid = [
        Case(f"{name} run", said.evidence[0], invalid=True)
        for name, said in ((name, generator.check(part)) for name, part in parts.items())
        if said.verdict is Verdict.INVALID
    ]
    short = [
        Case(
            f"{name} run",
            f"it has {seconds:,} whole seconds of traffic, and it takes {FEWEST_SECONDS} to tell a "
            "change from noise: let both runs last for 10 s or more",
            invalid=True,
        )
        for name, part in parts.items()
        if (seconds := whole_seconds(part.traffic.records)) < FEWEST_SECONDS
    ]
    invalid += short
    if not short and not any(change.interval for change in found):
        raise UsageError(f"{base} and {new} have no operation in common that succeeded in both.")
    worse = [change for change in found if change.worse]
    verdict = (
        f"Worse by more than {tolerance:.0%}: "
        + ", ".join(f"{change.operation} {change.figure}" for change in worse)
        + "."
        if worse
        else "Whether a figure is worse cannot be told."
        if short
        else f"No figure is worse by more than {tolerance:.0%} for sure."
    )
    return publish(
        ExperimentReport(
            kind="compare",
            run=after,
            headings=("figure", "base", "new", "new / base (95 %)", ""),
            rows=[_row(change) for change in found],
            caption=f"base: {before.title}",
            sentences=[verdict, *(f"{each.name}: {each.said}." for each in invalid)],
            cases=[
                *invalid,
                *(
                    Case(
                        f"{change.operation} {change.figure}",
                        " ".join(_row(change)[1:4]),
                        failed=change.worse,
                    )
                    for change in found
                ),
            ],
            data={"tolerance": tolerance, "changes": [_data(each) for each in found]},
            allow_invalid=allow_invalid,
        ),
        outputs,
    )


def _part(run: Run, file: Path, path: str) -> PathResult:
    for each in run.paths:
        if each.path == path:
            return counted(each)
    there = ", ".join(each.path for each in run.paths) or "none"
    raise UsageError(f"{file} has no path {path!r}: it has {there}.")


def _row(change: Change) -> tuple[str, ...]:
    return (
        f"{change.operation} {change.figure}",
        _shown(change.figure, change.base),
        _shown(change.figure, change.new),
        "" if change.interval is None else str(change.interval),
        "worse" if change.worse else "",
    )


def _shown(figure: str, value: float) -> str:
    if figure == "throughput":
        return f"{value:,.1f}/s"
    return f"{value:.2%}" if figure == "errors" else f"{value * 1000:,.1f} ms"


def _data(change: Change) -> dict[str, object]:
    interval = change.interval
    return change._asdict() | {"interval": None if interval is None else interval._asdict()}
