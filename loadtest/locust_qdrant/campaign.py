"""One run, from the first look at the server to the report: `locust-qdrant run`."""

from __future__ import annotations

import logging
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from rich.console import Console
from rich.logging import RichHandler

from locust_qdrant.checks import Verdict
from locust_qdrant.embedded import EmbeddedServer
from locust_qdrant.interrupts import children_ignore_interrupts, termination_as_interrupt
from locust_qdrant.lane import Lane
from locust_qdrant.report.contents import report_on
from locust_qdrant.report.json_file import write_json
from locust_qdrant.report.progress import ProgressDisplay
from locust_qdrant.report.terminal import print_report
from locust_qdrant.target.preflight import connect
from locust_qdrant.workload.mix import format_mix
from locust_qdrant.workload.settings import PATHS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from locust_qdrant.aio.clients import ClientSettings
    from locust_qdrant.report.contents import Report
    from locust_qdrant.workload.settings import RunSettings

PASSED, FAILED, INTERRUPTED = 0, 1, 130

# With both paths, each gets its time in this many turns: a machine that slows down meanwhile then
# slows both.
_TURNS = 2


def run(settings: RunSettings, client: ClientSettings, json_path: Path | None) -> int:
    """Run the traffic, print the report and return the exit code.

    Args:
        settings: what the traffic is.
        client: how the clients are made; an empty `url` means: start the embedded engine.
        json_path: where to write the report as data, None for nowhere.

    Raises:
        UsageError: something that was asked for cannot be done; nothing is left behind.
    """
    progress = Console(stderr=True)
    _send_log_to(progress)
    display = ProgressDisplay(progress)
    try:
        with termination_as_interrupt(), _server(client, display) as reachable:
            report = _measure(settings, reachable, display)
    except KeyboardInterrupt:
        display.say("Interrupted before the traffic began; what was created is removed.")
        return INTERRUPTED
    print_report(report)
    if json_path is not None:
        write_json(report, asdict(settings), json_path)
    if report.interrupted:
        return INTERRUPTED
    return FAILED if report.verdict is Verdict.FAILED else PASSED


def _measure(settings: RunSettings, client: ClientSettings, display: ProgressDisplay) -> Report:
    helper, version = connect(client)
    with ExitStack() as stack:
        stack.callback(helper.close)
        lanes = [Lane(path, settings, client, helper, display) for path in PATHS[settings.path]]
        try:
            for lane in lanes:
                lane.open()
            _take_turns(lanes, settings.duration)
            results = [lane.result() for lane in lanes]
        finally:
            for lane in lanes:
                lane.close()
    notes = [note for lane in lanes for note in lane.notes]
    server = f"Qdrant {version} at {client.describe()}"
    return report_on(results, _title(settings), server, notes)


def _take_turns(lanes: Sequence[Lane], seconds: float) -> None:
    turns = _TURNS if len(lanes) > 1 else 1
    for _ in range(turns):
        for lane in lanes:
            if not lane.drive(seconds / turns):
                return


def _title(settings: RunSettings) -> str:
    return (
        f"{settings.users} users, {format_mix(settings.mix)}, {settings.dim} dimensions, "
        f"upserts of {settings.batch_size} points, {settings.points:,} points to begin with"
    )


@contextmanager
def _server(client: ClientSettings, display: ProgressDisplay) -> Iterator[ClientSettings]:
    """Enter with settings whose address is known: the given one, or the embedded engine's."""
    if client.url:
        yield client
        return
    with children_ignore_interrupts():
        server = EmbeddedServer(api_key=client.api_key)
    with server as engine:
        display.say(f"No --host: the embedded engine serves this run at {engine.url}.")
        yield replace(client, url=engine.url, grpc_port=engine.grpc_port)


def _send_log_to(console: Console) -> None:
    handler = RichHandler(console=console, show_path=False, show_time=False)
    logging.basicConfig(level=logging.WARNING, format="%(message)s", handlers=[handler])
    # A spawn rate above 100 is no cause for a warning here: users are coroutines or threads.
    logging.getLogger("locust.runners").setLevel(logging.ERROR)
