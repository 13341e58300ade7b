"""The frontends' end of the pipes to the engine process."""

from __future__ import annotations

import asyncio
import itertools
from typing import TYPE_CHECKING

from locust_qdrant.child import module_command
from locust_qdrant.embedded.frames import PREFIX_BYTES, CallKind, Frame, Greeting, Prefix
from locust_qdrant.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Answered = Callable[[Frame | None], None]

_ENGINE = "locust_qdrant.embedded.engine.main"
_CLOSING_SECONDS = 30.0
_STDIN, _STDOUT = 0, 1
_GREETING = 0


class EngineGoneError(Exception):
    """The engine process has ended: nothing can be answered any more."""


class EngineLink(asyncio.SubprocessProtocol):
    """A running engine process. Calls are answered in any order, each to its caller."""

    def __init__(self) -> None:
        self._numbers = itertools.count(_GREETING + 1)
        self._waiting: dict[int, Answered] = {}
        self._received = bytearray()
        self.ended = asyncio.Event()
        self._transport: asyncio.SubprocessTransport | None = None
        self._calls: asyncio.WriteTransport | None = None
        self.gone = asyncio.Event()

    @classmethod
    async def start(cls, folder: Path) -> EngineLink:
        """Start an engine process on a data folder, and wait until it has opened it.

        Raises:
            UsageError: the folder is in use, or cannot be read or written.
        """
        loop = asyncio.get_running_loop()
        greeted: asyncio.Future[Frame | None] = loop.create_future()
        _, link = await loop.subprocess_exec(
            lambda: cls._greeted_by(greeted), *module_command(_ENGINE), str(folder), stderr=None
        )
        greeting = await greeted
        if greeting is None:
            raise UsageError("the engine process ended before it could open the data")
        if greeting.code == Greeting.REFUSED:
            await link.ended.wait()
            raise UsageError(greeting.head.decode())
        return link

    @classmethod
    def _greeted_by(cls, greeted: asyncio.Future[Frame | None]) -> EngineLink:
        link = cls()
        link._waiting[_GREETING] = greeted.set_result
        return link

    def send(self, kind: CallKind, head: bytes, body: bytes, answered: Answered) -> None:
        """Have one call answered: `answered` gets the answer, or None if the engine has ended."""
        if self._calls is None or self.gone.is_set():
            answered(None)
            return
        number = next(self._numbers)
        self._waiting[number] = answered
        self._calls.write(Frame(number, kind, head, body).pack())

    async def call(self, kind: CallKind, head: bytes, body: bytes) -> Frame:
        """Have one call answered.

        Raises:
            EngineGoneError: the engine process ended before it answered.
        """
        answer: asyncio.Future[Frame | None] = asyncio.get_running_loop().create_future()

        def answered(frame: Frame | None) -> None:
            # A caller that has hung up waits no more.
            if not answer.done():
                answer.set_result(frame)

        self.send(kind, head, body, answered)
        frame = await answer
        if frame is None:
            raise EngineGoneError
        return frame

    async def close(self) -> bool:
        """Let the engine finish what it was told, write everything to disk, and end.

        Returns whether it did; after a while it is killed, which loses no acknowledged write.
        """
        if self._calls is not None:
            self._calls.close()
        if self._transport is None:
            return False
        try:
            await asyncio.wait_for(self.ended.wait(), _CLOSING_SECONDS)
        except asyncio.TimeoutError:
            self._transport.kill()
            await self.ended.wait()
        code = self._transport.get_returncode()
        self._transport.close()
        return code == 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the pipe for calls."""
        self._transport = transport  # type: ignore[assignment]
        self._calls = transport.get_pipe_transport(_STDIN)  # type: ignore[attr-defined]

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """Hand answers to their callers, as far as they are whole."""
        if fd != _STDOUT:
            return
        received = self._received
        received += data
        begin = 0
        while len(received) - begin >= PREFIX_BYTES:
            prefix = Prefix.unpack(bytes(received[begin : begin + PREFIX_BYTES]))
            head = begin + PREFIX_BYTES
            body = head + prefix.head_length
            end = body + prefix.body_length
            if len(received) < end:
                break
            answered = self._waiting.pop(prefix.number, None)
            if answered is not None:
                parts = bytes(received[head:body]), bytes(received[body:end])
                answered(Frame(prefix.number, prefix.code, *parts))
            begin = end
        del received[:begin]

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        """Tell all who wait that there will be no answer."""
        del exc
        if fd != _STDOUT:
            return
        self.gone.set()
        waiting, self._waiting = self._waiting, {}
        for answered in waiting.values():
            answered(None)

    def process_exited(self) -> None:
        """Remember that the process has ended."""
        self.ended.set()
