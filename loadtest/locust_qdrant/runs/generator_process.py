"""A generator process: drives its part of the load, and streams what happens to the run."""

from __future__ import annotations

import logging
import os
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from locust_qdrant.client.failures import describe
from locust_qdrant.ledger import Ledger
from locust_qdrant.locust_plugin.segment_plan import SegmentPlan
from locust_qdrant.locust_plugin.traffic import drive
from locust_qdrant.metrics.record import now
from locust_qdrant.runs.messages import (
    Begin,
    Done,
    Drive,
    Failed,
    Finish,
    LedgerPart,
    Ready,
    RunLink,
    Stop,
    batch,
)

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from locust_qdrant.metrics.results import Progress
    from locust_qdrant.runs.messages import Job

logger = logging.getLogger(__name__)

#: A message is made in one go, during which no other thread of the process runs.
_POINTS_A_MESSAGE = 20_000


def main(pipe: Connection, job: Job) -> None:
    """Do what the run says, until it says `Finish` or is gone.

    Args:
        pipe: to the run; orders come in and records go out.
        job: what this process is made for.
    """
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    logging.getLogger("locust.runners").setLevel(logging.ERROR)
    link = RunLink(pipe)
    threading.Thread(target=link.stay_alive, daemon=True).start()
    # Without the run there is nobody to tell.
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        try:
            _serve(link, job)
        except (EOFError, OSError, KeyboardInterrupt):
            raise
        except Exception as error:
            logger.debug("Generator process %d failed", job.worker, exc_info=True)
            link.send(Failed(describe(error)))
    # All is said. Taking the interpreter apart takes a second, for which the run would wait.
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _serve(link: RunLink, job: Job) -> None:
    target = job.target()
    link.send(Ready())
    while not isinstance(order := link.receive(), Finish):
        # A `Stop` that came after the end of the traffic is of no concern.
        if isinstance(order, Drive):
            plan = SegmentPlan(
                job.path,
                order.load,
                job.seed,
                job.settings,
                target,
                job.worker,
                job.workers,
            )
            _drive(link, plan)
    if target.ledger is not None:
        for part in target.ledger.parts(_POINTS_A_MESSAGE):
            link.send(LedgerPart(part, is_last=False))
    link.send(LedgerPart(Ledger(), is_last=True))


def _drive(link: RunLink, plan: SegmentPlan) -> None:
    def stream(progress: Progress) -> None:
        link.send(batch(progress.records, progress.lag))

    link.send(Done(drive(plan, stream, _PipeBarrier(link))))


class _PipeBarrier:
    """The run says when the traffic begins, and may end it."""

    def __init__(self, link: RunLink) -> None:
        self._link = link
        self._closed = False

    def begin(self) -> float:
        self._link.send(Ready())
        order = self._link.receive()
        if isinstance(order, Begin):
            return order.at
        # Another process was lost meanwhile: traffic that ends as it begins.
        self._closed = isinstance(order, Stop)
        return now()

    def is_closed(self) -> bool:
        try:
            if not self._closed and self._link.has_message():
                self._closed = isinstance(self._link.receive(), Stop)
        except (EOFError, OSError):
            self._closed = True
        return self._closed
