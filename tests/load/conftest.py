"""What the tests of the load test share: a real engine, and the commands as a user starts them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from load_places import LOCUSTFILES, free_port
from locust_qdrant.embedded import EmbeddedServer
from warm_interpreter import WarmInterpreter, is_possible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from warm_interpreter import WarmProcess

    Command = Callable[..., subprocess.CompletedProcess[str]]
    Process = subprocess.Popen[str] | WarmProcess

# Far above what any of the commands takes: a test must not hang, and none asserts a time.
LIMIT_SECONDS = 60

# The environment of a developer must not change what a test sees.
OURS = ("LOCUST_", "QDRANT_")


@pytest.fixture
def two_processes() -> tuple[str, ...]:
    """The options for a master and two workers that share no port with another test."""
    port = str(free_port())
    return ("--processes", "2", "--master-port", port, "--master-bind-port", port)


@pytest.fixture(scope="session")
def engine() -> Iterator[EmbeddedServer]:
    """Qdrant's own engine in a process of its own; shared, so no test may count on an empty one."""
    with EmbeddedServer() as server:
        yield server


@contextmanager
def _nothing_ignored() -> Iterator[None]:
    """Let children hear every signal, though the tests themselves were started by `nohup` or `&`.

    What is ignored stays so in a new program; what has a handler gets its default there.
    """
    ignored = [
        number
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        if signal.getsignal(number) is signal.SIG_IGN
    ]
    for number in ignored:
        signal.signal(number, lambda *_: None)
    try:
        yield
    finally:
        for number in ignored:
            signal.signal(number, signal.SIG_IGN)


@pytest.fixture(scope="session")
def interpreter() -> Iterator[WarmInterpreter | None]:
    """Start the interpreter that the commands of this package are forked from, where it may be."""
    if not is_possible():
        yield None
        return
    with _nothing_ignored():
        interpreter = WarmInterpreter()
    yield interpreter
    interpreter.close()


@pytest.fixture
def start(interpreter: WarmInterpreter | None) -> Iterator[Callable[..., Process]]:
    """Start a command in a process group of its own; what still runs at the end is killed."""
    started: list[Process] = []

    def run(*command: str, **environment: str) -> Process:
        clean = {k: v for k, v in os.environ.items() if not k.startswith(OURS)}
        if interpreter is not None and interpreter.can_start(command, clean | environment):
            warm = interpreter.start(command, clean | environment)
            started.append(warm)
            return warm
        with _nothing_ignored():
            process = subprocess.Popen(
                [sys.executable, *command],
                env=clean | environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )
        started.append(process)
        return process

    yield run
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


@pytest.fixture
def run(start: Callable[..., subprocess.Popen[str]]) -> Command:
    """Run a command to its end."""

    def complete(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        process = start(*command, **environment)
        out, err = process.communicate(timeout=LIMIT_SECONDS)
        return subprocess.CompletedProcess(command, process.returncode, out, err)

    return complete


@pytest.fixture
def locust(run: Command) -> Command:
    """Run Locust without its web page, as `python -m locust`; spared from starting itself again.

    The machine may have other work to do.
    """

    def complete(file: str, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
        command = ("-m", "locust", "-f", str(LOCUSTFILES / file), "--headless", "--only-summary")
        given = {"LOCUST_SKIP_MONKEY_PATCH": "1", "LOCUST_QDRANT_ALLOW_INVALID": "1", **environment}
        return run(*command, *options, **given)

    return complete


@pytest.fixture
def load_run(run: Command) -> Command:
    """Run `locust-qdrant run`, on a machine that may have other work to do."""

    def complete(*options: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return run("-m", "locust_qdrant", "run", "--allow-invalid", *options, **environment)

    return complete
