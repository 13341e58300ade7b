"""Several generator processes: started, driven, stopped, and their results put together."""

from __future__ import annotations

import multiprocessing
from dataclasses import replace
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, NamedTuple

from locust_qdrant.errors import UsageError
from locust_qdrant.interrupts import children_ignore_interrupts, deferred_interrupt
from locust_qdrant.metrics.record import now
from locust_qdrant.metrics.segment import Progress
from locust_qdrant.runs import generator_process
from locust_qdrant.runs.merging import side_by_side
from locust_qdrant.runs.messages import (
    Batch,
    Begin,
    Books,
    Done,
    Drive,
    Failed,
    Finish,
    Job,
    Ready,
    Stop,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

    from locust_qdrant.config.model import Load
    from locust_qdrant.ledger import Ledger
    from locust_qdrant.metrics.record import Record
    from locust_qdrant.metrics.segment import SegmentResult, Watch

_WATCH_INTERVAL = 0.1
#: Seconds between the order to begin and the beginning: every process has to read it before.
_NOTICE_SECONDS = 0.2
#: Seconds that a process gets to hand over its books and end.
_ENDING_SECONDS = 30.0


class _Worker(NamedTuple):
    number: int
    process: BaseProcess
    pipe: Connection


class ProcessPool:
    """The generator processes of one path of a run; they live from `start` to `finish`.

    Args:
        jobs: what each process is made for.

    Attributes:
        losses: what became of processes that ended too early, one sentence each.
    """

    def __init__(self, jobs: Sequence[Job]) -> None:
        self.losses: list[str] = []
        self._jobs = jobs
        self._workers: list[_Worker] = []

    def start(self) -> None:
        """Start the processes, and wait until each is ready.

        Raises:
            UsageError: one of them cannot be.
        """
        # A process of its own, not a fork: this one has threads and a gevent hub.
        context = multiprocessing.get_context("spawn")
        with children_ignore_interrupts():
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
                self._workers.append(_Worker(job.worker, process, ours))
        self._await(Ready)
        if self.losses:
            raise UsageError(self.losses[0])

    def drive(self, load: Load, watch: Watch) -> SegmentResult:
        """Let the processes drive `load` together; when one of them is lost, all end.

        Returns:
            What happened, with the records of a process that was lost as far as it sent them.
        """
        self._tell(Drive(load))
        self._await(Ready)
        start = now() + _NOTICE_SECONDS
        self._tell(Begin(start))
        return _PooledSegment(self, start, watch).go()

    def finish(self) -> list[Ledger]:
        """Return the books of the processes, and end them."""
        self._tell(Finish())
        books = self._await(Books)
        self.end()
        return [book.ledger for book in books]

    def end(self) -> None:
        """End the processes, whatever they do."""
        for worker in self._workers:
            worker.pipe.close()
        for worker in self._workers:
            worker.process.join(_ENDING_SECONDS)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()
        self._workers.clear()

    def workers(self) -> list[_Worker]:
        """Return the processes that are left."""
        return list(self._workers)

    def receive(self, seconds: float) -> list[tuple[_Worker, Any]]:
        """Return what the processes said, after at most `seconds`; notes who was lost."""
        by_pipe = {worker.pipe: worker for worker in self._workers}
        said: list[tuple[_Worker, Any]] = []
        for pipe in wait(list(by_pipe), seconds):
            worker = by_pipe[pipe]  # type: ignore[index]
            try:
                message = worker.pipe.recv()
            except (EOFError, OSError):
                self._lose(worker, "")
                continue
            if isinstance(message, Failed):
                self._lose(worker, message.reason)
            else:
                said.append((worker, message))
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
            self._lose(worker, "")

    def stop(self) -> None:
        """Let the processes end their traffic before its time."""
        self._tell(Stop())

    def _lose(self, worker: _Worker, reason: str) -> None:
        self._workers.remove(worker)
        worker.pipe.close()
        worker.process.join(_ENDING_SECONDS)
        self.losses.append(
            f"Generator process {worker.number + 1} of {len(self._jobs)} ended before its time "
            f"({reason or _how(worker.process.exitcode)}): what it wrote last is not in the report."
        )


class _PooledSegment:
    """One stretch of traffic of a process pool."""

    def __init__(self, pool: ProcessPool, start: float, watch: Watch) -> None:
        self._pool = pool
        self._start = start
        self._watch = watch
        self._records: list[Record] = []
        self._lags: dict[int, float] = {}
        self._done: dict[int, SegmentResult] = {}

    def go(self) -> SegmentResult:
        before = len(self._pool.losses)
        with deferred_interrupt() as interrupt:
            self._follow(lambda: interrupt.is_set() or len(self._pool.losses) > before)
        parts = list(self._done.values())
        segment = side_by_side(parts, self._records, now() - self._start)
        traffic = replace(
            segment.traffic,
            interrupted=interrupt.is_set(),
            task_errors=[*segment.traffic.task_errors, *self._pool.losses[before:]],
        )
        complete = segment.complete and len(self._pool.losses) == before
        return replace(segment, traffic=traffic, complete=complete)

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
                self._watch(Progress(max(0.0, shown - self._start), self._records, worst))

    def _goes_on(self) -> bool:
        return any(worker.number not in self._done for worker in self._pool.workers())

    def _take(self, number: int, message: object) -> None:
        if isinstance(message, Batch):
            self._records.extend(message.records())
            self._lags[number] = message.lag
        elif isinstance(message, Done):
            self._done[number] = message.segment


def _how(exit_code: int | None) -> str:
    if exit_code is None:
        return "it no longer answers"
    return f"signal {-exit_code}" if exit_code < 0 else f"exit code {exit_code}"
