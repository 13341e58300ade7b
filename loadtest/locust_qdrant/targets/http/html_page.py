"""The report of a service test as one page that needs nothing else."""

from __future__ import annotations

import time
from html import escape
from typing import TYPE_CHECKING

from locust_qdrant.checks import overall
from locust_qdrant.targets.http.spec import ALL
from locust_qdrant.targets.http.words import ratio_words, times

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from locust_qdrant.checks.interface import CheckResult
    from locust_qdrant.targets.http.blame import BlamedLine
    from locust_qdrant.targets.http.result import GroupResult, ServiceResult

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --bad: #c62828; --good: #2e7d32;
  --warn: #b26a00; --accent: #3f6ad8; }
@media (prefers-color-scheme: dark) {
  :root { --bad: #ef7070; --good: #7cc47f; --warn: #e0a040; --accent: #8fb0ff; } }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid var(--line);
  vertical-align: top; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
th { font-weight: 600; border-bottom-width: 2px; }
code, pre { font: 13px/1.45 ui-monospace, monospace; }
pre { background: var(--soft); padding: .6rem; white-space: pre-wrap; overflow-wrap: anywhere;
  margin: .25rem 0; }
.scroll { overflow-x: auto; } .soft { opacity: .7; }
.passed { color: var(--good); } .failed { color: var(--bad); } .warning { color: var(--warn); }
.bar { background: var(--soft); height: .5rem; min-width: 6rem; }
.bar i { display: block; height: 100%; background: var(--accent); }
summary { cursor: pointer; }
"""


def html_page(result: ServiceResult, checks: Sequence[CheckResult]) -> str:
    """Return the page; everything that others wrote is escaped."""
    verdict = overall(checks).value
    when = time.strftime("%Y-%m-%d %H:%M:%S %Z", time.localtime(result.started))
    parts = [
        f"<h1>{escape(result.service)}: <span class={verdict}>{verdict}</span></h1>",
        f"<p>{escape(result.title)}<br><span class=soft>{escape(when)}</span></p>",
        f"<p>Qdrant: {escape(result.qdrant)}</p>" if result.qdrant else "",
        "<p class=warning>Interrupted: these are the figures of what ran until then.</p>"
        if result.interrupted
        else "",
        "<h2>Checks</h2>",
        _checks(checks),
        _sides(result),
        *(_group(group) for group in result.groups),
        "<h2>About this run</h2>",
        "".join(f"<p>{escape(note)}</p>" for note in result.notes),
        _table(("", ""), ([key, each] for key, each in _about(result)), numbers=()),
    ]
    title = escape(f"{result.service}: {verdict}")
    return (
        f"<!doctype html>\n<html lang=en><meta charset=utf-8><title>{title}</title>"
        "<meta name=viewport content='width=device-width, initial-scale=1'>"
        f"<style>{_STYLE}</style>\n<body>\n" + "\n".join(part for part in parts if part) + "\n"
    )


def _about(result: ServiceResult) -> Iterable[tuple[str, str]]:
    yield from ((escape(key), escape(each)) for key, each in result.machine.items())
    yield from ((escape(key), escape(each)) for key, each in result.versions.items())


def _checks(checks: Sequence[CheckResult]) -> str:
    rows = []
    for check in checks:
        evidence = "".join(f"<pre>{escape(line)}</pre>" for line in check.evidence)
        verdict = f"<span class={check.verdict.value}>{check.verdict.value}</span>"
        rows.append(
            [escape(check.name), verdict, escape(check.figure) + evidence, escape(check.limit)]
        )
    return _table(("check", "verdict", "figure", "limit"), rows, numbers=())


def _sides(result: ServiceResult) -> str:
    if not result.sides:
        return ""
    first = escape(result.groups[0].name)
    most = max(side.group.rate(side.group.total) for side in result.sides) or 1.0
    rows = []
    for side in result.sides:
        rate = side.group.rate(side.group.total)
        beat = side.group.heartbeat
        bar = f"<div class=bar><i style='width:{rate / most:.0%}'></i></div>"
        rows.append(
            [
                f"{escape(side.group.name)}{bar}",
                f"{rate:,.1f}",
                ratio_words(side.throughput),
                "-" if beat is None else _ms(beat.percentile(99)),
                ratio_words(side.heartbeat),
            ]
        )
    heads = ("", "req/s", f"of {first}'s", "heartbeat p99, ms", f"of {first}'s")
    rounds = len(result.groups[0].rounds)
    return (
        "<h2>Side by side</h2>"
        + _table(heads, rows)
        + f"<p class=soft>{rounds} interleaved rounds; in brackets: 95 % bootstrap interval of the "
        "ratio.</p>"
    )


def _group(group: GroupResult) -> str:
    title = "Endpoints" if group.name == ALL else escape(group.name)
    parts = [f"<h2>{title}</h2>", _endpoints(group)]
    rows = [[escape(name), *(_ms(each) for each in seconds)] for name, seconds in times(group)]
    if rows:
        parts.append(_table(("in the service, ms", "p50", "p99", "max"), rows))
    if group.lines:
        parts += ["<h3>Lines that held the event loop</h3>", _blame(group)]
    elif group.probed_seconds is not None:
        parts.append("<p>No line was seen to hold the event loop.</p>")
    return "".join(parts)


def _endpoints(group: GroupResult) -> str:
    lines = dict(group.tallies)
    if len(lines) > 1:
        lines["total"] = group.total
    rows = [
        [
            f"<code>{escape(name)}</code>",
            f"{tally.requests:,}",
            f"{tally.failures:,}",
            f"{group.rate(tally):,.1f}",
            _ms(tally.latencies.mean),
            *(_ms(tally.latencies.percentile(percent)) for percent in (50, 95, 99)),
            _ms(tally.latencies.worst),
        ]
        for name, tally in lines.items()
    ]
    heads = ("endpoint", "requests", "failed", "req/s", "mean", "p50", "p95", "p99", "max")
    note = f"<p class=soft>{group.seconds:.1f} s of traffic; latencies in ms.</p>"
    return _table(heads, rows) + note


def _blame(group: GroupResult) -> str:
    return _table(
        ("ms", "of the time", "longest", "line"),
        (
            [
                f"{line.seconds * 1000:,.0f}",
                f"{line.seconds / group.probed_seconds if group.probed_seconds else 0:.1%}",
                f"{line.longest * 1000:,.0f}",
                _line(line),
            ]
            for line in group.lines
        ),
        numbers=range(3),
    )


def _line(line: BlamedLine) -> str:
    under = f"<div class=soft>in {escape(line.library)}</div>" if line.library else ""
    stack = escape("\n".join(line.stack))
    return (
        f"<code>{escape(line.place)}</code> in <code>{escape(line.function)}</code>"
        f"<pre>{escape(line.source)}</pre>{under}"
        f"<details><summary class=soft>stack</summary><pre>{stack}</pre></details>"
    )


def _table(
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    numbers: Collection[int] | None = None,
) -> str:
    """Return a table; `numbers` are the columns set to the right, by default all but the first."""
    right = range(1, len(heads)) if numbers is None else numbers

    def cells(tag: str, texts: Sequence[str]) -> str:
        return "".join(
            f"<{tag}{' class=n' if column in right else ''}>{text}</{tag}>"
            for column, text in enumerate(texts)
        )

    body = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    head = f"<thead><tr>{cells('th', heads)}</tr></thead>" if any(heads) else ""
    return f"<div class=scroll><table>{head}<tbody>{body}</tbody></table></div>"


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.1f}"
