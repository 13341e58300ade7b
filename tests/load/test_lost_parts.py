"""A generator process that is lost, at whatever moment, is named, and nobody waits for it."""

from __future__ import annotations

from types import SimpleNamespace

import misbehaving_process
import pytest
from locust_qdrant.config.model import Load, Stage
from locust_qdrant.errors import UsageError
from locust_qdrant.ledger import Ledger, Write, WriteKind
from locust_qdrant.runs import process_pool
from locust_qdrant.runs.messages import Job
from locust_qdrant.runs.process_pool import ProcessPool

LOAD = Load(open=False, stages=(Stage("constant", 1, 2, 2),))
SILENT = "it said nothing for 2 s"


@pytest.fixture
def pool(monkeypatch):
    """Make a pool of two processes, the second of which is lost at a given moment."""
    monkeypatch.setattr(process_pool, "generator_process", misbehaving_process)
    pools: list[ProcessPool] = []

    def make(moment: str) -> ProcessPool:
        jobs = [Job(moment, None, 0, SimpleNamespace(), n, 2) for n in range(2)]  # type: ignore[arg-type]  # nobody looks at them
        pools.append(ProcessPool(jobs, patience=2))
        return pools[-1]

    yield make
    for each in pools:
        each.end()


@pytest.mark.parametrize(
    ("moment", "reason"),
    [
        ("dies before it is ready", "exit code 3"),
        ("dies when it is told to drive", "exit code 3"),
        ("freezes when it is told to drive", SILENT),
        ("freezes in the traffic", SILENT),
        ("freezes in the middle of a message", "it stopped in the middle of a message for 2 s"),
    ],
)
def test_a_process_that_is_lost_before_the_end_of_the_traffic_ends_it(pool, moment, reason):
    lossy = pool(moment)
    lossy.start()
    segment = lossy.drive(LOAD, lambda _: None)
    assert not segment.complete
    assert lossy.losses == [
        f"generator process 2 of 2 was lost ({reason}), and what it knew with it"
    ]
    # The other one hands over its books all the same.
    assert len(Ledger.merge(lossy.finish()).points()) == 5


def test_books_that_come_by_half_are_a_loss(pool):
    lossy = pool("dies while it hands over its books")
    lossy.start()
    assert lossy.drive(LOAD, lambda _: None).complete
    assert len(Ledger.merge(lossy.finish()).points()) == 5 + 2
    assert lossy.losses == [
        "generator process 2 of 2 was lost (exit code 3), and what it knew with it"
    ]


def test_a_process_that_cannot_do_its_work_says_why(pool):
    with pytest.raises(UsageError, match="there is no such data"):
        pool("cannot start").start()


def test_nobody_is_lost_where_all_is_well(pool):
    whole = pool("never")
    whole.start()
    assert whole.drive(LOAD, lambda _: None).complete
    assert len(Ledger.merge(whole.finish()).points()) == 2 * 5
    assert whole.losses == []


def test_books_in_parts_are_the_same_books():
    ledger = Ledger()
    for version, kind in enumerate((WriteKind.UPSERT, WriteKind.PAYLOAD, WriteKind.DELETE), 1):
        points = [f"p{number}" for number in range(version, 10)]
        with ledger.writing(Write(points, version, kind)):
            pass
    with pytest.raises(OSError, match="reset"), ledger.writing(Write(["p1", "q"], 9)):
        raise OSError("reset")
    parts = list(ledger.parts(4))
    assert all(len(part.touched()) <= 4 for part in parts)
    assert Ledger.merge(parts).plain() == Ledger.merge([ledger]).plain()
