"""Coroutines that tell what happens to them.

Each coroutine that a method of ``AsyncQdrantClient`` makes is handed to the program inside a
:class:`Watched`, which behaves as the coroutine does, errors included, and notes when the program
treats it as if it were the result. Whether it was ever started is the coroutine's own state.
"""

from __future__ import annotations

import asyncio
import inspect
import operator
import sys
import threading
from collections.abc import Callable, Coroutine, Generator, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from types import CodeType, CoroutineType, FrameType

_LOOKING = {"logging", "pprint"}
_COMPREHENSIONS = {"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"}


def _module(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]


def is_comprehension(code: CodeType) -> bool:
    """Whether the code is a comprehension's own frame, which readers see as part of a function."""
    return code.co_name in _COMPREHENSIONS


def runs_on_the_loop(code: CodeType) -> bool:
    """Whether the code is an ``async def``."""
    flags = inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
    return bool(code.co_flags & flags) and not is_comprehension(code)


@dataclass
class CoroutineLife:
    """What became of one coroutine.

    Attributes:
        file: The file of the line that made it, or that got it handed from a plain ``return``.
        line: That line, as the frame says.
        in_plain_function: Whether that line is in a ``def``.
        used: Lines of the program that treated it as the result, with what they did.
        by_thread: Whether that line gave it to a thread to make.
    """

    file: str
    line: int
    in_plain_function: bool
    used: list[tuple[str, int, str]] = field(default_factory=list)
    by_thread: bool = False

    def move_to(self, frame: FrameType) -> None:
        """Make ``frame`` the place that now has the coroutine."""
        self.file, self.line = frame.f_code.co_filename, frame.f_lineno
        self.in_plain_function = not runs_on_the_loop(enclosing_function(frame).f_code)


def enclosing_function(frame: FrameType) -> FrameType:
    """Return the frame of the function around a comprehension's frame, or the frame itself."""
    while is_comprehension(frame.f_code) and frame.f_back is not None:
        frame = frame.f_back
    return frame


class CoroutineLives:
    """The coroutines of one run of one program."""

    def __init__(self, own: frozenset[str]) -> None:
        self._own = own
        # The coroutines are kept alive, so that no address is used twice.
        self._by_id: dict[int, tuple[CoroutineType[Any, Any, Any], CoroutineLife]] = {}

    def begin(self, coroutine: CoroutineType[Any, Any, Any], maker: FrameType) -> None:
        """Note that the program's frame ``maker`` made a coroutine."""
        life = CoroutineLife("", 0, in_plain_function=False)
        life.move_to(maker)
        self._by_id[id(coroutine)] = coroutine, life

    @property
    def any_made(self) -> bool:
        """Whether the program has asked a client for a coroutine."""
        return bool(self._by_id)

    def use(self, coroutine: CoroutineType[Any, Any, Any], frame: FrameType, what: str) -> None:
        """Note that ``frame`` treated the coroutine as a result, if it is the program's own.

        What the standard library looks at, its caller has handed to it.
        """
        while frame.f_back is not None and _module(frame) in _LOOKING:
            frame = frame.f_back
        if self.is_own(frame):
            _, life = self._by_id[id(coroutine)]
            life.used.append((frame.f_code.co_filename, frame.f_lineno, what))

    def hand(self, coroutine: CoroutineType[Any, Any, Any], frame: FrameType | None) -> None:
        """Note that a function returned the coroutine to ``frame``, if it is the program's own.

        A function that has used it has made the mistake itself, even if it returns it.
        """
        _, life = self._by_id[id(coroutine)]
        if frame is not None and self.is_own(frame) and not life.used:
            life.move_to(frame)

    def made_by_thread(
        self, coroutine: CoroutineType[Any, Any, Any], frame: FrameType, line: int
    ) -> None:
        """Note that a thread made the coroutine for a line of the program's frame."""
        _, life = self._by_id[id(coroutine)]
        life.move_to(frame)
        life.line, life.by_thread = line, True

    def lost(self) -> Iterator[CoroutineLife]:
        """Yield the coroutines that never started, and close them."""
        for coroutine, life in self._by_id.values():
            if inspect.getcoroutinestate(coroutine) == inspect.CORO_CREATED:
                coroutine.close()
                yield life

    def is_own(self, frame: FrameType) -> bool:
        """Whether a frame belongs to the program."""
        return frame.f_code.co_filename in self._own


class Watched(Coroutine[Any, Any, Any]):
    """A coroutine, and a witness of its uses."""

    def __init__(self, coroutine: CoroutineType[Any, Any, Any], lives: CoroutineLives) -> None:
        self._coroutine = coroutine
        self._lives = lives

    def __await__(self) -> Generator[Any, Any, Any]:
        return self._coroutine.__await__()

    def send(self, value: Any) -> Any:
        return self._coroutine.send(value)

    def throw(self, *args: Any) -> Any:
        return self._coroutine.throw(*args)

    def close(self) -> None:
        self._coroutine.close()

    def made_by_thread(self, frame: FrameType, line: int) -> None:
        """Note that a thread made it for a line of the program's frame."""
        self._lives.made_by_thread(self._coroutine, frame, line)

    def handed_to(self, frame: FrameType | None) -> None:
        """Note that a function returned the coroutine to ``frame``."""
        self._lives.hand(self._coroutine, frame)

    def __getattr__(self, name: str) -> Any:
        self._lives.use(self._coroutine, sys._getframe(1), f"attribute {name}")
        return getattr(self._coroutine, name)

    def __bool__(self) -> bool:
        self._lives.use(self._coroutine, sys._getframe(1), "truth value")
        return True

    def __hash__(self) -> int:
        return hash(self._coroutine)


def _iterate_asynchronously(awaitable: Any) -> Any:
    raise TypeError(f"'async for' requires an object with __aiter__ method, got {awaitable!r}")


_OPERATIONS: dict[str, Callable[..., Any]] = {
    "__getitem__": operator.getitem,
    "__setitem__": operator.setitem,
    "__delitem__": operator.delitem,
    "__contains__": operator.contains,
    "__iter__": iter,
    "__reversed__": reversed,
    "__aiter__": _iterate_asynchronously,
    "__len__": len,
    "__str__": str,
    "__repr__": repr,
    "__format__": format,
    "__int__": int,
    "__float__": float,
    "__index__": operator.index,
    "__enter__": operator.methodcaller("__enter__"),
    "__eq__": operator.eq,
    "__ne__": operator.ne,
    "__lt__": operator.lt,
    "__le__": operator.le,
    "__gt__": operator.gt,
    "__ge__": operator.ge,
    "__add__": operator.add,
    "__radd__": lambda coroutine, other: other + coroutine,
    "__sub__": operator.sub,
    "__rsub__": lambda coroutine, other: other - coroutine,
    "__mul__": operator.mul,
    "__rmul__": lambda coroutine, other: other * coroutine,
    "__truediv__": operator.truediv,
    "__rtruediv__": lambda coroutine, other: other / coroutine,
    "__floordiv__": operator.floordiv,
    "__mod__": operator.mod,
    "__rmod__": lambda coroutine, other: other % coroutine,
    "__neg__": operator.neg,
    "__or__": operator.or_,
    "__ror__": lambda coroutine, other: other | coroutine,
}


def _witness(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
    def operation(self: Watched, *args: Any) -> Any:
        self._lives.use(self._coroutine, sys._getframe(1), name.strip("_"))
        return real(self._coroutine, *args)

    return operation


for _name, _real in _OPERATIONS.items():
    setattr(Watched, _name, _witness(_name, _real))


class Watcher(Protocol):
    """Who wants to know what becomes of coroutines."""

    coroutines: CoroutineLives


def watch_methods(client: type[Any], current: Callable[[], Watcher | None]) -> None:
    """Make the coroutine methods of a client class return watched coroutines.

    Args:
        client: The class to change, for the rest of this process.
        current: Returns who watches the program that runs now.
    """
    for name in dir(client):
        attribute = inspect.getattr_static(client, name)
        if isinstance(attribute, classmethod):
            if inspect.iscoroutinefunction(attribute.__func__):
                setattr(client, name, classmethod(_watching(attribute.__func__, current)))
        elif callable(attribute) and inspect.iscoroutinefunction(inspect.unwrap(attribute)):
            setattr(client, name, _watching(attribute, current))


def _watching(method: Callable[..., Any], current: Callable[[], Watcher | None]) -> Any:
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        coroutine = method(*args, **kwargs)
        watcher, maker = current(), sys._getframe(1)
        in_thread = threading.current_thread() is not threading.main_thread()
        if watcher is None or not (in_thread or watcher.coroutines.is_own(maker)):
            return coroutine
        watcher.coroutines.begin(coroutine, maker)
        return Watched(coroutine, watcher.coroutines)

    for name in ("__name__", "__qualname__", "__doc__", "__module__", "__annotations__"):
        setattr(wrapper, name, getattr(method, name))
    wrapper.__signature__ = inspect.signature(method)  # type: ignore[attr-defined]
    return _marked_as_coroutine_function(wrapper)


def _marked_as_coroutine_function(function: Any) -> Any:
    if sys.version_info >= (3, 12):
        return inspect.markcoroutinefunction(function)
    function._is_coroutine = asyncio.coroutines._is_coroutine  # type: ignore[attr-defined]
    return function
