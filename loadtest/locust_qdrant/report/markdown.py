"""The report as Markdown, for the summary of a CI job or a comment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from locust_qdrant.checks import Verdict
from locust_qdrant.checks.interface import WHAT_NOW
from locust_qdrant.redaction import redact
from locust_qdrant.report.contents import blamed, comparison, no_comparison

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from locust_qdrant.report.contents import PathReport, Report

_MARKS = {
    Verdict.PASSED: "✅ passed",
    Verdict.WARNING: "⚠️ warning",
    Verdict.INVALID: "⚠️ invalid",
    Verdict.NOT_MEASURED: "❓ not measured",
    Verdict.INTERRUPTED: "✋ interrupted",
    Verdict.FAILED: "❌ failed",
}
_MOST_LINES = 10
_SPECIAL = str.maketrans({each: f"\\{each}" for each in "\\`*_[]<>|#"} | {"\n": " "})


def render(report: Report) -> str:
    """Return `report`: verdict, checks with their evidence, figures."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    run = report.run
    yield f"## locust-qdrant: {_MARKS[report.verdict]}"
    yield ""
    yield f"{escaped(report.summary)}  "
    if report.verdict is not Verdict.PASSED:
        yield f"What now? Each check in a sentence: <{WHAT_NOW}>  "
    yield f"{escaped(run.title)}  "
    yield escaped(run.server)
    for line in report.invalid:
        yield ""
        yield f"> **Invalid figures:** {escaped(line)}"
    for path in report.paths:
        yield from _path(path, named=len(report.paths) > 1)
    yield from _comparison(report)
    yield from _sides(report)
    for note in run.notes:
        yield ""
        yield f"Note: {escaped(note)}"


def _path(path: PathReport, *, named: bool) -> Iterator[str]:
    if named:
        yield from ("", f"### {path.result.path} path")
    yield from table(
        ("check", "verdict", "figure", "limit"),
        [
            (
                escaped(check.name),
                _MARKS[check.verdict],
                escaped(check.figure),
                escaped(check.limit),
            )
            for check in path.checks
        ],
    )
    evidence = [
        (escaped(check.name), line)
        for check in path.checks
        if check.verdict is not Verdict.INVALID
        for line in check.evidence
    ]
    if evidence:
        yield ""
        for name, line in evidence:
            yield f"- **{name}**: {escaped(line)}"
    yield from table(
        ("operation", "requests", "failed", "req/s", "p50 ms", "p95 ms", "p99 ms", "max ms"),
        [
            (
                escaped(line.name),
                f"{line.requests:,}",
                f"{line.failures:,}",
                f"{line.rate:,.1f}",
                *(
                    f"{seconds * 1000:,.1f}"
                    for seconds in (
                        line.latency.p50,
                        line.latency.p95,
                        line.latency.p99,
                        line.latency.max,
                    )
                ),
            )
            for line in path.figures
        ],
        numbers_from=1,
    )
    yield from _service(path)


def _service(path: PathReport) -> Iterator[str]:
    seen = path.result.service
    if seen is None or not seen.lines:
        return
    found = blamed(seen, _MOST_LINES)
    yield from table(
        ("ms", "longest", "line that held the event loop"),
        [
            (
                f"{line.seconds * 1000:,.0f}",
                f"{line.longest * 1000:,.0f}",
                f"{escaped(line.place)} {escaped(line.function)}: {escaped(line.source)}",
            )
            for line in found.lines
        ],
    )
    if found.rest:
        yield from ("", found.rest)


def _sides(report: Report) -> Iterator[str]:
    found = report.sides
    if found:
        first = escaped(found[0].name)
        yield from table(
            ("side by side", "req/s", f"of {first}'s", "heartbeat p99 ms", f"of {first}'s"),
            [
                (
                    escaped(side.name),
                    f"{side.rate:,.1f}",
                    "-" if side.throughput is None else str(side.throughput),
                    "-" if side.heartbeat is None else f"{side.heartbeat * 1000:,.1f}",
                    "-" if side.heartbeat_ratio is None else str(side.heartbeat_ratio),
                )
                for side in found
            ],
            numbers_from=1,
        )


def _comparison(report: Report) -> Iterator[str]:
    ratios = comparison(report.paths)
    if not ratios:
        return
    first, second = (path.result.path for path in report.paths)
    yield from table(
        ("all operations", first, second, f"{first} / {second}"),
        [
            (
                f"{line.name} ({line.unit})",
                f"{line.first:,.2f}",
                f"{line.second:,.2f}",
                "-" if line.ratio is None else f"{line.ratio:.2f}",
            )
            for line in ratios
        ],
        numbers_from=1,
    )
    for sentence in no_comparison(report.paths):
        yield from ("", escaped(sentence))


def table(
    headings: Sequence[str], rows: Iterable[Sequence[str]], numbers_from: int | None = None
) -> Iterator[str]:
    """Yield the lines of a table; columns from `numbers_from` on are set to the right."""
    yield ""
    yield f"| {' | '.join(headings)} |"
    right = len(headings) if numbers_from is None else numbers_from
    yield f"| {' | '.join('---' if at < right else '---:' for at in range(len(headings)))} |"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def escaped(text: str) -> str:
    """Return `text` with nothing in it that Markdown takes for its own."""
    return redact(text).translate(_SPECIAL)
