"""What one run of one program did: the requests that blocked, the coroutines that got lost."""

from __future__ import annotations

import asyncio
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .coroutines import Lives, Watched, is_comprehension, runs_on_the_loop
from .positions import positions

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CoroutineType, FrameType

_BAD_AWAIT = re.compile(r"can't be used in 'await' expression|can't be awaited")
_BLOCKING = {"qdrant_client": "QDR101", "openai": "QDR501", "cohere": "QDR501"}
_UNAWAITED = {"qdrant_client": "QDR201", "openai": "QDR502", "cohere": "QDR502"}


@dataclass(frozen=True)
class Step:
    """One plain function on the way from the coroutine to the client."""

    function: str
    file: str
    line: int


@dataclass(frozen=True)
class Blocked:
    """A synchronous request on the thread of a running loop.

    Attributes:
        file: The file of the coroutine that was stopped by it.
        line: The first line of the call in that coroutine.
        code: The rule that this breaks.
        chain: The plain functions of the program between the coroutine and the client.
    """

    file: str
    line: int
    code: str
    chain: tuple[Step, ...]


@dataclass
class Recording:
    """Everything seen while a program ran.

    Attributes:
        own: Absolute paths of the program's files.
        blocked: In order of time.
        awaited: File and first line of each call whose result was awaited in vain.
        orphans: File, first line and code of each lost coroutine that was not watched.
        problems: What keeps the recording from being the truth.
    """

    own: frozenset[str]
    lives: Lives = field(init=False)
    blocked: list[Blocked] = field(default_factory=list)
    awaited: list[tuple[str, int]] = field(default_factory=list)
    orphans: list[tuple[str, int, str]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.lives = Lives(self.own)

    def requested(self, *, synchronously: bool) -> None:
        """Note a request made by the stack of the caller."""
        if not synchronously or not _on_loop_thread():
            return
        blocked = self._blame(sys._getframe(1))
        if blocked is None:
            self.problems.append("a request blocked the loop, but no coroutine of the case made it")
        else:
            self.blocked.append(blocked)

    def unanswered(self, error: LookupError) -> None:
        """Note a request that the table of answers lacks."""
        self.problems.append(str(error))

    def never_awaited(self, coroutine: CoroutineType[Any, Any, Any]) -> None:
        """Note what the interpreter would warn of."""
        rule = _UNAWAITED.get(_package_of(coroutine.cr_frame))
        makers = [(file, line) for file, line, _ in coroutine.cr_origin or () if file in self.own]
        if not makers:
            return
        file, line = makers[0]
        if rule is None:
            name = Path(file).name
            self.problems.append(f"{name}:{line} loses {coroutine.__qualname__}, of no client")
        else:
            self.orphans.append((file, positions(file).call(line), rule))

    def trace(self, frame: FrameType, event: str, _: Any) -> Callable[..., Any] | None:
        """Follow the program's own frames; for :func:`sys.settrace`."""
        if event != "call" or frame.f_code.co_filename not in self.own:
            return None
        frame.f_trace_lines = False
        return self._trace_own

    def _trace_own(self, frame: FrameType, event: str, arg: Any) -> Callable[..., Any]:
        if event == "return" and isinstance(arg, Watched) and not is_comprehension(frame.f_code):
            arg.handed_to(frame.f_back)
        elif event == "exception":
            self._note_bad_await(frame, *arg)
        return self._trace_own

    def _note_bad_await(self, frame: FrameType, kind: type, error: Any, traceback: Any) -> None:
        raised_here = traceback is None or traceback.tb_next is None
        if raised_here and issubclass(kind, TypeError) and _BAD_AWAIT.search(str(error)):
            file = frame.f_code.co_filename
            self.awaited.append((file, positions(file).awaited(frame.f_lineno)))

    def _blame(self, innermost: FrameType) -> Blocked | None:
        """Find the coroutine that was stopped, and the way from it to the client."""
        chain: list[Step] = []
        entry: FrameType | None = None
        comprehension_line: int | None = None
        frame: FrameType | None = innermost
        while frame is not None:
            code = frame.f_code
            if code.co_filename not in self.own:
                if not chain and comprehension_line is None:
                    entry = frame
            elif is_comprehension(code):
                comprehension_line = comprehension_line or frame.f_lineno
            else:
                where = positions(code.co_filename)
                line = where.call(comprehension_line or frame.f_lineno)
                comprehension_line = None
                if runs_on_the_loop(code):
                    rule = "QDR102" if chain else _rule_of(entry)
                    return Blocked(code.co_filename, line, rule, tuple(reversed(chain)))
                name = where.function(code.co_firstlineno, code.co_name)
                chain.append(Step(name, code.co_filename, line))
            frame = frame.f_back
        return None


def _on_loop_thread() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _rule_of(entry: FrameType | None) -> str:
    """Return the rule for a call of the library function that ``entry`` runs."""
    if _module_of(entry).startswith("qdrant_client.async_"):
        return "QDR103"
    return _BLOCKING.get(_package_of(entry), "QDR101")


def _package_of(frame: FrameType | None) -> str:
    return _module_of(frame).partition(".")[0]


def _module_of(frame: FrameType | None) -> str:
    return str(frame.f_globals.get("__name__", "")) if frame is not None else ""
