"""Several generator processes: started, driven, stopped, and their results put together."""

from __future__ import annotations

import multiprocessing
import pickle
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any

from locust_qdrant.errors import UsageError
from locust_qdrant.interrupts import (
    children_ignore_interrupts,
    deferred_interrupt,
    uninterrupted,
)
from locust_qdrant.metrics.record import now
from locust_qdrant.metrics.results import Progress
from locust_qdrant.runs import generator_process
from locust_qdrant.runs.configuration import PATIENCE_SECONDS
from locust_qdrant.runs.merging import side_by_side
from locust_qdrant.runs.messages import (
    Alive,
    Batch,
    Begin,
    Done,
    Drive,
    Failed,
    Finish,
    Job,
    LedgerPart,
    Ready,
    Stop,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

    from locust_qdrant.config.model import Load
    from locust_qdrant.ledger import Ledger
    from locust_qdrant.metrics.record import Record
    from locust_qdrant.metrics.results import SegmentResult, Watch

_WATCH_INTERVAL = 0.1
#: Seconds between the order to begin and the beginning: every process has to read it before.
_NOTICE_SECONDS = 0.2
#: Seconds that a process gets to end, once it has said everything.
_ENDING_SECONDS = 10.0
#: Seconds until a process has to say its first word: it imports and makes the data before that.
_STARTING_SECONDS = 60.0


@dataclass(eq=False)
class _Worker:
    """A generator process.

    Attributes:
        number: its number, from zero.
        process: the process itself.
        pipe: to it.
        due: when it has to have said something again, by `time.monotonic`.
    """

    number: int
    process: BaseProcess
    pipe: Connection
    due: float


class ProcessPool:
    """The generator processes of one path of a run; they live from `start` to `finish`.

    Args:
        jobs: what each process is made for.
        patience: seconds without a word from a process, after which it is given up.

    Attributes:
        losses: what became of processes that ended too early, one sentence each.
    """

    def __init__(self, jobs: Sequence[Job], patience: float = PATIENCE_SECONDS) -> None:
        self.losses: list[str] = []
        self._jobs = jobs
        self._patience = patience
        self._workers: list[_Worker] = []
        self._refusal = ""
        self._watchdog = _Watchdog(patience)

    def start(self) -> None:
        """Start the processes, and wait until each is ready, or lost.

        Raises:
            UsageError: what they are made for cannot be done.
        """
        # A process of its own, not a fork: this one has threads and a gevent hub.
        context = multiprocessing.get_context("spawn")
        due = time.monotonic() + max(_STARTING_SECONDS, self._patience)
        with uninterrupted(), children_ignore_interrupts():
            for job in self._jobs:
                ours, theirs = context.Pipe()
                process = context.Process(
                    target=generator_process.main,
                    args=(theirs, job),
                    name=f"generator-{job.worker}",
                    daemon=True,
                )
                process.start()
                # So that the end of the process is the end of the pipe.
                theirs.close()
                self._workers.append(_Worker(job.worker, process, ours, due))
        self._await(Ready)
        if self._refusal:
            raise UsageError(self._refusal)

    def drive(
        self, load: Load, watch: Watch, is_over: Callable[[], bool] = lambda: False
    ) -> SegmentResult:
        """Let the processes drive `load` together; when one of them is or was lost, all end.

        Args:
            load: of all of them together.
            watch: is shown how it goes.
            is_over: tells whether there is nothing left to drive, before the time is up.

        Returns:
            What happened; requests of a process that was lost were shown as far as it sent them.
        """
        if not self.losses:
            self._tell(Drive(load))
            self._await(Ready)
            if self.losses:
                self.stop()
        if self.losses:
            return replace(side_by_side([], 0.0), complete=False)
        start = now() + _NOTICE_SECONDS
        self._tell(Begin(start))
        return _PooledSegment(self, start, watch, is_over).go()

    def finish(self) -> list[Ledger]:
        """Return the books of the processes, as far as they handed them over, and end them."""
        self._tell(Finish())
        books: list[Ledger] = []
        left = set(self._workers)
        while left := left & set(self._workers):
            for worker, message in self.receive(_WATCH_INTERVAL):
                if isinstance(message, LedgerPart):
                    books.append(message.ledger)
                    left -= {worker} if message.is_last else set()
        self.end()
        return books

    def end(self) -> None:
        """End the processes, whatever they do."""
        for worker in self._workers:
            worker.pipe.close()
        due = time.monotonic() + _ENDING_SECONDS
        for worker in self._workers:
            worker.process.join(max(0.0, due - time.monotonic()))
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()
        self._workers.clear()
        self._watchdog.stop()

    def workers(self) -> list[_Worker]:
        """Return the processes that are left."""
        return list(self._workers)

    def receive(self, seconds: float) -> list[tuple[_Worker, Any]]:
        """Return what the processes said, after at most `seconds`; notes who was lost."""
        by_pipe = {worker.pipe: worker for worker in self._workers}
        said: list[tuple[_Worker, Any]] = []
        for pipe in wait(list(by_pipe), seconds):
            worker = by_pipe.pop(pipe)  # type: ignore[call-overload]
            try:
                with self._watchdog.watching(worker.process):
                    message = worker.pipe.recv()
            except (EOFError, OSError, pickle.UnpicklingError):
                self._lose(worker)
                continue
            worker.due = time.monotonic() + self._patience
            if isinstance(message, Failed):
                self._refusal = self._refusal or message.reason
                self._lose(worker, message.reason)
            elif not isinstance(message, Alive):
                said.append((worker, message))
        for worker in by_pipe.values():
            # What it has said while another one was read is no silence.
            if worker.due < time.monotonic() and not worker.pipe.poll():
                worker.process.kill()
                self._lose(worker, f"it said nothing for {self._patience:g} s")
        return said

    def _await(self, kind: type[Any]) -> list[Any]:
        """Return a message of that kind from each process that is left, dropping all others."""
        answers: dict[int, Any] = {}
        while any(worker.number not in answers for worker in self._workers):
            for worker, message in self.receive(_WATCH_INTERVAL):
                if isinstance(message, kind):
                    answers[worker.number] = message
        return list(answers.values())

    def _tell(self, order: object) -> None:
        for worker in self.workers():
            self._tell_one(worker, order)

    def _tell_one(self, worker: _Worker, order: object) -> None:
        try:
            worker.pipe.send(order)
        except OSError:
            self._lose(worker)

    def stop(self) -> None:
        """Let the processes end their traffic before its time."""
        self._tell(Stop())

    def _lose(self, worker: _Worker, reason: str = "") -> None:
        self._workers.remove(worker)
        worker.pipe.close()
        worker.process.join(_ENDING_SECONDS)
        if not reason and self._watchdog.killed is worker.process:
            reason = f"it stopped in the middle of a message for {self._patience:g} s"
        self.losses.append(
            f"generator process {worker.number + 1} of {len(self._jobs)} was lost "
            f"({reason or _how(worker.process.exitcode)}), and what it knew with it"
        )


class _Watchdog:
    """Kills a process that stops in the middle of a message: whoever reads it would wait for ever.

    Args:
        patience: seconds that reading a message may take.

    Attributes:
        killed: the process that it killed.
    """

    def __init__(self, patience: float) -> None:
        self.killed: BaseProcess | None = None
        self._patience = patience
        self._read: tuple[BaseProcess, float] | None = None
        self._ended = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()

    @contextmanager
    def watching(self, process: BaseProcess) -> Iterator[None]:
        """Watch over one message of `process`."""
        self._read = process, time.monotonic() + self._patience
        try:
            yield
        finally:
            self._read = None

    def stop(self) -> None:
        """End the thread."""
        self._ended.set()

    def _watch(self) -> None:
        while not self._ended.wait(_WATCH_INTERVAL):
            read = self._read
            if read is not None and read[1] < time.monotonic():
                self.killed = read[0]
                read[0].kill()


class _PooledSegment:
    """One stretch of traffic of a process pool."""

    def __init__(
        self, pool: ProcessPool, start: float, watch: Watch, is_over: Callable[[], bool]
    ) -> None:
        self._pool = pool
        self._start = start
        self._watch = watch
        self._is_over = is_over
        self._fresh: list[Record] = []
        self._lags: dict[int, float] = {}
        self._done: dict[int, SegmentResult] = {}

    def go(self) -> SegmentResult:
        with deferred_interrupt() as interrupt:
            self._follow(lambda: interrupt.is_set() or self._is_over() or bool(self._pool.losses))
        parts = list(self._done.values())
        segment = side_by_side(parts, now() - self._start)
        traffic = replace(segment.traffic, interrupted=interrupt.is_set())
        return replace(
            segment, traffic=traffic, complete=segment.complete and not self._pool.losses
        )

    def _follow(self, is_cut_short: Callable[[], bool]) -> None:
        """Take in what the processes say, until each of them is done."""
        stopped = False
        shown = 0.0
        while self._goes_on():
            if not stopped and is_cut_short():
                stopped = True
                self._pool.stop()
            for worker, message in self._pool.receive(_WATCH_INTERVAL):
                self._take(worker.number, message)
            if now() - shown >= _WATCH_INTERVAL or not self._goes_on():
                shown = now()
                worst = max(self._lags.values(), default=0.0)
                fresh, self._fresh = self._fresh, []
                elapsed = max(0.0, shown - self._start)
                self._watch(Progress(self._start, elapsed, fresh, worst))

    def _goes_on(self) -> bool:
        return any(worker.number not in self._done for worker in self._pool.workers())

    def _take(self, number: int, message: object) -> None:
        if isinstance(message, Batch):
            self._fresh.extend(message.records())
            self._lags[number] = message.lag
        elif isinstance(message, Done):
            self._done[number] = message.segment


def _how(exit_code: int | None) -> str:
    if exit_code is None:
        return "it no longer answers"
    return f"signal {-exit_code}" if exit_code < 0 else f"exit code {exit_code}"
