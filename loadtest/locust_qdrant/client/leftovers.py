"""What is still open after the traffic has ended and the clients were closed."""

from __future__ import annotations

import asyncio
import gc
import os
import re
import time
import warnings
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from locust_qdrant.metrics.results import Leftovers

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from typing import Any, TextIO

#: Seconds that tasks and connections get to end by themselves: closing takes a few turns.
GRACE_SECONDS = 0.5
_LOOK_AGAIN_SECONDS = 0.02

# What Python says of such a coroutine, and in debug mode where it was made.
_NEVER_AWAITED = r"coroutine '(?P<name>.*)' was never awaited"
_MADE_AT = re.compile(r'File "(?P<file>.*)", line (?P<line>\d+)')

_CLOSED = {psutil.CONN_NONE, psutil.CONN_CLOSE, psutil.CONN_TIME_WAIT, psutil.CONN_LISTEN}


class LeftoverWatch:
    """Watches from the beginning of a test what it may leave open."""

    def __init__(self) -> None:
        self._before = set(_connections())
        self._never_awaited = NeverAwaited()
        self._never_awaited.start()

    def finish(self, tasks: Collection[str], ports: Collection[int]) -> Leftovers:
        """Return what is left; call it when the clients are closed, their loop still there.

        Args:
            tasks: what `pending_tasks` found on the loop.
            ports: those of the servers that clients were made for.

        Raises:
            psutil.Error: this system does not show a process its own connections.
        """
        due = time.perf_counter() + GRACE_SECONDS
        # What belongs to a failed call, such as its channel, may be part of a cycle.
        gc.collect()
        while (left := self._open(ports)) and time.perf_counter() < due:
            time.sleep(_LOOK_AGAIN_SECONDS)
        return Leftovers(tuple(tasks), left, self._never_awaited.stop())

    def _open(self, ports: Collection[int]) -> int:
        new = set(_connections()) - self._before
        return sum(port in ports for _, _, port in new)


def _connections() -> Iterator[tuple[str, int, int]]:
    """Yield the own address, the own port and the other port of each TCP connection."""
    for each in psutil.Process().net_connections("tcp"):
        if each.raddr and each.status not in _CLOSED:
            yield each.laddr.ip, each.laddr.port, each.raddr.port


async def pending_tasks() -> list[str]:
    """Return a line for each task but this one that still runs on the loop after a grace time."""
    rest = asyncio.all_tasks() - {asyncio.current_task()}
    if rest:
        _, rest = await asyncio.wait(rest, timeout=GRACE_SECONDS)
    return sorted(_describe(task) for task in rest)


def _describe(task: asyncio.Task[Any]) -> str:
    coroutine = task.get_coro()
    name = getattr(coroutine, "__qualname__", repr(coroutine))
    stack = task.get_stack(limit=1)
    place = f" at {_place(stack[0].f_code.co_filename, stack[0].f_lineno)}" if stack else ""
    return f"{name}(){place} still runs as {task.get_name()}"


class NeverAwaited:
    """Catches Python's warnings of coroutines that nobody awaited, and lets all others pass."""

    def __init__(self) -> None:
        self._found: Counter[tuple[str, str]] = Counter()
        self._show = warnings.showwarning
        self._filter: object = None

    def start(self) -> None:
        """Begin to catch, in all threads of the process."""
        self._show = warnings.showwarning
        warnings.showwarning = self._catch
        # As long as nobody says otherwise, Python shows a line's warning only once in a process.
        warnings.filterwarnings("always", _NEVER_AWAITED, RuntimeWarning)
        self._filter = warnings.filters[0]

    def stop(self) -> list[str]:
        """Stop catching, and return a line for each place in the code that lost coroutines."""
        # A coroutine that is part of a cycle is found by the garbage collector only.
        gc.collect()
        if warnings.showwarning == self._catch:
            warnings.showwarning = self._show
        with suppress(ValueError):
            warnings.filters.remove(self._filter)  # type: ignore[attr-defined]  # it is a list
        return [
            f"{name}() was never awaited, at {place}" + (f" ({count} times)" if count > 1 else "")
            for (name, place), count in self._found.items()
        ]

    def _catch(
        self,
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        text = str(message)
        lost = re.match(_NEVER_AWAITED, text)
        if lost is not None:
            made = _MADE_AT.findall(text)
            place = _place(*made[-1]) if made else _place(filename, lineno)
            self._found[lost["name"], place] += 1
            if self._found[lost["name"], place] > 1:
                return
        self._show(message, category, filename, lineno, file, line)


def _place(filename: str, line: object) -> str:
    path = Path(filename)
    with suppress(ValueError):
        path = path.relative_to(Path.cwd())
    return f"{os.fspath(path)}:{line}"
