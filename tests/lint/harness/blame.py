"""From the stack of a blocking call to the line that is to blame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .callbacks import Registered
from .coroutines import is_comprehension, runs_on_the_loop
from .positions import positions

if TYPE_CHECKING:
    from types import FrameType


_CALLERS = {"tenacity"}


@dataclass(frozen=True)
class Step:
    """One plain function on the way from the coroutine to the client."""

    function: str
    file: str
    line: int


@dataclass(frozen=True)
class Way:
    """How a program's coroutine came to a library's function.

    Attributes:
        file: The file of the coroutine.
        line: The first line of the call in that coroutine.
        steps: The program's plain functions between the coroutine and the library.
        entry: The name of the module that the library was entered in.
    """

    file: str
    line: int
    steps: tuple[Step, ...]
    entry: str


def way_from_coroutine(
    innermost: FrameType, own: frozenset[str], callback: tuple[str, int] | None
) -> Way | None:
    """Follow the stack outwards to the innermost coroutine of the program.

    Args:
        innermost: Where to start.
        own: Absolute paths of the program's files.
        callback: Where the callback that the loop runs now was registered, if one runs.
    """
    steps: list[Step] = []
    entry = ""
    comprehension_line: int | None = None
    frame: FrameType | None = innermost
    while frame is not None and frame.f_code is not Registered.__call__.__code__:
        code = frame.f_code
        if code.co_filename not in own:
            if not steps and comprehension_line is None and not _only_calls(frame):
                entry = module_of(frame)
        elif is_comprehension(code):
            comprehension_line = comprehension_line or frame.f_lineno
        else:
            where = positions(code.co_filename)
            line = where.call(comprehension_line or frame.f_lineno)
            comprehension_line = None
            if runs_on_the_loop(code):
                return Way(code.co_filename, line, tuple(reversed(steps)), entry)
            name = where.function(code.co_firstlineno, code.co_name)
            steps.append(Step(name, code.co_filename, line))
        frame = frame.f_back
    if callback is None:
        return None
    return Way(*callback, tuple(reversed(steps)), entry)


def steps_of(innermost: FrameType, own: frozenset[str]) -> tuple[Step, ...]:
    """Return the functions of the program on the stack of a thread, outermost first."""
    steps: list[Step] = []
    frame: FrameType | None = innermost
    while frame is not None:
        code = frame.f_code
        if code.co_filename in own and not is_comprehension(code):
            where = positions(code.co_filename)
            name = where.function(code.co_firstlineno, code.co_name)
            steps.append(Step(name, code.co_filename, where.call(frame.f_lineno)))
        frame = frame.f_back
    return tuple(reversed(steps))


def _only_calls(frame: FrameType) -> bool:
    """Whether a library's frame calls what the program gave it."""
    return module_of(frame).partition(".")[0] in _CALLERS


def module_of(frame: FrameType | None) -> str:
    """Return the name of the module whose code a frame runs."""
    return str(frame.f_globals.get("__name__", "")) if frame is not None else ""
