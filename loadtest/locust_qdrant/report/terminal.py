"""The closing report on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from locust_qdrant.checks import Verdict
from locust_qdrant.checks.interface import WHAT_NOW
from locust_qdrant.report.console import new_table, plain, print_fitting, report_console
from locust_qdrant.report.contents import HEARTBEAT, LOOP_LAG, blamed, comparison, no_comparison

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console
    from rich.table import Table

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

_LATENCIES = {
    "mean": "mean",
    "p50": "p50",
    "p95": "p95",
    "p99": "p99",
    "p99.9": "p999",
    "max": "max",
}

#: What a narrow terminal does without, the least telling first.
_LEFT_OUT = ("p99.9", "mean", "p95", "max", "service p50")
#: A check, its figure and its limit are beside each other from so many columns on.
_WIDE = 100


def print_report(report: Report, *, aside: bool = False) -> None:
    """Print `report`: figures and checks of each path, the comparison, and the verdict last.

    Args:
        report: what is said.
        aside: whether to print to standard error, since something else goes to standard output.
    """
    with report_console(aside=aside) as console:
        _print(report, console)


def _print(report: Report, console: Console) -> None:
    run = report.run
    console.print(f"\n[bold]{plain(run.title)}[/bold]")
    console.print(plain(run.server))
    if report.invalid:
        console.print(f"\n[bold yellow]INVALID FIGURES:[/] {_INVALID}")
        for line in report.invalid:
            console.print(f"  {plain(line)}")
    for path in report.paths:
        _print_path(path, console, with_name=len(report.paths) > 1)
    _print_comparison(report, console)
    _print_sides(report, console)
    for note in run.notes:
        console.print(f"Note: {plain(note)}")
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
        console.print("What now? Each check in a sentence:")
        console.print(WHAT_NOW, soft_wrap=True)
    console.print()


def _print_path(path: PathReport, console: Console, with_name: bool) -> None:
    console.print()
    if with_name:
        console.print(f"[bold]{path.result.path}[/bold]")
    print_fitting(console, _figures_tables(path))
    _print_service(path, console)
    measured = [phase for phase, _, _ in path.phases if phase.measured]
    if len(measured) > 1:
        print_fitting(console, [_phases_table(path)])
    if path.breakdown.bands:
        print_fitting(console, (_breakdown_table(path.breakdown, each) for each in (True, False)))
    console.print(_checks_table(path.checks, beside=console.width >= _WIDE))
    for check in path.checks:
        for line in check.evidence if check.verdict is not Verdict.INVALID else ():
            console.print(f"  {plain(check.name)}: {plain(line)}")


def _figures_tables(path: PathReport) -> Iterator[Table]:
    """Yield the table of figures, and then with fewer and fewer columns."""
    is_open = path.result.traffic.arrivals is not None
    meaning = "latencies in ms"
    if is_open:
        meaning += " from when a request was due, service times from when it was made"
    if any(line.unbounded for line in path.figures if line.requests):
        meaning += "; ~: too few requests to bound it (p99 needs 299)"
    meaning = f"{path.counted.traffic.seconds:.1f} s of traffic; {meaning}"
    columns = [_figures_of(line, is_open=is_open) for line in path.figures]
    gone = [each for each in _LEFT_OUT if each in columns[0]]
    for number in range(len(gone) + 1):
        left_out = gone[:number]
        lost = ", ".join(each for each in columns[0] if each in left_out)
        more = f"; {lost}: in a wider terminal" if lost else ""
        table = new_table(caption=meaning + more)
        longest = max(len(line.name) for line in path.figures)
        table.add_column("operation", no_wrap=True, min_width=longest)
        kept = [each for each in columns[0] if each not in left_out]
        for heading in kept:
            table.add_column(heading, justify="right")
        for line, cells in zip(path.figures, columns, strict=True):
            table.add_row(plain(line.name), *(cells[heading] for heading in kept))
        yield table


def _figures_of(line: Figures, *, is_open: bool) -> dict[str, str]:
    """Return what is printed of an operation, by the heading of the column."""
    latencies = {name: _ms(line, line.latency, field) for name, field in _LATENCIES.items()}
    service = {f"service {name}": _ms(line, line.service, name) for name in ("p50", "p99")}
    return {
        "requests": f"{line.requests:,}",
        "failed": f"{line.failures:,}",
        "req/s": f"{line.rate:,.1f}",
        **latencies,
        **(service if is_open else {}),
    }


def _ms(line: Figures, latency: Latency, name: str) -> str:
    """Return a figure in milliseconds, marked where too few requests bound it."""
    mark = "~" if name in line.unbounded else ""
    return f"{mark}{getattr(latency, name) * 1000:,.1f}"


def _phases_table(path: PathReport) -> Table:
    table = new_table()
    table.add_column("phase", no_wrap=True)
    for heading in ("seconds", "users", "rate", "failed", "req/s", "p50", "p99"):
        table.add_column(heading, justify="right")
    for phase, seconds, line in path.phases:
        table.add_row(
            plain(phase.name) + ("" if phase.measured else " (not counted)"),
            f"{seconds:.1f}",
            f"{phase.users:,}" if phase.users else "",
            f"{phase.rate:,.0f}/s" if phase.rate else "",
            *_short(line),
        )
    return table


def _breakdown_table(breakdown: Breakdown, with_slowest: bool) -> Table:
    """Return the parts that take time, of all requests and of the slowest."""
    every, slowest = breakdown.bands[0], breakdown.bands[-1]
    said = ["means in ms"]
    if breakdown.sample:
        said.append(breakdown.sample)
    if breakdown.untold:
        said.append(f"not told: {', '.join(breakdown.untold)}")
    table = new_table(caption="; ".join(said))
    longest = max(map(len, every.parts), default=0)
    table.add_column("where the time went", no_wrap=True, min_width=longest)
    shown = [every, slowest] if with_slowest else [every]
    for band in shown:
        table.add_column(band.name, justify="right", min_width=8)
        table.add_column("share", justify="right", min_width=5)
    for name in every.parts:
        cells = []
        for band in shown:
            mean = band.parts[name]
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


def _checks_table(checks: Sequence[CheckResult], *, beside: bool) -> Table:
    """Return a row a check; its limit beside its figure, or below it."""
    table = new_table()
    for heading in (
        ("check", "verdict", "figure", "limit") if beside else ("check", "verdict", "figure")
    ):
        table.add_column(heading, overflow="fold")
    for check in checks:
        style = _STYLES[check.verdict]
        verdict = f"[{style}]{check.verdict.value}[/{style}]"
        figure, limit = plain(check.figure), plain(check.limit)
        below = f"{figure}\n[dim]limit: {limit}[/dim]" if limit else figure
        table.add_row(plain(check.name), verdict, *((figure, limit) if beside else (below,)))
    return table


def _print_comparison(report: Report, console: Console) -> None:
    ratios = comparison(report.paths)
    if not ratios:
        return
    first, second = (path.result.path for path in report.paths)
    table = new_table(title="side by side")
    table.add_column("all operations")
    for heading in (first, second, f"{first} / {second}"):
        table.add_column(heading, justify="right")
    for line in ratios:
        ratio = "-" if line.ratio is None else f"{line.ratio:.2f}"
        name = f"{line.name} ({line.unit})"
        table.add_row(name, f"{line.first:,.2f}", f"{line.second:,.2f}", ratio)
    console.print(table)
    for sentence in no_comparison(report.paths):
        console.print(plain(sentence))


def _print_service(path: PathReport, console: Console) -> None:
    """Print what was seen inside a service: heartbeat, loop, and the lines that held it."""
    seen, beat = path.result.service, path.heartbeat
    if seen is None:
        return
    table = new_table()
    table.add_column("in the service, ms")
    for heading in ("p50", "p99", "max"):
        table.add_column(heading, justify="right", no_wrap=True)
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
    found = blamed(seen, _MOST_LINES)
    table = new_table(title="lines that held the event loop", caption=found.rest)
    for heading in ("ms", "of the time", "longest"):
        table.add_column(heading, justify="right", min_width=7)
    table.add_column("line", overflow="fold")
    for line in found.lines:
        under = f"\nin {line.library}" if line.library else ""
        table.add_row(
            f"{line.seconds * 1000:,.0f}",
            f"{line.seconds / seen.probed_seconds if seen.probed_seconds else 0:.1%}",
            f"{line.longest * 1000:,.0f}",
            _lines(f"{line.place} {line.function}\n{line.source}{under}"),
        )
    return table


def _lines(text: str) -> str:
    return "\n".join(plain(line) for line in text.splitlines())


def _print_sides(report: Report, console: Console) -> None:
    found = report.sides
    if not found:
        return
    first = found[0].name
    table = new_table(
        title="side by side",
        caption=f"medians of {found[0].turns} interleaved turns; in brackets: 95 % bootstrap "
        "interval of the ratio",
    )
    table.add_column("")
    for heading in ("req/s", f"of {first}'s", "heartbeat p99, ms", f"of {first}'s"):
        table.add_column(plain(heading), justify="right")
    for side in found:
        table.add_row(
            plain(side.name),
            f"{side.rate:,.1f}",
            _ratio(side.throughput),
            "-" if side.heartbeat is None else f"{side.heartbeat * 1000:,.1f}",
            _ratio(side.heartbeat_ratio),
        )
    print_fitting(console, [table])


def _ratio(ratio: RatioInterval | None) -> str:
    return "-" if ratio is None else str(ratio)
