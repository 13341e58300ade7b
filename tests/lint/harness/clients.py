"""The lives of clients: where the program makes them, how often, and who closes them."""

from __future__ import annotations

import asyncio
import dis
import functools
import sys
import weakref
from collections import Counter
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from .positions import positions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

_request: ContextVar[object | None] = ContextVar("request", default=None)


@dataclass
class ClientLife:
    """One client that a function of the program made.

    Attributes:
        file: The file of the line that made it.
        line: The first line of the call.
        made_by: The instruction and the arguments, equal for clients made alike.
        frame: A number for the call of the function that made it.
        request: The HTTP request that was being answered, if one was.
        on_loop: Whether it was made on the thread of a running loop.
        is_async: Whether it has to be closed by an ``await``.
        close_called: Whether the program called its ``close``.
        given_away: Whether the function returned it, or left it alive to others.
        unwound: Whether an error ended the function.
        ended: Whether the function has ended.
        dead: Whether the client is gone.
    """

    file: str
    line: int
    made_by: tuple[str, int, str]
    frame: int
    request: object | None
    on_loop: bool
    is_async: bool
    close_called: bool = False
    given_away: bool = False
    unwound: bool = False
    ended: bool = False
    dead: bool = False


@dataclass
class ClientLives:
    """The clients of one run of one program."""

    own: frozenset[str]
    _lives: list[ClientLife] = field(default_factory=list)
    _alive: weakref.WeakKeyDictionary[Any, ClientLife] = field(
        default_factory=weakref.WeakKeyDictionary
    )
    _frames: dict[int, int] = field(default_factory=dict)

    def made(self, client: Any, frame: FrameType | None, *, is_async: bool, how: str) -> None:
        """Note that the program's ``frame`` made a client; ``how`` tells the arguments."""
        while frame is not None and frame.f_locals.get("self") is client:
            frame = frame.f_back
        if frame is None or frame.f_code.co_filename not in self.own:
            return
        if frame.f_code.co_name == "<module>":
            return
        file = frame.f_code.co_filename
        life = ClientLife(
            file,
            positions(file).call(frame.f_lineno),
            made_by=(file, frame.f_lasti, how),
            frame=self._frames.setdefault(id(frame), len(self._lives)),
            request=_request.get(),
            on_loop=asyncio._get_running_loop() is not None,
            is_async=is_async,
        )
        self._lives.append(life)
        self._alive[client] = life
        weakref.finalize(client, setattr, life, "dead", True).atexit = False

    def close_called(self, client: Any) -> None:
        """Note that the program called ``close``."""
        life = self._life_of(client)
        if life is not None:
            life.close_called = True

    def frame_left(self, frame: FrameType, handed: Any) -> None:
        """Note that a frame of the program returned, paused or was unwound."""
        self._survivors_are_given_away()
        number = self._frames.get(id(frame))
        if number is None:
            return
        life = self._life_of(handed)
        if life is not None:
            life.given_away = True
        operation, following = _operations(frame)
        # A paused frame stands on its YIELD; Python 3.10 is back before it, 3.13 already after it.
        if operation in {"YIELD_VALUE", "RESUME"} or following == "YIELD_FROM":
            return
        del self._frames[id(frame)]
        for life in self._lives:
            if life.frame == number and not life.dead:
                life.ended = True
                life.unwound = not operation.startswith("RETURN")

    def _life_of(self, thing: Any) -> ClientLife | None:
        return next((life for client, life in self._alive.items() if client is thing), None)

    def _survivors_are_given_away(self) -> None:
        for life in self._lives:
            if life.ended and not life.dead:
                life.given_away = True

    def never_closed(self) -> Iterator[ClientLife]:
        """Yield the async clients that died with the function that made them, unclosed."""
        for life in self._lives:
            kept = life.given_away or life.unwound or life.close_called
            if life.is_async and life.dead and not kept:
                yield life

    def made_again(self) -> Iterator[ClientLife]:
        """Yield the clients made alike in several requests, or in several turns of a coroutine."""
        requests = Counter(
            made_by
            for made_by, _ in {(life.made_by, life.request) for life in self._lives if life.request}
        )
        turns = Counter((life.made_by, life.frame) for life in self._lives if life.on_loop)
        for life in self._lives:
            if requests[life.made_by] > 1 or turns[life.made_by, life.frame] > 1:
                yield life


def _operations(frame: FrameType) -> tuple[str, str]:
    """Return the names of the instruction that a frame is at, and of the next one."""
    code = frame.f_code.co_code
    here = frame.f_lasti
    return dis.opname[code[here]], dis.opname[code[here + 2]] if here + 2 < len(code) else ""


class Follower(Protocol):
    """Who wants to know what becomes of clients."""

    clients: ClientLives


def follow_clients(clients: list[type[Any]], current: Callable[[], Follower | None]) -> None:
    """Make the client classes of this process tell of their construction and of ``close``.

    Args:
        clients: The classes.
        current: Returns who follows the program that runs now.
    """
    for client in clients:
        _follow(client, current)


def _follow(client: type[Any], current: Callable[[], Follower | None]) -> None:
    real_init, real_close = client.__init__, client.close
    is_async = client.__name__.startswith("Async")

    @functools.wraps(real_init)
    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        real_init(self, *args, **kwargs)
        follower = current()
        if follower is not None:
            how = repr((args, kwargs))
            follower.clients.made(self, sys._getframe(1), is_async=is_async, how=how)

    @functools.wraps(real_close)
    def close(self: Any, *args: Any, **kwargs: Any) -> Any:
        follower = current()
        if follower is not None:
            follower.clients.close_called(self)
        return real_close(self, *args, **kwargs)

    client.__init__ = init
    client.close = close


def follow_requests(*apps: type[Any]) -> None:
    """Make web applications tell which request is being answered.

    Args:
        apps: ASGI application classes.
    """
    for app in apps:
        _tell_request(app)


def _tell_request(app: type[Any]) -> None:
    real = app.__call__

    @functools.wraps(real)
    async def call(self: Any, scope: Any, receive: Any, send: Any) -> None:
        token = _request.set(object() if scope["type"] == "http" else None)
        try:
            await real(self, scope, receive, send)
        finally:
            _request.reset(token)

    app.__call__ = call
