"""A generator process that is lost at a moment of its choice: its job's path says when."""

from __future__ import annotations

import os
import signal
import struct
import threading
from typing import TYPE_CHECKING

from locust_qdrant.ledger import Ledger, Write
from locust_qdrant.metrics.results import SegmentResult, Traffic
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
)

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from locust_qdrant.runs.messages import Job


def main(pipe: Connection, job: Job) -> None:
    """Do what a generator process does, without any traffic."""
    link = RunLink(pipe)
    threading.Thread(target=link.stay_alive, daemon=True).start()
    moment = job.path if job.worker else "never"
    if moment == "cannot start":
        link.send(Failed("there is no such data"))
        return
    if moment == "dies before it is ready":
        os._exit(3)
    link.send(Ready())
    while not isinstance(order := link.receive(), Finish):
        if isinstance(order, Drive):
            _drive(link, pipe, moment)
    _hand_over(link, moment)


def _freeze() -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


def _drive(link: RunLink, pipe: Connection, moment: str) -> None:
    if moment == "dies when it is told to drive":
        os._exit(3)
    if moment == "freezes when it is told to drive":
        _freeze()
    link.send(Ready())
    assert isinstance(link.receive(), (Begin, Stop))
    if moment == "freezes in the traffic":
        _freeze()
    if moment == "freezes in the middle of a message":
        os.write(pipe.fileno(), struct.pack("!i", 1000) + b"the beginning")
        _freeze()
    link.send(Done(SegmentResult(Traffic((), 1.0, (), 0.1))))


def _hand_over(link: RunLink, moment: str) -> None:
    ledger = Ledger()
    with ledger.writing(Write([f"{os.getpid()}-{number}" for number in range(5)], 1)):
        pass
    for part in ledger.parts(2):
        link.send(LedgerPart(part, is_last=False))
        if moment == "dies while it hands over its books":
            os._exit(3)
    link.send(LedgerPart(Ledger(), is_last=True))
