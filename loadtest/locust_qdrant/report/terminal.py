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
    from locust_qdrant.metrics.figures import Figures
    from locust_qdrant.report.contents import PathReport, Report
    from locust_qdrant.report.latency_breakdown import Breakdown

_STYLES = {
    Verdict.PASSED: "green",
    Verdict.WARNING: "yellow",
    Verdict.INVALID: "yellow",
    Verdict.NOT_MEASURED: "yellow",
    Verdict.INTERRUPTED: "yellow",
    Verdict.FAILED: "bold red",
}

_INVALID = (
    "the load generator was at its limit, so latencies and rates say little about the server."
)

_INTERRUPTED = "Interrupted: these are the figures of what ran until then."

# Where there is no terminal to fit into, such as in the log of a CI job.
_WIDTH = 120


def print_report(report: Report) -> None:
    """Print `report`: figures and checks of each path, the comparison, and the verdict last."""
    console = Console(width=None if sys.stdout.isatty() else _WIDTH, highlight=False)
    run = report.run
    console.print(f"\n[bold]{_plain(run.title)}[/bold]")
    console.print(_plain(run.server))
    if report.invalid:
        console.print(f"\n[bold yellow]INVALID FIGURES:[/] {_INVALID}")
        for line in report.invalid:
            console.print(f"  {_plain(line)}")
    for path in report.paths:
        _print_path(path, console, with_name=len(report.paths) > 1)
    _print_comparison(report, console)
    for note in run.notes:
        console.print(f"Note: {_plain(note)}")
    if run.interrupted:
        console.print(f"[yellow]{_INTERRUPTED if run.paths else report.summary}[/yellow]")
    style = _STYLES[report.verdict]
    lacking = f"not measured: {', '.join(report.not_measured)}"
    plural = "" if report.warnings == 1 else "s"
    doubts = [lacking] if report.not_measured and not run.interrupted else []
    doubts += [f"with {report.warnings} warning{plural}"] if report.warnings else []
    doubts += ["with invalid figures (see above)"] if report.invalid else []
    verdict = f"[{style}]{report.verdict.value.upper()}[/{style}]"
    console.print(f"Verdict: {', '.join([verdict, *doubts])}\n")


def _plain(text: str) -> str:
    """Return text of anyone's as rich prints it: no markup, and nothing that moves the cursor."""
    return escape(
        "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)
    )


def _print_path(path: PathReport, console: Console, with_name: bool) -> None:
    console.print()
    if with_name:
        console.print(f"[bold]{path.result.path}[/bold]")
    console.print(_figures_table(path))
    measured = [phase for phase, _, _ in path.phases if phase.measured]
    if len(measured) > 1:
        console.print(_phases_table(path))
    if path.breakdown.bands:
        console.print(_breakdown_table(path.breakdown))
    console.print(_checks_table(path.checks))
    for check in path.checks:
        for line in check.evidence if check.verdict is not Verdict.INVALID else ():
            console.print(f"  {_plain(check.name)}: {_plain(line)}")


def _figures_table(path: PathReport) -> Table:
    is_open = path.result.traffic.arrivals is not None
    meaning = "latencies in ms"
    if is_open:
        meaning += " from when a request was due, service times from when it was made"
    table = _table(caption=f"{path.counted.traffic.seconds:.1f} s of traffic; {meaning}")
    table.add_column("operation", no_wrap=True)
    headings = ["requests", "failed", "req/s", "mean", "p50", "p95", "p99", "p99.9", "max"]
    for heading in [*headings, *(["service p50", "service p99"] if is_open else [])]:
        table.add_column(heading, justify="right")
    for line in path.figures:
        latency = line.latency
        times = [latency.mean, latency.p50, latency.p95, latency.p99, latency.p999, latency.max]
        times += [line.service.p50, line.service.p99] if is_open else []
        table.add_row(
            _plain(line.name),
            f"{line.requests:,}",
            f"{line.failures:,}",
            f"{line.rate:,.1f}",
            *(f"{seconds * 1000:,.1f}" for seconds in times),
        )
    return table


def _phases_table(path: PathReport) -> Table:
    table = _table()
    table.add_column("phase", no_wrap=True)
    for heading in ("seconds", "users", "rate", "failed", "req/s", "p50", "p99"):
        table.add_column(heading, justify="right")
    for phase, seconds, line in path.phases:
        table.add_row(
            _plain(phase.name) + ("" if phase.measured else " (not counted)"),
            f"{seconds:.1f}",
            f"{phase.users:,}" if phase.users else "",
            f"{phase.rate:,.0f}/s" if phase.rate else "",
            *_short(line),
        )
    return table


def _breakdown_table(breakdown: Breakdown) -> Table:
    """Return the parts that take time, of all requests and of the slowest."""
    every, slowest = breakdown.bands[0], breakdown.bands[-1]
    untold = f"; not told: {', '.join(breakdown.untold)}" if breakdown.untold else ""
    table = _table(caption=f"means in ms{untold}")
    table.add_column("where the time went", no_wrap=True)
    for heading in (every.name, "share", slowest.name, "share"):
        table.add_column(heading, justify="right")
    for name, seconds in every.parts.items():
        cells = []
        for band, mean in ((every, seconds), (slowest, slowest.parts[name])):
            share = mean / band.seconds if band.seconds else 0.0
            cells += [f"{mean * 1000:,.2f}", f"{share:.0%}"]
        # What is next to nothing in both is nothing to look at.
        if any(cell not in {"0%", "0.00"} for cell in cells[1::2]):
            table.add_row(name, *cells)
    return table


def _short(line: Figures) -> tuple[str, str, str, str]:
    return (
        f"{line.failures:,}",
        f"{line.rate:,.1f}",
        f"{line.latency.p50 * 1000:,.1f}",
        f"{line.latency.p99 * 1000:,.1f}",
    )


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
        table.add_row(_plain(check.name), verdict, _plain(check.figure), _plain(check.limit))
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
