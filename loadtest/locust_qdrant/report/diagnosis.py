"""The table of `locust-qdrant diagnose`, for a person and as data."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Any

from locust_qdrant.checks.interface import PAGE
from locust_qdrant.report.console import new_table, plain, print_fitting, report_console
from locust_qdrant.report.experiment import Case, ExperimentReport

if TYPE_CHECKING:
    from collections.abc import Collection

    from rich.console import Console

    from locust_qdrant.diagnose import Diagnosis, Problem
    from locust_qdrant.diagnose.problem import Comparison
    from locust_qdrant.metrics.results import Run

    Findings = list[tuple[Problem, Diagnosis]]

_PLAIN = {True: "yes", False: "no", None: "unknown"}
_WORDS = {True: "[bold red]yes[/bold red]", False: "[green]no[/green]", None: "unknown"}


def print_diagnosis(found: Findings, report: ExperimentReport) -> None:
    """Print a line a problem, then what its figure is, and what to do about those that show."""
    with report_console() as console:
        console.print(f"\n{plain(report.run.server)}")
        table = new_table()
        for heading in ("problem", "present"):
            table.add_column(heading)
        for heading in ("as it is", "with the remedy", "ratio (95 %)"):
            table.add_column(heading, justify="right", no_wrap=True)
        table.add_column("rule")
        for problem, diagnosis in found:
            table.add_row(
                f"{plain(problem.name)}: {plain(problem.title)}",
                _WORDS[diagnosis.present],
                *_figures(diagnosis),
                problem.rule,
            )
        print_fitting(console, [table])
        for problem, diagnosis in found:
            _print_problem(console, problem, diagnosis)
        if report.invalid:
            allowed = ", which is allowed" if report.allow_invalid else " (see --allow-invalid)"
            console.print(f"INVALID: {len(report.invalid)} of the figures say little{allowed}.")


def _print_problem(console: Console, problem: Problem, diagnosis: Diagnosis) -> None:
    console.print(f"[bold]{plain(problem.name)}[/bold]: {plain(diagnosis.meaning)}")
    for line in diagnosis.details:
        console.print(f"  {plain(line)}")
    if diagnosis.present:
        console.print(f"  remedy: {plain(problem.remedy)}")
        console.print(f"  versions: {plain(problem.versions)}")
        if problem.heading:
            console.print(f"  see {PAGE}#{problem.heading}")
    if diagnosis.short:
        console.print(f"  invalid: {plain(diagnosis.short)}")


def _figures(diagnosis: Diagnosis) -> tuple[str, str, str]:
    comparison = diagnosis.comparison
    if comparison is None:
        return ("", "", "")
    before, after = median(comparison.before), median(comparison.after)
    return (
        f"{before:,.1f} {comparison.unit}",
        f"{after:,.1f} {comparison.unit}",
        "-" if comparison.ratio is None else str(comparison.ratio),
    )


def report_on(
    found: Findings, run: Run, watched: Collection[str] = (), *, allow_invalid: bool = False
) -> ExperimentReport:
    """Return the same for pages, CI systems and programs.

    Args:
        found: what was found of each problem.
        run: where, with what, and when.
        watched: names of the problems that fail the diagnosis, unless they were seen not to show.
        allow_invalid: whether figures of a machine that was short of processors are fine.
    """
    return ExperimentReport(
        kind="diagnose",
        run=run,
        headings=("problem", "present", "as it is", "with the remedy", "ratio (95 %)", "rule"),
        rows=[
            (
                f"{problem.name}: {problem.title}",
                _PLAIN[diagnosis.present],
                *_figures(diagnosis),
                problem.rule,
            )
            for problem, diagnosis in found
        ],
        caption="medians",
        sentences=[
            f"{problem.name}: {diagnosis.meaning}. {problem.remedy}"
            for problem, diagnosis in found
            if diagnosis.present
        ],
        cases=[
            Case(
                problem.name,
                " | ".join((_PLAIN[diagnosis.present], diagnosis.meaning, *_figures(diagnosis))),
                failed=problem.name in watched and diagnosis.present is not False,
                invalid=bool(diagnosis.short),
            )
            for problem, diagnosis in found
        ],
        data={"problems": [_as_data(*each) for each in found]},
        allow_invalid=allow_invalid,
    )


def _as_data(problem: Problem, diagnosis: Diagnosis) -> dict[str, Any]:
    comparison = diagnosis.comparison
    return {
        "name": problem.name,
        "title": problem.title,
        "present": diagnosis.present,
        "figure": diagnosis.meaning,
        "unit": None if comparison is None else comparison.unit,
        "as_it_is": None if comparison is None else comparison.before,
        "with_the_remedy": None if comparison is None else comparison.after,
        "ratio": _ratio(comparison),
        "details": list(diagnosis.details),
        "short": diagnosis.short,
        "remedy": problem.remedy,
        "versions": problem.versions,
        "rule": problem.rule or None,
        "page": f"{PAGE}#{problem.heading}" if problem.heading else None,
    }


def _ratio(comparison: Comparison | None) -> dict[str, Any] | None:
    ratio = None if comparison is None else comparison.ratio
    return None if ratio is None else ratio._asdict()
