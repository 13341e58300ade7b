"""The closing report on a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.measure import Measurement
from rich.table import Table

from locust_qdrant.checks import Verdict
from locust_qdrant.checks.interface import WHAT_NOW
from locust_qdrant.report.contents import HEARTBEAT, LOOP_LAG, comparison, no_comparison

if TYPE_CHECKING:
    from collections.abc import Sequence

    from locust_qdrant.analysis.bootstrap import RatioInterval
    from locust_qdrant.checks import CheckResult
    from locust_qdrant.metrics.figures import Figures, Latency
    from locust_qdrant.metrics.service import ServiceSeen
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

_INVALID = "the load generator was short of something, so they say little about the server."

_MOST_LINES = 10
_INTERRUPTED = "Interrupted: these are the figures of what ran until then."

_LATENCIES = ("mean", "p50", "p95", "p99", "p999", "max")

# Where there is no terminal to fit into, such as in the log of a CI job.
_WIDTH = 120
_WIDEST = 1000


def print_report(report: Report, *, aside: bool = False) -> None:
    """Print `report`: figures and checks of each path, the comparison, and the verdict last.

    Args:
        report: what is said.
        aside: whether to print to standard error, since something else goes to standard output.
    """
    stream = sys.stderr if aside else sys.stdout
    console = Console(file=stream, width=None if stream.isatty() else _WIDTH, highlight=False)
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
    _print_sides(report, console)
    for note in run.notes:
        console.print(f"Note: {_plain(note)}")
    if run.interrupted:
        console.print(f"[yellow]{_INTERRUPTED if run.paths else report.summary}[/yellow]")
    style = _STYLES[report.verdict]
    lacking = f"not measured: {', '.join(report.not_measured)}"
    plural = "" if report.warnings == 1 else "s"
    doubts = [lacking] if report.not_measured and not run.interrupted else []
    doubts += [f"with {report.warnings} warning{plural}"] if report.warnings else []
    if report.invalid and report.verdict is not Verdict.INVALID:
        doubts.append(f"invalid figures{' allowed' * report.allow_invalid} (see above)")
    verdict = f"[{style}]{report.verdict.value.upper()}[/{style}]"
    console.print(f"Verdict: {', '.join([verdict, *doubts])}")
    if report.verdict is not Verdict.PASSED:
        console.print(f"What now? Each check in a sentence: {WHAT_NOW}")
    console.print()


def _plain(text: str) -> str:
    """Return text of anyone's as rich prints it: no markup, and nothing that moves the cursor."""
    return escape(
        "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)
    )


def _print_path(path: PathReport, console: Console, with_name: bool) -> None:
    console.print()
    if with_name:
        console.print(f"[bold]{path.result.path}[/bold]")
    _print_whole(_figures_table(path), console)
    _print_service(path, console)
    measured = [phase for phase, _, _ in path.phases if phase.measured]
    if len(measured) > 1:
        _print_whole(_phases_table(path), console)
    if path.breakdown.bands:
        console.print(_breakdown_table(path.breakdown))
    console.print(_checks_table(path.checks))
    for check in path.checks:
        for line in check.evidence if check.verdict is not Verdict.INVALID else ():
            console.print(f"  {_plain(check.name)}: {_plain(line)}")


def _print_whole(table: Table, console: Console) -> None:
    """Print a table of figures with all of their digits, however narrow the terminal is."""
    wide = console.options.update(max_width=_WIDEST)
    needed = Measurement.get(console, wide, table).maximum
    # A console prints nothing that is wider than itself.
    wide_console = Console(file=console.file, width=max(console.width, needed), highlight=False)
    wide_console.print(table)


def _figures_table(path: PathReport) -> Table:
    is_open = path.result.traffic.arrivals is not None
    meaning = "latencies in ms"
    if is_open:
        meaning += " from when a request was due, service times from when it was made"
    if any(line.unbounded for line in path.figures if line.requests):
        meaning += "; ~: too few requests to bound it (p99 needs 299)"
    table = _table(caption=f"{path.counted.traffic.seconds:.1f} s of traffic; {meaning}")
    table.add_column("operation", no_wrap=True)
    headings = ["requests", "failed", "req/s", "mean", "p50", "p95", "p99", "p99.9", "max"]
    for heading in [*headings, *(["service p50", "service p99"] if is_open else [])]:
        table.add_column(heading, justify="right")
    for line in path.figures:
        table.add_row(
            _plain(line.name),
            f"{line.requests:,}",
            f"{line.failures:,}",
            f"{line.rate:,.1f}",
            *(_ms(line, line.latency, each) for each in _LATENCIES),
            *(_ms(line, line.service, each) for each in (("p50", "p99") if is_open else ())),
        )
    return table


def _ms(line: Figures, latency: Latency, name: str) -> str:
    """Return a figure in milliseconds, marked where too few requests bound it."""
    mark = "~" if name in line.unbounded else ""
    return f"{mark}{getattr(latency, name) * 1000:,.1f}"


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
        _ms(line, line.latency, "p50"),
        _ms(line, line.latency, "p99"),
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
    for sentence in no_comparison(report.paths):
        console.print(_plain(sentence))


def _print_service(path: PathReport, console: Console) -> None:
    """Print what was seen inside a service: heartbeat, loop, and the lines that held it."""
    seen, beat = path.result.service, path.heartbeat
    if seen is None:
        return
    table = _table()
    table.add_column("in the service, ms")
    for heading in ("p50", "p99", "max"):
        table.add_column(heading, justify="right")
    if beat is not None:
        times = (beat.p50, beat.p99, beat.max)
        table.add_row(HEARTBEAT, *(f"{each * 1000:,.1f}" for each in times))
    if seen.lag_max:
        times = (seen.lag_p50, seen.lag_p99, seen.lag_max)
        table.add_row(LOOP_LAG, *(f"{each * 1000:,.1f}" for each in times))
    if table.row_count:
        console.print(table)
    if seen.lines:
        console.print(_blame_table(seen))


def _blame_table(seen: ServiceSeen) -> Table:
    table = _table(title="lines that held the event loop")
    for heading in ("ms", "of the time", "longest"):
        table.add_column(heading, justify="right")
    table.add_column("line", overflow="fold")
    for line in seen.lines[:_MOST_LINES]:
        under = f"\nin {line.library}" if line.library else ""
        table.add_row(
            f"{line.seconds * 1000:,.0f}",
            f"{line.seconds / seen.probed_seconds if seen.probed_seconds else 0:.1%}",
            f"{line.longest * 1000:,.0f}",
            _lines(f"{line.place} {line.function}\n{line.source}{under}"),
        )
    return table


def _lines(text: str) -> str:
    return "\n".join(_plain(line) for line in text.splitlines())


def _print_sides(report: Report, console: Console) -> None:
    found = report.sides
    if not found:
        return
    first = found[0].name
    table = _table(
        title="side by side",
        caption=f"medians of {found[0].turns} interleaved turns; in brackets: 95 % bootstrap "
        "interval of the ratio",
    )
    table.add_column("")
    for heading in ("req/s", f"of {first}'s", "heartbeat p99, ms", f"of {first}'s"):
        table.add_column(_plain(heading), justify="right")
    for side in found:
        table.add_row(
            _plain(side.name),
            f"{side.rate:,.1f}",
            _ratio(side.throughput),
            "-" if side.heartbeat is None else f"{side.heartbeat * 1000:,.1f}",
            _ratio(side.heartbeat_ratio),
        )
    console.print(table)


def _ratio(ratio: RatioInterval | None) -> str:
    return "-" if ratio is None else str(ratio)
