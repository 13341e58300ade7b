"""The engine process: reads calls from its standard input, answers on its standard output."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import traceback
from collections import deque
from contextlib import ExitStack
from io import BufferedReader, FileIO
from pathlib import Path
from queue import Empty, SimpleQueue

import portalocker

from locust_qdrant.embedded.engine import grpc_answers, rest_answers
from locust_qdrant.embedded.engine.catalog import Catalog
from locust_qdrant.embedded.engine.collection import WritesOnHoldError
from locust_qdrant.embedded.engine.inbox import Closed, Inbox, RebuildNews, read_calls
from locust_qdrant.embedded.engine.maintenance import TICK_SECONDS, Maintenance
from locust_qdrant.embedded.engine.problems import refused_argument, unforeseen
from locust_qdrant.embedded.frames import CallKind, Frame, Greeting, write_frame

# A killed server's engine process needs a moment to notice, and to let go of the data.
_LOCK_SECONDS = 5.0
_BUFFER_BYTES = 256 * 1024


class Engine:
    """Answers calls one after the other until the frontends close."""

    def __init__(self, catalog: Catalog, inbox: Inbox, answers: FileIO) -> None:
        self._catalog = catalog
        self._inbox = inbox
        self._answers = answers
        self._maintenance = Maintenance(catalog, inbox)
        self._held: deque[Frame] = deque()
        self._stages = 0

    def run(self) -> None:
        """Answer calls, and keep the collections in order between them."""
        while True:
            try:
                message = self._inbox.get(timeout=0 if self._maintenance.busy else TICK_SECONDS)
            except Empty:
                message = None
            if isinstance(message, Closed):
                break
            if isinstance(message, Frame):
                self._answer_or_hold(message)
            elif isinstance(message, RebuildNews):
                self._maintenance.handle(message)
            self._maintain()
        self._maintenance.cancel()
        self._answer_held()
        self._catalog.close()

    def _answer_or_hold(self, call: Frame) -> None:
        side = grpc_answers if call.code == CallKind.GRPC else rest_answers
        try:
            code, reason, body = side.answer(self._catalog, call.head, call.body)
        except WritesOnHoldError:
            self._held.append(call)
            return
        except BaseException as error:  # noqa: BLE001  a panic of the engine is no Exception
            # One broken operation must not end the process that holds everyone's data.
            problem = refused_argument(error)
            if problem is None:
                traceback.print_exc()
                problem = unforeseen(error)
            code, reason, body = side.failure(problem)
        with contextlib.suppress(
            BrokenPipeError
        ):  # the frontends are gone; their end is in the inbox
            write_frame(self._answers, Frame(call.number, code, reason, body))

    def _maintain(self) -> None:
        try:
            self._maintenance.run()
        except Exception:  # noqa: BLE001  qdrant_edge raises nothing narrower
            # A full disk, say: what is acknowledged is in the log, and a later round may do.
            traceback.print_exc()
            self._maintenance.rest()
        if self._maintenance.stages != self._stages:
            self._stages = self._maintenance.stages
            self._answer_held()

    def _answer_held(self) -> None:
        held, self._held = self._held, deque()
        for call in held:
            self._answer_or_hold(call)


def main(folder: Path) -> None:
    """Open the data, say that it is open, and answer until the frontends are gone."""
    calls, answers = _private_pipes()
    inbox: Inbox = SimpleQueue()
    # Ctrl-C reaches the whole process group; the frontends then close, and so does this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: inbox.put(Closed()))
    with ExitStack() as lock:
        try:
            lock.enter_context(portalocker.Lock(folder / "lock", timeout=_LOCK_SECONDS))
            catalog = Catalog(folder)
        except portalocker.exceptions.LockException:
            refuse(answers, f"the data folder {folder} is in use by another server")
            return
        except (OSError, ValueError) as error:
            refuse(answers, f"the data folder {folder} cannot be opened: {error}")
            return
        write_frame(answers, Frame(0, Greeting.READY))
        read_calls(calls, inbox)
        Engine(catalog, inbox, answers).run()


def refuse(answers: FileIO, sentence: str) -> None:
    """Say why nothing will be answered."""
    write_frame(answers, Frame(0, Greeting.REFUSED, head=sentence.encode()))


def _private_pipes() -> tuple[BufferedReader, FileIO]:
    """Return the two pipes, out of reach of anything that prints or reads by habit."""
    calls: BufferedReader = BufferedReader(FileIO(os.dup(0), "rb"), _BUFFER_BYTES)
    answers = FileIO(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    return calls, answers


if __name__ == "__main__":
    main(Path(sys.argv[1]))
