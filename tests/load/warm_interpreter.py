"""An interpreter that has imported the libraries, and forks for each command: a start in a tenth.

Importing qdrant_client and Locust takes two to three seconds of processor time, which the tests
would otherwise spend several hundred times. Nothing of this project is imported before the fork,
and a command then runs as `python -m` runs it, in a process of its own. Where that could make a
difference, a test says so with an environment variable of Python's, and gets a new interpreter.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LIBRARIES = ("locust", "qdrant_client", "numpy", "pydantic", "rich.console", "httpx", "grpc.aio")
_SKIP = "LOCUST_SKIP_MONKEY_PATCH"
_LONGEST = 1 << 20
_PART = 1 << 16


class WarmProcess:
    """What tests use of `subprocess.Popen`, for a process that the interpreter forked."""

    def __init__(self, interpreter: WarmInterpreter, args: Sequence[str], pid: int) -> None:
        self.args = args
        self.pid = pid
        self.returncode: int | None = None
        self._interpreter = interpreter
        self.stdin = None

    def connect(self, out: int, err: int) -> None:
        self.stdout = os.fdopen(out, encoding="utf-8", errors="replace")
        self.stderr = os.fdopen(err, encoding="utf-8", errors="replace")

    def poll(self) -> int | None:
        self.returncode = self._interpreter.exit_code(self.pid, 0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        code = self._interpreter.exit_code(self.pid, timeout)
        if code is None:
            raise subprocess.TimeoutExpired(list(self.args), timeout or 0)
        self.returncode = code
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """Return what is still to read of both, after the end; as `Popen` does."""
        deadline = None if timeout is None else time.monotonic() + timeout
        texts = ["", ""]

        def read(place: int, file: IO[str]) -> None:
            with file:
                texts[place] = file.read()

        readers = [
            threading.Thread(target=read, args=each, daemon=True)
            for each in enumerate((self.stdout, self.stderr))
            if not each[1].closed
        ]
        for each in readers:
            each.start()
        for each in readers:
            each.join(_left(deadline))
        if any(each.is_alive() for each in readers):
            raise subprocess.TimeoutExpired(list(self.args), timeout or 0)
        self.wait(_left(deadline))
        return texts[0], texts[1]


class WarmInterpreter:
    """Starts commands; for one thread."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._ended: dict[int, int] = {}
        self._environment = _of_python(os.environ)
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(theirs.fileno())],
            env={**os.environ, _SKIP: "1"},
            pass_fds=(theirs.fileno(),),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        theirs.close()

    def can_start(self, command: Sequence[str], environment: Mapping[str, str]) -> bool:
        """Tell whether a new interpreter would do the same.

        `diagnose` may use fastembed. Without its variable, Locust patches what is imported here.
        """
        known = (
            tuple(command[:2]) == ("-m", "locust_qdrant")
            or (tuple(command[:2]) == ("-m", "locust") and environment.get(_SKIP) == "1")
            or command[0].endswith(".py")
        )
        return known and "diagnose" not in command and _of_python(environment) == self._environment

    def start(self, command: Sequence[str], environment: Mapping[str, str]) -> WarmProcess:
        """Run a module or a file, with its arguments, in a process group of its own, here."""
        (out, their_out), (err, their_err) = os.pipe(), os.pipe()
        cwd = str(Path.cwd())
        order = {"command": list(command), "environment": dict(environment), "cwd": cwd}
        socket.send_fds(self._socket, [json.dumps(order).encode()], [their_out, their_err])
        os.close(their_out)
        os.close(their_err)
        process = WarmProcess(self, [sys.executable, *command], self._receive("started"))
        process.connect(out, err)
        return process

    def exit_code(self, pid: int, timeout: float | None) -> int | None:
        """Return how a process ended, as `Popen.returncode`; None if it did not in that time."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while pid not in self._ended:
            if not select.select([self._socket], (), (), _left(deadline))[0]:
                return None
            self._note(json.loads(self._socket.recv(_LONGEST)))
        return self._ended[pid]

    def close(self) -> None:
        self._socket.close()
        self._process.wait(30)

    def _receive(self, kind: str) -> int:
        while True:
            told = json.loads(self._socket.recv(_LONGEST))
            if kind in told:
                return int(told[kind])
            self._note(told)

    def _note(self, told: Mapping[str, int]) -> None:
        self._ended[told["ended"]] = os.waitstatus_to_exitcode(told["status"])


def is_possible() -> bool:
    """Tell whether a forked command is as good as a new one.

    Elsewhere system libraries do not survive a fork, and coverage begins to measure before a
    program's first line.
    """
    return sys.platform == "linux" and not any(name.startswith("COVERAGE_") for name in os.environ)


def _left(deadline: float | None) -> float | None:
    return None if deadline is None else max(0.0, deadline - time.monotonic())


def _of_python(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what an interpreter reads before it runs anything."""
    names = ("PYTHON", "LANG", "LC_", "LD_")
    return {name: value for name, value in environment.items() if name.startswith(names)}


def _serve(connection: socket.socket) -> dict[str, Any]:
    """Fork for each order; return it, in the new process."""
    # What comes with it starts threads when it is imported, and waits for them at the end.
    sys.modules["fastembed"] = None  # type: ignore[assignment]
    for name in _LIBRARIES:
        importlib.import_module(name)
    del sys.modules["fastembed"]
    gc.collect()
    gc.freeze()
    woken, waker = os.pipe2(os.O_NONBLOCK)
    signal.set_wakeup_fd(waker)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    while True:
        ready, _, _ = select.select([connection, woken], (), ())
        if woken in ready:
            os.read(woken, _PART)
            _tell_who_ended(connection)
        if connection not in ready:
            continue
        said, descriptors, _, _ = socket.recv_fds(connection, _LONGEST, 2)
        if not said:
            sys.exit()
        pid = os.fork()
        if not pid:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.close(woken)
            os.close(waker)
            return json.loads(said) | {"descriptors": descriptors}
        for each in descriptors:
            os.close(each)
        connection.send(json.dumps({"started": pid}).encode())


def _tell_who_ended(connection: socket.socket) -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
        connection.send(json.dumps({"ended": pid, "status": status}).encode())


def _become(order: Mapping[str, Any]) -> tuple[str, bool]:
    """Make this process what a new interpreter is; return what to run, and if that is a file."""
    os.setsid()
    for descriptor, standard in zip(order["descriptors"], (1, 2), strict=True):
        os.dup2(descriptor, standard)
        os.close(descriptor)
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["environment"])
    sys.orig_argv = [sys.executable, *order["command"]]
    is_file = order["command"][0] != "-m"
    name, *arguments = order["command"][0 if is_file else 1 :]
    sys.path[0] = str(Path(name).parent) if is_file else order["cwd"]
    sys.argv = [name, *arguments]
    return name, is_file


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as own_end:
        order_to_do = _serve(own_end)
    to_run, runs_a_file = _become(order_to_do)
    if runs_a_file:
        runpy.run_path(to_run, run_name="__main__")
    else:
        runpy.run_module(to_run, run_name="__main__", alter_sys=True)
