"""The frontends' end of the pipes to the engine process."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from typing import TYPE_CHECKING

from locust_qdrant.child import module_command
from locust_qdrant.embedded.frames import PREFIX_BYTES, Frame, Greeting, Kind, Prefix
from locust_qdrant.errors import UsageError

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from pathlib import Path

_ENGINE = "locust_qdrant.embedded.engine.main"
_CLOSING_SECONDS = 30.0


class EngineGoneError(Exception):
    """The engine process has ended: nothing can be answered any more."""


class EngineLink:
    """A running engine process. Calls are answered in any order, each to its caller."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Frame]] = {}
        self.gone = asyncio.Event()
        self._reader: asyncio.Task[None] | None = None

    @classmethod
    async def start(cls, folder: Path) -> EngineLink:
        """Start an engine process on a data folder, and wait until it has opened it.

        Raises:
            UsageError: the folder is in use, or cannot be read or written.
        """
        process = await asyncio.create_subprocess_exec(
            *module_command(_ENGINE),
            str(folder),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        link = cls(process)
        greeting = await link._read()
        if greeting is None:
            raise UsageError("the engine process ended before it could open the data")
        if greeting.code == Greeting.REFUSED:
            await process.wait()
            raise UsageError(greeting.head.decode())
        link._reader = asyncio.create_task(link._read_answers())
        return link

    async def call(self, kind: Kind, head: bytes, body: bytes) -> Frame:
        """Have one call answered.

        Raises:
            EngineGoneError: the engine process ended before it answered.
        """
        pipe = self._process.stdin
        if pipe is None or self.gone.is_set():
            raise EngineGoneError
        number = next(self._numbers)
        answer: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        pipe.write(Frame(number, kind, head, body).pack())
        try:
            with contextlib.suppress(ConnectionError):
                await pipe.drain()
            return await answer
        finally:
            self._waiting.pop(number, None)

    async def close(self) -> bool:
        """Let the engine finish what it was told, write everything to disk, and end.

        Returns whether it did; after a while it is killed, which loses no acknowledged write.
        """
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), _CLOSING_SECONDS)
        except asyncio.TimeoutError:
            self._process.kill()
            await self._process.wait()
        if self._reader is not None:
            await self._reader
        return self._process.returncode == 0

    async def _read_answers(self) -> None:
        while (answer := await self._read()) is not None:
            waiting = self._waiting.get(answer.number)
            # A caller that has hung up waits no more.
            if waiting is not None and not waiting.done():
                waiting.set_result(answer)
        self.gone.set()
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(EngineGoneError())

    async def _read(self) -> Frame | None:
        pipe = self._process.stdout
        if pipe is None:
            return None
        try:
            prefix = Prefix.unpack(await pipe.readexactly(PREFIX_BYTES))
            head = await pipe.readexactly(prefix.head_length)
            body = await pipe.readexactly(prefix.body_length)
        except (asyncio.IncompleteReadError, ConnectionError):
            return None
        return Frame(prefix.number, prefix.code, head, body)
