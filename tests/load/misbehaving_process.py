"""A generator process that is lost at a moment of its choice: its job's path says when."""

from __future__ import annotations

import os
import signal
import struct
import threading
from typing import TYPE_CHECKING

from locust_qdrant.ledger import Ledger, Write
from locust_qdrant.metrics.results import SegmentResult, Traffic
from locust_qdrant.runs.messages import Begin, Books, Done, Drive, Failed, Finish, Line, Ready, Stop

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from locust_qdrant.runs.messages import Job


def main(pipe: Connection, job: Job) -> None:
    """Do what a generator process does, without any traffic."""
    line = Line(pipe)
    threading.Thread(target=line.stay_alive, daemon=True).start()
    moment = job.path if job.worker else "never"
    if moment == "cannot start":
        line.send(Failed("there is no such data"))
        return
    if moment == "dies before it is ready":
        os._exit(3)
    line.send(Ready())
    while not isinstance(order := line.receive(), Finish):
        if isinstance(order, Drive):
            _drive(line, pipe, moment)
    _hand_over(line, moment)


def _freeze() -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


def _drive(line: Line, pipe: Connection, moment: str) -> None:
    if moment == "dies when it is told to drive":
        os._exit(3)
    if moment == "freezes when it is told to drive":
        _freeze()
    line.send(Ready())
    assert isinstance(line.receive(), (Begin, Stop))
    if moment == "freezes in the traffic":
        _freeze()
    if moment == "freezes in the middle of a message":
        os.write(pipe.fileno(), struct.pack("!i", 1000) + b"the beginning")
        _freeze()
    line.send(Done(SegmentResult(Traffic((), 1.0, (), 0.1))))


def _hand_over(line: Line, moment: str) -> None:
    ledger = Ledger()
    with ledger.writing(Write([f"{os.getpid()}-{number}" for number in range(5)], 1)):
        pass
    for part in ledger.parts(2):
        line.send(Books(part, is_last=False))
        if moment == "dies while it hands over its books":
            os._exit(3)
    line.send(Books(Ledger(), is_last=True))
