"""A program of ours as a child process, which says where it is and ends with its parent."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def module_command(module: str) -> list[str]:
    """Return the command that runs a module of ours, whatever lies in the working folder.

    Python looks there first: a `grpc.py` would be taken for the library.
    """
    if sys.version_info >= (3, 11):
        return [sys.executable, "-P", "-m", module]
    program = (
        "import runpy, sys; sys.path.remove('');"
        f" runpy.run_module({module!r}, run_name='__main__', alter_sys=True)"
    )
    return [sys.executable, "-c", program]


class Child:
    """A child process that ends when its standard input does, as it does when this process ends.

    Args:
        command: the program and its arguments.
        environment: all of its environment.
    """

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        # A file, since nobody would empty a pipe while the program runs.
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  closed by stop()
        self._process = subprocess.Popen(  # noqa: S603  our own module
            command,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """How the process ended, None while it runs."""
        return self._process.poll()

    def first_line(self, patience: float | None = None) -> str:
        """Wait for the first line that it prints; empty if it ends before.

        Args:
            patience: seconds until it is killed; None for never.
        """
        if self._process.stdout is None:
            return ""
        if patience is None:
            return self._process.stdout.readline()
        watchdog = threading.Timer(patience, self._process.kill)
        watchdog.daemon = True
        watchdog.start()
        try:
            return self._process.stdout.readline()
        finally:
            watchdog.cancel()

    def said(self, most: int) -> str:
        """Return the end of what it wrote to its standard error, at most so many bytes."""
        size = self._log.seek(0, os.SEEK_END)
        self._log.seek(max(0, size - most))
        return self._log.read().decode("utf-8", "replace")

    def wait(self) -> int:
        """Wait until it has ended, and return its exit code."""
        return self._process.wait()

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()

    def stop(self, patience: float) -> int:
        """Ask it to end, and return its exit code; again, nothing happens.

        Args:
            patience: seconds until it is killed.
        """
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            return self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()
        finally:
            if self._process.stdout is not None:
                self._process.stdout.close()
            self._log.close()
