"""An event loop in a native thread of its own, for callers that live outside asyncio."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

T = TypeVar("T")

logger = logging.getLogger(__name__)

#: Seconds that short work on the loop may take; making a client takes less than one.
_RUN_SECONDS = 10.0
_STOP_SECONDS = 2.0


class LoopBlockedError(RuntimeError):
    """The event loop does not run what it is given."""


def new_event_loop() -> asyncio.AbstractEventLoop:
    """Return a new uvloop loop, or asyncio's own on Windows."""
    if sys.platform == "win32":
        return asyncio.new_event_loop()
    import uvloop  # noqa: PLC0415 - not installed on Windows

    return uvloop.new_event_loop()


class LoopThread:
    """A running event loop, reachable from any other thread."""

    def __init__(self) -> None:
        self._loop = new_event_loop()
        self._thread = threading.Thread(target=self._run, name="qdrant-load-loop", daemon=True)
        self._thread.start()

    @property
    def native_id(self) -> int:
        """The operating system's number of the thread."""
        return self._thread.native_id or 0

    def call(self, function: Callable[[], None]) -> None:
        """Let the loop call `function` soon; returns at once."""
        self._loop.call_soon_threadsafe(function)

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run `coroutine` on the loop, wait for it here and return its result; for short work.

        Raises:
            LoopBlockedError: the loop did not get to it.
        """
        future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        try:
            return future.result(_RUN_SECONDS)
        except FutureTimeoutError as error:
            raise LoopBlockedError("Something blocks the event loop.") from error

    def spawn(
        self,
        coroutine: Coroutine[Any, Any, None],
        done: Callable[[BaseException | None], None],
    ) -> Callable[[], None]:
        """Start `coroutine` on the loop and return a function that cancels it, from any thread.

        Args:
            coroutine: what to run.
            done: called on the loop's thread at the end, with the error that ended it or None.
        """
        tasks: list[asyncio.Task[None]] = []

        def finish(task: asyncio.Task[None]) -> None:
            done(None if task.cancelled() else task.exception())

        def begin() -> None:
            task = self._loop.create_task(coroutine)
            task.add_done_callback(finish)
            tasks.append(task)

        self.call(begin)
        return lambda: self.call(lambda: _cancel(tasks[0]))

    def stop(self) -> None:
        """Cancel what still runs, close the loop and end the thread."""
        self.call(self._loop.stop)
        self._thread.join(_STOP_SECONDS)
        if self._thread.is_alive():
            logger.warning(
                "The event loop did not end within %g s: something blocks it", _STOP_SECONDS
            )

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
            self._loop.run_until_complete(_cancel_rest())
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        finally:
            self._loop.close()


def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()


async def _cancel_rest() -> None:
    rest = asyncio.all_tasks() - {asyncio.current_task()}
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)
