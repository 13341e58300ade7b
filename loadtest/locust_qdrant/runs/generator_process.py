"""A generator process: drives its part of the load, and streams what happens to the run."""

from __future__ import annotations

import logging
import os
import sys
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from locust_qdrant.client.failures import describe
from locust_qdrant.locust_plugin.segment_plan import SegmentPlan
from locust_qdrant.locust_plugin.traffic import drive
from locust_qdrant.runs.messages import (
    Begin,
    Books,
    Done,
    Drive,
    Failed,
    Finish,
    Ready,
    Stop,
    batch,
)
from locust_qdrant.targets.qdrant.state import WorkloadState
from locust_qdrant.targets.qdrant.target import QdrantTarget

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from locust_qdrant.metrics.segment import Progress
    from locust_qdrant.runs.messages import Job

logger = logging.getLogger(__name__)


def main(pipe: Connection, job: Job) -> None:
    """Do what the run says, until it says `Finish` or is gone.

    Args:
        pipe: to the run; orders come in and records go out.
        job: what this process is made for.
    """
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    logging.getLogger("locust.runners").setLevel(logging.ERROR)
    # Without the run there is nobody to tell.
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        try:
            _serve(pipe, job)
        except (EOFError, OSError, KeyboardInterrupt):
            raise
        except Exception as error:
            logger.debug("Generator process %d failed", job.worker, exc_info=True)
            pipe.send(Failed(describe(error)))
    # All is said. Taking the interpreter apart takes a second, for which the run would wait.
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _serve(pipe: Connection, job: Job) -> None:
    state = WorkloadState(
        job.workload,
        job.collection,
        worker=job.worker,
        workers=job.workers,
        run_id=job.run_id,
    )
    target = QdrantTarget(state, job.worker)
    pipe.send(Ready())
    while not isinstance(order := pipe.recv(), Finish):
        # A `Stop` that came after the end of the traffic is of no concern.
        if isinstance(order, Drive):
            plan = SegmentPlan(
                job.path,
                order.load,
                job.workload.seed,
                job.settings,
                target,
                job.worker,
                job.workers,
            )
            _drive(pipe, plan)
    pipe.send(Books(state.ledger))


def _drive(pipe: Connection, plan: SegmentPlan) -> None:
    sent = 0

    def stream(progress: Progress) -> None:
        nonlocal sent
        new = progress.records[sent:]
        sent += len(new)
        pipe.send(batch(new, progress.lag))

    segment = drive(plan, stream, _PipeBarrier(pipe))
    pipe.send(Done(replace(segment, traffic=replace(segment.traffic, records=()))))


class _PipeBarrier:
    """The run says when the traffic begins, and may end it."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._closed = False

    def begin(self) -> float:
        self._pipe.send(Ready())
        order = self._pipe.recv()
        if isinstance(order, Begin):
            return order.at
        raise EOFError

    def is_closed(self) -> bool:
        try:
            if not self._closed and self._pipe.poll():
                self._closed = isinstance(self._pipe.recv(), Stop)
        except (EOFError, OSError):
            self._closed = True
        return self._closed
