"""One diagnosis, from the first look at the server to the table: `locust-qdrant diagnose`."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from rich.console import Console

from locust_qdrant import exit_codes, interrupts
from locust_qdrant.checks.generator import shortages
from locust_qdrant.client.failures import SERVER_FAILURES, describe
from locust_qdrant.client.loop_thread import new_event_loop
from locust_qdrant.diagnose import PROBLEMS, Diagnosis, Problem
from locust_qdrant.diagnose.bench import Bench
from locust_qdrant.errors import UsageError
from locust_qdrant.interrupts import interruptible
from locust_qdrant.metrics import provenance
from locust_qdrant.metrics.record import now
from locust_qdrant.metrics.results import Run
from locust_qdrant.probe.thread_clock import ThreadClock
from locust_qdrant.report.diagnosis import print_diagnosis, report_on
from locust_qdrant.report.experiment import write
from locust_qdrant.report.progress import ProgressDisplay
from locust_qdrant.runs.server import reachable_server
from locust_qdrant.targets.qdrant.connection import connect, described

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from locust_qdrant.client.factory import ClientSettings
    from locust_qdrant.report.diagnosis import Findings
    from locust_qdrant.report.outputs import Outputs

DONE = exit_codes.PASSED


class Standard(NamedTuple):
    """What the exit code of a diagnosis depends on.

    Attributes:
        fail_on: problems that fail the command where they show, or could not be measured; `any`
            for all that are examined.
        allow_invalid: whether figures of a machine that was short of processors are fine.
    """

    fail_on: Sequence[str] = ()
    allow_invalid: bool = False


def run(
    client: ClientSettings,
    *,
    names: Sequence[str],
    standard: Standard,
    rounds: int,
    model: str,
    model_folder: Path | None,
    command: str,
    outputs: Outputs,
) -> int:
    """Examine the problems, print the table and return the exit code.

    Args:
        client: how the clients are made; an empty `url` means: start the embedded engine.
        names: which problems, by name; empty for all.
        standard: what the exit code depends on.
        rounds: how often each is measured, as it is and with its remedy.
        model: name of the embedding model.
        model_folder: where it lies, None for wherever fastembed keeps it.
        command: the command line, without secrets.
        outputs: where the table goes.

    Raises:
        UsageError: a problem or a folder does not exist, or the server cannot be used.
    """
    problems = _chosen(names)
    watched = _watched(standard.fail_on, problems)
    if model_folder is not None and not model_folder.is_dir():
        raise UsageError(f"--embedding-model-path {str(model_folder)!r} is no folder.")
    display = ProgressDisplay(Console(stderr=True))
    found: Findings = []
    exit_code = DONE
    started = now()
    try:
        with interruptible(), reachable_server(client, display) as settings:
            server = _look_at(settings)
            bench = Bench(settings, rounds, model, model_folder)
            for problem in problems:
                display.say(f"Examining: {problem.title} ...")
                found.append((problem, _examine(problem, bench)))
    except KeyboardInterrupt:
        exit_code = interrupts.exit_code()
        if not found:
            return exit_code
    about = Run(
        title="known problems of the asynchronous path",
        server=server,
        command=command,
        started=started,
        versions=provenance.versions(),
        machine=provenance.machine(),
        workload={},
        paths=(),
    )
    report = report_on(found, about, watched, allow_invalid=standard.allow_invalid)
    print_diagnosis(found, report)
    write(report, outputs)
    return exit_code or report.exit_code


def _watched(fail_on: Sequence[str], problems: Sequence[Problem]) -> set[str]:
    examined = {problem.name for problem in problems}
    for name in fail_on:
        if name not in examined | {"any"}:
            raise UsageError(
                f"--fail-on {name!r}: it is not among the problems that are examined, "
                f"{', '.join(sorted(examined))}."
            )
    return examined if "any" in fail_on else set(fail_on)


def _chosen(names: Sequence[str]) -> list[Problem]:
    known = {problem.name: problem for problem in PROBLEMS}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise UsageError(f"there is no problem {unknown[0]!r}: choose from {', '.join(known)}.")
    return [known[name] for name in names] or list(PROBLEMS)


def _examine(problem: Problem, bench: Bench) -> Diagnosis:
    loop = new_event_loop()
    clock = ThreadClock(threading.get_native_id())
    begin = clock.now()
    try:
        said = loop.run_until_complete(problem.examine(bench))
        end = clock.now()
        waits = (end.starved - begin.starved) / (end.clock - begin.clock) if clock.tells else None
        return replace(said, short=" ".join(shortages(0.0, waits, 0.0, 0.0)))
    except SERVER_FAILURES as error:
        return Diagnosis(None, "not measured", None, (f"the server answered: {describe(error)}",))
    finally:
        loop.close()


def _look_at(settings: ClientSettings) -> str:
    client, version = connect(settings)
    client.close()
    return described(version, settings)
