"""The closing report of a service test on a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from locust_qdrant.checks.interface import Verdict
from locust_qdrant.targets.http.spec import ALL
from locust_qdrant.targets.http.words import ratio_words, times

if TYPE_CHECKING:
    from collections.abc import Sequence

    from locust_qdrant.checks.interface import CheckResult
    from locust_qdrant.targets.http.result import GroupResult, ServiceResult

_STYLES = {Verdict.PASSED: "green", Verdict.WARNING: "yellow", Verdict.FAILED: "bold red"}
# Where there is no terminal to fit into, such as in the log of a CI job.
_WIDTH = 120
_MOST_LINES = 10


def print_report(result: ServiceResult, checks: Sequence[CheckResult]) -> None:
    """Print endpoints, loop, blame and checks, and the verdict last."""
    console = Console(width=None if sys.stdout.isatty() else _WIDTH, highlight=False)
    console.print(f"\n[bold]{escape(result.service)}[/bold], {escape(result.title)}")
    if result.qdrant:
        console.print(f"Qdrant: {escape(result.qdrant)}")
    for group in result.groups:
        _print_group(group, console)
    _print_sides(result, console)
    console.print(_checks_table(checks))
    for check in checks:
        for line in check.evidence:
            console.print(f"  {escape(check.name)}: {escape(line)}")
    for note in result.notes:
        console.print(f"Note: {escape(note)}")
    if result.interrupted:
        console.print("[yellow]Interrupted: these are the figures of what ran until then.[/yellow]")
    failed = any(check.verdict is Verdict.FAILED for check in checks)
    verdict = Verdict.FAILED if failed else Verdict.PASSED
    console.print(f"Verdict: [{_STYLES[verdict]}]{verdict.value.upper()}[/]\n")


def _print_group(group: GroupResult, console: Console) -> None:
    console.print()
    if group.name != ALL:
        console.print(f"[bold]{escape(group.name)}[/bold]")
    console.print(_endpoints_table(group))
    if loop := _loop_table(group):
        console.print(loop)
    if group.lines:
        console.print(_blame_table(group))


def _endpoints_table(group: GroupResult) -> Table:
    table = _table(caption=f"{group.seconds:.1f} s of traffic; latencies in ms")
    table.add_column("endpoint")
    for heading in ("requests", "failed", "req/s", "mean", "p50", "p95", "p99", "max"):
        table.add_column(heading, justify="right")
    lines = dict(group.tallies)
    if len(lines) > 1:
        lines["total"] = group.total
    for name, tally in lines.items():
        latencies = tally.latencies
        table.add_row(
            escape(name),
            f"{tally.requests:,}",
            f"{tally.failures:,}",
            f"{group.rate(tally):,.1f}",
            *(
                f"{seconds * 1000:,.1f}"
                for seconds in (
                    latencies.mean,
                    *(latencies.percentile(percent) for percent in (50, 95, 99)),
                    latencies.worst,
                )
            ),
        )
    return table


def _loop_table(group: GroupResult) -> Table | None:
    rows = times(group)
    if not rows:
        return None
    table = _table()
    table.add_column("in the service, ms")
    for heading in ("p50", "p99", "max"):
        table.add_column(heading, justify="right")
    for name, seconds in rows:
        table.add_row(name, *(f"{each * 1000:,.1f}" for each in seconds))
    return table


def _blame_table(group: GroupResult) -> Table:
    table = _table(title="lines that held the event loop")
    for heading in ("ms", "of the time", "longest"):
        table.add_column(heading, justify="right")
    table.add_column("line")
    for line in group.lines[:_MOST_LINES]:
        share = line.seconds / group.probed_seconds if group.probed_seconds else 0.0
        under = f"\n[dim]in {escape(line.library)}[/dim]" if line.library else ""
        table.add_row(
            f"{line.seconds * 1000:,.0f}",
            f"{share:.1%}",
            f"{line.longest * 1000:,.0f}",
            f"[cyan]{escape(line.place)}[/cyan] {escape(line.function)}\n"
            f"{escape(line.source)}{under}",
        )
    left_out = len(group.lines) - _MOST_LINES
    if left_out > 0:
        table.caption = f"and {left_out} more, see --json or --html"
    return table


def _print_sides(result: ServiceResult, console: Console) -> None:
    if not result.sides:
        return
    rounds = len(result.groups[0].rounds)
    first = escape(result.groups[0].name)
    table = _table(
        title="side by side",
        caption=f"{rounds} interleaved rounds; in brackets: 95 % bootstrap interval of the ratio",
    )
    table.add_column("")
    for heading in (
        "req/s",
        f"of {first}'s",
        "heartbeat p99, ms",
        f"of {first}'s",
    ):
        table.add_column(heading, justify="right")
    for side in result.sides:
        beat = side.group.heartbeat
        table.add_row(
            escape(side.group.name),
            f"{side.group.rate(side.group.total):,.1f}",
            ratio_words(side.throughput),
            "-" if beat is None else f"{beat.percentile(99) * 1000:,.1f}",
            ratio_words(side.heartbeat),
        )
    console.print(table)


def _checks_table(checks: Sequence[CheckResult]) -> Table:
    table = _table()
    for heading in ("check", "verdict", "figure", "limit"):
        table.add_column(heading)
    for check in checks:
        style = _STYLES[check.verdict]
        verdict = f"[{style}]{check.verdict.value}[/{style}]"
        table.add_row(escape(check.name), verdict, escape(check.figure), escape(check.limit))
    return table


def _table(title: str | None = None, caption: str | None = None) -> Table:
    return Table(
        box=box.SIMPLE_HEAD,
        title=title,
        title_justify="left",
        caption=caption,
        caption_justify="left",
        pad_edge=False,
        padding=(0, 1),
    )
