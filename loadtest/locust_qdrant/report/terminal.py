"""The closing report on a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from locust_qdrant.checks import Verdict
from locust_qdrant.report.contents import comparison

if TYPE_CHECKING:
    from collections.abc import Sequence

    from locust_qdrant.checks import CheckResult
    from locust_qdrant.figures import Figures
    from locust_qdrant.report.contents import PathReport, Report

_STYLES = {Verdict.PASSED: "green", Verdict.WARNING: "yellow", Verdict.FAILED: "bold red"}


# Where there is no terminal to fit into, such as in the log of a CI job.
_WIDTH = 120


def print_report(report: Report) -> None:
    """Print `report`: figures and checks of each path, the comparison, and the verdict last."""
    console = Console(width=None if sys.stdout.isatty() else _WIDTH, highlight=False)
    console.print(f"\n[bold]{escape(report.title)}[/bold]")
    console.print(escape(report.server))
    for path in report.paths:
        _print_path(path, console, with_name=len(report.paths) > 1)
    _print_comparison(report, console)
    for note in report.notes:
        console.print(f"Note: {escape(note)}")
    if report.interrupted:
        console.print("[yellow]Interrupted: these are the figures of what ran until then.[/yellow]")
    style = _STYLES[report.verdict]
    plural = "" if report.warnings == 1 else "s"
    warnings = f", with {report.warnings} warning{plural}" if report.warnings else ""
    console.print(f"Verdict: [{style}]{report.verdict.value.upper()}[/{style}]{warnings}\n")


def _print_path(path: PathReport, console: Console, with_name: bool) -> None:
    console.print()
    if with_name:
        console.print(f"[bold]{path.result.path}[/bold]")
    console.print(_figures_table(path.figures, path.result.traffic.seconds))
    console.print(_checks_table(path.checks))
    for check in path.checks:
        for line in check.evidence:
            console.print(f"  {escape(check.name)}: {escape(line)}")


def _figures_table(lines: Sequence[Figures], seconds: float) -> Table:
    table = _table(caption=f"{seconds:.1f} s of traffic; latencies in ms")
    table.add_column("operation", no_wrap=True)
    for heading in ("requests", "failed", "req/s", "mean", "p50", "p95", "p99", "max"):
        table.add_column(heading, justify="right")
    for line in lines:
        latencies = (line.mean, line.p50, line.p95, line.p99, line.worst)
        table.add_row(
            line.name,
            f"{line.requests:,}",
            f"{line.failures:,}",
            f"{line.rate:,.1f}",
            *(f"{seconds * 1000:,.1f}" for seconds in latencies),
        )
    return table


def _table(title: str | None = None, caption: str | None = None) -> Table:
    return Table(
        box=box.SIMPLE_HEAD,
        title=title,
        caption=caption,
        caption_justify="left",
        pad_edge=False,
        padding=(0, 1),
    )


def _checks_table(checks: Sequence[CheckResult]) -> Table:
    table = _table()
    for heading in ("check", "verdict", "figure", "limit"):
        table.add_column(heading)
    for check in checks:
        style = _STYLES[check.verdict]
        verdict = f"[{style}]{check.verdict.value}[/{style}]"
        table.add_row(check.name, verdict, escape(check.figure), escape(check.limit))
    return table


def _print_comparison(report: Report, console: Console) -> None:
    ratios = comparison(report.paths)
    if not ratios:
        return
    first, second = (path.result.path for path in report.paths)
    table = _table(title="side by side")
    table.add_column("all operations")
    for heading in (first, second, f"{first} / {second}"):
        table.add_column(heading, justify="right")
    for line in ratios:
        ratio = "-" if line.ratio is None else f"{line.ratio:.2f}"
        name = f"{line.name} ({line.unit})"
        table.add_row(name, f"{line.first:,.2f}", f"{line.second:,.2f}", ratio)
    console.print(table)
