"""Whose line is it: the stack of a thread, cut at the event loop, told apart by owner."""

from __future__ import annotations

import os
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

#: Code of others, also where it lies below the project's root, as a virtual environment does;
#: installed packages before the standard library, which they lie in.
_OTHERS = (
    *(f"{sysconfig.get_path(name)}{os.sep}" for name in ("purelib", "platlib", "stdlib")),
    f"{Path(__file__).parents[1]}{os.sep}",
)
# Where asyncio's own loop waits for something to happen, and where it calls what is due.
_WAITING = f"{os.sep}selectors.py"
_TURN = (f"{os.sep}base_events.py", "_run_once")
#: Where a thread stands while a synchronous client waits for its server.
_WAITS = (
    "httpcore/_backends/sync.py:",
    "socket.py:",
    "ssl.py:",
    "selectors.py:",
    "threading.py:",
    "subprocess.py:",
    "grpc/_channel.py:",
    "grpc/_common.py:",
)


class CodeLine(NamedTuple):
    """A line that runs.

    Attributes:
        file: relative to the project's root, or to where the library is installed.
        line: number of the line, from 1.
        function: the function that it stands in.
    """

    file: str
    line: int
    function: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} in {self.function}"


class Blamed(NamedTuple):
    """What a stack tells.

    Attributes:
        frame: the innermost line of the user's own code; of a library where there is none.
        owner: the running function of that line.
        library: the line of a library that it called; None if it is the innermost itself.
        stack: every line above the event loop, outermost first.
    """

    frame: CodeLine
    owner: FrameType
    library: CodeLine | None
    stack: tuple[str, ...]


class Owners:
    """Tells the user's own code from that of others.

    Args:
        root: the user's own code is what lies below it, without installed packages.
    """

    def __init__(self, root: Path) -> None:
        self._root = f"{root}{os.sep}"
        # A root may itself lie among the installed packages: then they are others, and it is not.
        self._others = tuple(place for place in _OTHERS if not self._root.startswith(place))

    def blame(self, innermost: FrameType | None, loop_frame: FrameType | None) -> Blamed | None:
        """Return whom a stack blames, None where the loop's thread was not running anything.

        Args:
            innermost: the frame that runs.
            loop_frame: the frame that runs the loop, where the loop itself has none in Python.
        """
        above = _above_loop(innermost, loop_frame)
        if not above:
            return None
        own = (at for at, each in enumerate(above) if self._is_own(each.f_code.co_filename))
        at = next(own, 0)
        stack = tuple(str(self._named(each)) for each in reversed(above))
        library = self._named(above[at - 1]) if at else None
        return Blamed(self._named(above[at]), above[at], library, stack)

    def _is_own(self, file: str) -> bool:
        return file.startswith(self._root) and not file.startswith(self._others)

    def _named(self, frame: FrameType) -> CodeLine:
        file = frame.f_code.co_filename
        # `httpcore/_sync/connection.py` says more than where it is installed.
        places = (*self._others, self._root, *_OTHERS)
        place = next((each for each in places if file.startswith(each)), "")
        shown = file.removeprefix(place) if place else Path(file).name
        # An instruction that the compiler adds has no line of its own.
        line = frame.f_lineno or frame.f_code.co_firstlineno
        return CodeLine(shown.replace(os.sep, "/"), line, frame.f_code.co_name)


def stands_in_a_wait(stack: Sequence[str]) -> bool:
    """Tell whether the innermost frame of a stack is a function that waits for something."""
    return bool(stack) and stack[-1].startswith(_WAITS)


def _above_loop(innermost: FrameType | None, loop_frame: FrameType | None) -> list[FrameType]:
    """Return the frames that the loop called, innermost first."""
    above: list[FrameType] = []
    frame = innermost
    while frame is not None and frame is not loop_frame:
        code = frame.f_code
        if code.co_name == _TURN[1] and code.co_filename.endswith(_TURN[0]):
            # `Handle._run` is the loop's, too; alone it, or the selector, means that nothing runs.
            return above[:-1] if above and above[-1].f_code.co_name == "_run" else []
        above.append(frame)
        frame = frame.f_back
    return above
