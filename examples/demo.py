"""The whole of flake8-qdrant and locust-qdrant in about half a minute: `tox -e demo`.

Lints the services beside this file, measures what their mistakes cost, load-tests the asynchronous
path against Qdrant's own engine, and prints one summary.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from service_cost import ADDED, IMPORTED, SEARCHERS, Cost, measure

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

EXAMPLES = Path(__file__).resolve().parent
SERVICES = ("fastapi_service", "quart_service")
SCRIPTS = sysconfig.get_path("scripts")
USERS = 10
# Without a pause one process of two cores is full, and then its figures tell of itself.
PAUSE_MS = 30
WIDTH = 110
CREATED, UNAVAILABLE = 201, 503
# What is added by the exit code of the load test; any other is a failure.
REMARKS = {
    0: "",
    3: " The figures of its load test are invalid, as said above: repeat it on an idle machine.",
}

progress = Console(stderr=True, highlight=False)


class DemoError(Exception):
    """A part of the demo failed: one sentence."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run all parts; return 0 if each did what it should, else 1.

    Figures of the load test that a busy machine made invalid are named, and are no failure: what
    the demo shows is not how fast this machine is.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--seconds", type=float, default=8, help="traffic on each path; default: %(default)s"
    )
    seconds = parser.parse_args(argv).seconds
    began = time.monotonic()
    try:
        say("1/3  Linting the services of examples/ ...")
        findings = lint()
        say("2/3  Running the FastAPI service, wrong and right, against Qdrant's engine ...")
        wrong, right = measure("fastapi_service.wrong"), measure("fastapi_service.right")
        check_right(right)
        say(f"3/3  Load test: {seconds:g} s on the async path, {seconds:g} s on the sync path ...")
        load, exit_code = load_test(seconds)
    except DemoError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    console = Console(highlight=False)
    console.width = min(console.width, WIDTH) if console.is_terminal else WIDTH
    show_findings(console, findings)
    show_cost(console, wrong, right)
    show_load(console, load)
    show_next(console)
    passed = exit_code in REMARKS
    verdict = "[green]passed[/]" if passed else "[bold red]failed[/]: see the checks above"
    remark = REMARKS.get(exit_code, "")
    console.print(f"\n[bold]The demo {verdict}[/] in {time.monotonic() - began:.0f} s.{remark}\n")
    return 0 if passed else 1


def say(text: str) -> None:
    progress.print(f"[bold]{escape(text)}[/]")


def run(*command: str, quiet: bool = False) -> subprocess.CompletedProcess[str]:
    """Run one of the installed commands, found beside this interpreter or on the PATH."""
    places = os.pathsep.join((SCRIPTS, os.environ.get("PATH", "")))
    program = shutil.which(command[0], path=places)
    if program is None:
        raise DemoError(f"{command[0]} is not installed: run pip install . ./loadtest")
    return subprocess.run(
        [program, *command[1:]],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE if quiet else None,
        text=True,
        check=False,
    )


def lint() -> list[dict[str, Any]]:
    """Return the findings, which must lie in the services written wrongly and nowhere else."""
    folders = [str(EXAMPLES / service) for service in SERVICES]
    done = run("flake8-qdrant", "check", *folders, "--format", "json", quiet=True)
    if done.returncode != 1 or done.stderr:
        raise DemoError(f"flake8-qdrant ended with {done.returncode}: {done.stderr.strip()}")
    findings = json.loads(done.stdout)
    places = {Path(finding["path"]).parent.name for finding in findings}
    if places != {"wrong"}:
        raise DemoError(f"there are findings in {', '.join(sorted(places))}; expected: wrong.")
    return findings


def check_right(right: Cost) -> None:
    answers = (right.import_status, right.stored, right.health_status)
    if answers != (CREATED, ADDED, UNAVAILABLE):
        raise DemoError(f"the service written rightly did not answer rightly: {right}")


def load_test(seconds: float) -> tuple[dict[str, Any], int]:
    """Return the report of `locust-qdrant run` as data, and its exit code."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        done = run(
            *("locust-qdrant", "run", "--path", "both", "--users", str(USERS)),
            *("--think-time", f"{PAUSE_MS}ms", "--duration", str(seconds), "--json", str(report)),
        )
        if not report.is_file():
            raise DemoError(f"locust-qdrant ended with {done.returncode} and without a report.")
        return json.loads(report.read_text("utf-8")), done.returncode


def show_findings(console: Console, findings: list[dict[str, Any]]) -> None:
    heading(console, f"1  The linter found {len(findings)} mistakes")
    console.print(
        "Everything in `async def` shares one thread, the event loop. A call that blocks it stops "
        "every\nrequest at once; a call whose `await` is forgotten never happens. In examples/ are "
        "two small search\nservices, each written [red]wrong[/] and [green]right[/]. Found in the "
        "wrong ones, and nothing in the right ones:\n"
    )
    table = plain_table(show_header=False)
    table.add_column(style="bold red")
    table.add_column()
    for finding in findings:
        file = Path(finding["path"]).resolve()
        code = file.read_text("utf-8").splitlines()[finding["line"] - 1].strip()
        table.add_row(
            finding["code"],
            f"[cyan]{file.relative_to(EXAMPLES)}:{finding['line']}[/]\n"
            f"  {escape(code)}\n"
            f"[dim]{escape(finding['message'])}[/]\n",
        )
    console.print(table)


def show_cost(console: Console, wrong: Cost, right: Cost) -> None:
    heading(console, "2  What such mistakes cost")
    console.print(
        "Measured just now: the FastAPI service, wrong and right, on Qdrant's own engine "
        f"({os.cpu_count()} cores, Python {platform.python_version()}).\n"
    )
    table = plain_table()
    table.add_column("code", style="bold red")
    table.add_column("what a user of the service sees")
    table.add_column("wrong", justify="right", style="red")
    table.add_column("right", justify="right", style="green")
    rows = (
        (
            "QDR103",
            f"while {IMPORTED:,} articles are imported, everybody else waits for",
            *(milliseconds(cost.import_hold) for cost in (wrong, right)),
        ),
        (
            "",
            "and the import itself is answered with HTTP status",
            *(str(cost.import_status) for cost in (wrong, right)),
        ),
        (
            "QDR102",
            f"while {SEARCHERS} people search, everything on the loop is late by (median)",
            *(milliseconds(cost.search_delay) for cost in (wrong, right)),
        ),
        (
            "QDR201",
            f"of {ADDED} articles answered with 201 Created, so many are stored",
            *(str(cost.stored) for cost in (wrong, right)),
        ),
        (
            "QDR202",
            "the collection is gone, and the health check answers",
            *(str(cost.health_status) for cost in (wrong, right)),
        ),
    )
    for row in rows:
        table.add_row(*row)
    console.print(table)


def show_load(console: Console, load: dict[str, Any]) -> None:
    heading(console, "3  The load test")
    (vector,) = load["workload"]["collection"]["vectors"].values()
    console.print(
        f"{USERS} users who pause for {PAUSE_MS} ms, four searches to one upsert, "
        f"{vector['dim']} dimensions, REST, {load['paths'][0]['seconds']:.0f} s on each path.\n"
        "async: AsyncQdrantClient on one event loop. sync: QdrantClient, one thread for each user."
        "\nIt passes when nothing failed, nothing was lost and the loop stayed free. Which path is "
        "faster is a\nquestion for your own server: here, users and engine share the cores.\n"
    )
    table = plain_table()
    table.add_column("")
    for path in load["paths"]:
        table.add_column(path["path"], justify="right")
    for name, value in LOAD_ROWS.items():
        table.add_row(name, *(value(path) for path in load["paths"]))
    console.print(table)
    bad = [
        (path["path"], check)
        for path in load["paths"]
        for check in path["checks"]
        if check["verdict"] != "passed"
    ]
    for path, check in bad:
        reasons = "; ".join(check["evidence"]) or check["figure"]
        console.print(
            f"{check['verdict'].capitalize()} ({path}, {check['name']}): {escape(reasons)}."
        )


def total(path: dict[str, Any]) -> dict[str, Any]:
    return next(line for line in path["operations"] if line["name"] == "total")


def loop_delay(path: dict[str, Any]) -> str:
    return "no loop" if path["loop_lag"] is None else milliseconds(path["loop_lag"]["p99"])


LOST = ("missing", "stale", "wrong", "wrong_vector", "resurrected")


def found_again(path: dict[str, Any]) -> str:
    audit = path["ledger"]
    if audit is None or audit["unreadable"]:
        return "not read"
    right = audit["points"] - sum(audit[kind] for kind in LOST)
    return f"{right:,} of {audit['points']:,}"


LOAD_ROWS: dict[str, Callable[[dict[str, Any]], str]] = {
    "requests a second": lambda path: f"{total(path)['rate']:,.0f}",
    "failed requests": lambda path: f"{total(path)['failures']:,}",
    "half of the answers came within": lambda path: milliseconds(total(path)["latency"]["p50"]),
    "99 of 100 answers came within": lambda path: milliseconds(total(path)["latency"]["p99"]),
    "99 % of the time, the event loop was late by at most": loop_delay,
    "written points found again with their payload": found_again,
}


def show_next(console: Console) -> None:
    heading(console, "Next")
    rows = (
        ("pip install . ./loadtest", "install both commands from this folder"),
        ("flake8-qdrant check path/to/your/code", "look for such mistakes in your code"),
        ("locust-qdrant run --host http://localhost:6333", "load-test a Qdrant of yours"),
        ("diff -r examples/fastapi_service/{wrong,right}", "see how the mistakes are repaired"),
    )
    table = plain_table(show_header=False)
    for command, purpose in rows:
        table.add_row(f"[bold]{escape(command)}[/]", purpose)
    console.print(table)
    console.print("\nREADME.md says more.")


def heading(console: Console, text: str) -> None:
    console.print()
    console.rule(f"[bold]{escape(text)}[/]", align="left")


def plain_table(*, show_header: bool = True) -> Table:
    return Table(box=None, show_header=show_header, pad_edge=False, padding=(0, 2, 0, 0))


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:,.0f} ms" if seconds >= 0.01 else f"{seconds * 1000:.1f} ms"  # noqa: PLR2004


if __name__ == "__main__":
    sys.exit(main())
