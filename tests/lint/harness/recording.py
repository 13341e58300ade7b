"""What one run of one program did: the requests that blocked, the coroutines that got lost."""

from __future__ import annotations

import asyncio
import inspect
import re
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .blame import Step, Way, module_of, steps_of, way_from_coroutine
from .clients import ClientLives
from .coroutines import CoroutineLives, Watched, is_comprehension
from .positions import positions
from .traffic import Traffic

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CoroutineType, FrameType, TracebackType

_BAD_AWAIT = re.compile(r"can't be used in 'await' expression|can't be awaited")
_LOOP_IN_LOOP = re.compile(
    r"cannot be called from a running event loop"
    r"|This event loop is already running"
    r"|Cannot run the event loop while another loop is running"
    r"|Already running asyncio in this thread"
    r"|cannot use AsyncToSync in the same thread"
)
_MAIN = {"qdrant_client", "langchain_core", "langchain_qdrant"}  # the client, and stores around it
_BESIDE = {"openai", "cohere"}
_THREADS = {"concurrent", "multiprocessing", "threading"}
_LOOKS, _BETWEEN_LOOKS = 20, 0.005
_WAITING = {"wait", "wait_for"}
_COMPUTING = {"fastembed", "sentence_transformers"}


@dataclass(frozen=True)
class Blocked:
    """A synchronous request, or long computing, on the thread of a running loop.

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
        nested: File and first line of each call that came to run a loop inside a running one.
        refused: File and first line of the very calls that asyncio refused then.
        reused: File and first line of each call that ran a loop for a client of another loop.
        orphans: File, first line and code of each lost coroutine that was not watched.
        problems: What keeps the recording from being the truth.
        unstarted: File, line and coroutine of each function of the program's own that was lost.
        callback: Where the callback that the loop runs now was registered.
        reached: Whether a synchronous request was made, in whichever thread.
        begun: How often each function was called, by file and name.
    """

    own: frozenset[str]
    coroutines: CoroutineLives = field(init=False)
    clients: ClientLives = field(init=False)
    traffic: Traffic = field(init=False)
    blocked: list[Blocked] = field(default_factory=list)
    awaited: list[tuple[str, int]] = field(default_factory=list)
    nested: list[tuple[str, int]] = field(default_factory=list)
    refused: list[tuple[str, int]] = field(default_factory=list)
    reused: list[tuple[str, int]] = field(default_factory=list)
    orphans: list[tuple[str, int, str]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    unstarted: list[tuple[str, int, CoroutineType[Any, Any, Any]]] = field(default_factory=list)
    callback: tuple[str, int] | None = None
    reached: bool = False
    begun: Counter[tuple[str, str]] = field(default_factory=Counter)
    _by_thread: dict[int, tuple[str, int]] = field(default_factory=dict)
    _left_by_thread: set[tuple[str, int]] = field(default_factory=set)
    _loops: dict[object, asyncio.AbstractEventLoop] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.coroutines = CoroutineLives(self.own)
        self.clients = ClientLives(self.own)
        self.traffic = Traffic(self.own)

    def is_own(self, frame: FrameType) -> bool:
        """Whether a frame belongs to the program."""
        return frame.f_code.co_filename in self.own

    def sent(self) -> None:
        """Note a synchronous request made by the stack of the caller."""
        self.reached = True
        way = self._way_to_the_loop() or self._way_to_a_loop_that_waits()
        if way is None:
            return
        package = way.entry.partition(".")[0]
        if package in _MAIN:
            is_async = way.entry.startswith("qdrant_client.async_")
            direct, through_helper = "QDR103" if is_async else "QDR101", "QDR102"
        elif package in _BESIDE:
            direct, through_helper = "QDR501", "QDR503"
        else:
            return
        self._note_blocked(way, through_helper if way.steps else direct)

    def sending(self, request: Any, body: bytes, connections: object) -> Callable[[], None]:
        """Note an asynchronous request that will use the connections of one client.

        Returns:
            What notes that the answer has arrived.
        """
        loop = asyncio.get_running_loop()
        frame = sys._getframe(1)
        if threading.current_thread() is not threading.main_thread():
            way = self._way_to_a_loop_that_waits()
            if way is not None:
                self._note_blocked(way, "QDR102" if way.steps else "QDR101")
        if self._loops.setdefault(connections, loop) is not loop:
            self._note_reused(frame)
        exchange = self.traffic.begin(request, body, frame)
        return partial(setattr, exchange, "ended", True)

    def computed(self) -> None:
        """Note that the stack of the caller kept the processor busy for long."""
        way = self._way_to_the_loop()
        if way is None:
            return
        if way.entry.partition(".")[0] in _COMPUTING:
            self._note_blocked(way, "QDR104")
        elif way.entry.startswith("qdrant_client.async_"):
            self._note_blocked(way, "QDR105")

    def searched(self) -> None:
        """Note that the stack of the caller does in local mode what a server would do."""
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return
        way = way_from_coroutine(sys._getframe(1), self.own, self.callback)
        if way is not None:
            self._note_blocked(way, "QDR102" if way.steps else "QDR106")

    def unanswered(self, error: LookupError) -> None:
        """Note a request that the table of answers lacks."""
        self.problems.append(str(error))

    def never_awaited(self, coroutine: CoroutineType[Any, Any, Any]) -> None:
        """Note what the interpreter would warn of."""
        makers = [(file, line) for file, line, _ in coroutine.cr_origin or () if file in self.own]
        if id(coroutine) in self._by_thread:
            makers = [self._by_thread.pop(id(coroutine))]
            self._left_by_thread.add(makers[0])
        if not makers:
            return
        file, line = makers[0]
        if self.raised_by_nested_loop(file, line):
            return
        package = module_of(coroutine.cr_frame).partition(".")[0]
        if package == "asyncio" and coroutine.__name__ in _WAITING:
            return  # the client's own coroutine in it is seen as well
        if package in _MAIN:
            self.orphans.append((file, positions(file).call(line), "QDR201"))
        elif package in _BESIDE:
            self.orphans.append((file, positions(file).call(line), "QDR502"))
        elif coroutine.cr_code.co_filename in self.own:
            self.unstarted.append((file, positions(file).call(line), coroutine))
        else:
            name = Path(file).name
            self.problems.append(f"{name}:{line} loses {coroutine.__qualname__}, of no client")

    def own_lost(
        self, file: str, line: int, coroutine: CoroutineType[Any, Any, Any], *, to_client: bool
    ) -> None:
        """Note what a lost coroutine of the program's own would have done."""
        where = positions(file)
        if not to_client:
            problem = f"{Path(file).name}:{line} loses {coroutine.__qualname__}, of no client"
            self.problems.append(problem)
        elif where.is_in_plain_function(line):
            self.orphans.append((file, line, "QDR204"))
        else:
            used = where.is_used(line) and (file, line) not in self._left_by_thread
            self.orphans.append((file, line, "QDR202" if used else "QDR201"))

    def made_by_thread(self, made: Any, frame: FrameType, line: int) -> None:
        """Note what a function gave that a line of the program's frame gave to a thread."""
        if isinstance(made, Watched):
            made.made_by_thread(frame, line)
        elif inspect.iscoroutine(made):
            self._by_thread[id(made)] = frame.f_code.co_filename, line

    def blocked_once(self, place: tuple[str, int]) -> bool:
        """Whether a line blocked in the first of several calls of its function, and no more."""
        file, line = place
        blocked = [one for one in self.blocked if (one.file, one.line) == place]
        return len(blocked) == 1 and self.begun[file, positions(file).function_around(line)] > 1

    def raised_by_nested_loop(self, file: str, line: int) -> bool:
        """Whether a lost coroutine of a line was lost because no loop could run there."""
        statement = positions(file).statement(line)
        return any(file == other and place in statement for other, place in self.refused)

    def trace(self, frame: FrameType, event: str, _: Any) -> Callable[..., Any] | None:
        """Follow the program's own frames; for :func:`sys.settrace`."""
        if event != "call" or not self.is_own(frame):
            return None
        frame.f_trace_lines = False
        code = frame.f_code
        if frame.f_lineno == code.co_firstlineno:  # else it goes on where it waited
            where = positions(code.co_filename)
            name = where.function(code.co_firstlineno, code.co_name)
            self.begun[code.co_filename, name] += 1
        return self._trace_own

    def _trace_own(self, frame: FrameType, event: str, arg: Any) -> Callable[..., Any]:
        if event == "return":
            if isinstance(arg, Watched) and not is_comprehension(frame.f_code):
                arg.handed_to(frame.f_back)
            self.clients.frame_left(frame, arg)
        elif event == "exception":
            self._note_error(frame, *arg)
        return self._trace_own

    def _note_error(
        self, frame: FrameType, kind: type, error: Any, traceback: TracebackType | None
    ) -> None:
        inner = traceback.tb_next if traceback is not None else None
        file = frame.f_code.co_filename
        if inner is None:
            if issubclass(kind, TypeError) and _BAD_AWAIT.search(str(error)):
                self.awaited.append((file, positions(file).awaited(frame.f_lineno)))
        elif issubclass(kind, RuntimeError) and not self._passes(inner):
            self._note_nested(frame, str(error))

    def _passes(self, traceback: TracebackType | None) -> bool:
        """Whether the rest of a traceback leads through the program."""
        while traceback is not None and not self.is_own(traceback.tb_frame):
            traceback = traceback.tb_next
        return traceback is not None

    def _note_nested(self, frame: FrameType, error: str) -> None:
        way = way_from_coroutine(frame, self.own, self.callback)
        if way is not None and _LOOP_IN_LOOP.search(error):
            file = frame.f_code.co_filename
            self.nested.append((way.file, way.line))
            self.refused.append((file, positions(file).call(frame.f_lineno)))

    def _note_reused(self, frame: FrameType | None) -> None:
        """Blame the line of the program that runs the loop, below the loop's own frames."""
        in_asyncio = False
        while frame is not None:
            if module_of(frame).startswith("asyncio"):
                in_asyncio = True
            elif in_asyncio and self.is_own(frame):
                file = frame.f_code.co_filename
                self.reused.append((file, positions(file).call(frame.f_lineno)))
                return
            frame = frame.f_back

    def _way_to_the_loop(self) -> Way | None:
        """Return the way from a coroutine of the program to the caller, if a loop runs."""
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return None
        way = way_from_coroutine(sys._getframe(2), self.own, self.callback)
        if way is None:
            self.problems.append("the loop was blocked, but by no coroutine of the case")
        return way

    def _way_to_a_loop_that_waits(self) -> Way | None:
        """Return the way to a coroutine that stands still until the caller's thread is done.

        The older Cohere client sends from threads of its own, and waits for them; a program waits
        for what it has given to a pool. Qdrant's sends one request from a thread, for the server's
        version, and nobody waits for it.
        """
        frame = sys._getframe(2)
        packages = _packages(frame)
        if not packages & (_MAIN | _BESIDE) or _asks_for_version(frame):
            return None
        for _ in range(_LOOKS):
            for other in sys._current_frames().values():
                way = self._way_of_waiter(other, frame, packages)
                if way is not None:
                    return way
            time.sleep(_BETWEEN_LOOKS)  # the one who waits may not have got there yet
        return None

    def _way_of_waiter(self, waiter: FrameType, frame: FrameType, packages: set[str]) -> Way | None:
        if module_of(waiter) not in {"threading", "concurrent.futures._base"}:
            return None
        way = way_from_coroutine(waiter, self.own, None)
        if way is None or _is_starting(waiter):
            return None
        if way.entry.partition(".")[0] in packages & _BESIDE:
            return way
        own_steps = steps_of(frame, self.own)
        entry = next(iter(sorted(packages & (_MAIN | _BESIDE))))
        waits = way.entry.partition(".")[0] in _THREADS
        return Way(way.file, way.line, (*way.steps, *own_steps), entry) if waits else None

    def _note_blocked(self, way: Way, rule: str) -> None:
        self.blocked.append(Blocked(way.file, way.line, rule, way.steps))


def _is_starting(frame: FrameType | None) -> bool:
    """Tell whether a thread waits until another one runs, which is soon."""
    while frame is not None:
        if module_of(frame) == "threading" and frame.f_code.co_name == "start":
            return True
        frame = frame.f_back
    return False


def _asks_for_version(frame: FrameType | None) -> bool:
    while frame is not None:
        if "version" in module_of(frame) or "version" in frame.f_code.co_name:
            return True
        frame = frame.f_back
    return False


def _packages(frame: FrameType | None) -> set[str]:
    """Return the top-level packages whose code is on a stack."""
    packages = set()
    while frame is not None:
        packages.add(module_of(frame).partition(".")[0])
        frame = frame.f_back
    return packages
