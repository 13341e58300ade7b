"""An open workload on a real loop: arrivals keep their times, whatever the answers do."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import Counter

import pytest
from locust_qdrant.config.model import Load, Stage
from locust_qdrant.config.pacing import arrivals
from locust_qdrant.locust_plugin.open_model import Scheduler, began_late
from locust_qdrant.metrics.record import Outcome, Record, now
from locust_qdrant.metrics.results import Arrivals


def dues(rate: float, seconds: float):
    return arrivals(Load(open=True, stages=(Stage("any", seconds, rate, rate),)), seed=0)


def people():
    """Return what makes a new virtual user: here a number."""
    return itertools.count().__next__


class Server:
    """Answers when it is told to, and remembers who asked when."""

    def __init__(self, open_at_once: bool = True) -> None:
        self.answers = asyncio.Event()
        if open_at_once:
            self.answers.set()
        self.begun: list[tuple[int, float, float]] = []
        self.busy: set[int] = set()

    async def perform(self, virtual_user, due, at) -> None:
        assert virtual_user not in self.busy, "a virtual user does one thing at a time"
        self.busy.add(virtual_user)
        self.begun.append((virtual_user, at, now()))
        try:
            await self.answers.wait()
        finally:
            self.busy.remove(virtual_user)


async def test_arrivals_begin_at_their_times_and_never_before():
    server = Server()
    scheduler = Scheduler(dues(100, 0.2), people(), server.perform, most_in_flight=10)
    start = now() + 0.01
    await scheduler.run(start)
    await scheduler.settle(1)
    assert [at - start for _, at, _ in server.begun] == pytest.approx(
        [number / 100 for number in range(20)]
    )
    assert all(begun >= at for _, at, begun in server.begun)
    assert scheduler.counted(0, 20) == Arrivals(20, 0, 0)


async def test_an_answer_that_does_not_come_holds_up_no_arrival():
    server = Server(open_at_once=False)
    scheduler = Scheduler(dues(100, 0.2), people(), server.perform, most_in_flight=100)
    await scheduler.run(now())
    await asyncio.sleep(0)
    # One virtual user each, since none of them is idle.
    assert sorted(virtual_user for virtual_user, _, _ in server.begun) == list(range(20))
    server.answers.set()
    await scheduler.settle(1)
    assert not server.busy


async def test_virtual_users_are_used_again():
    server = Server()
    scheduler = Scheduler(dues(50, 0.4), people(), server.perform, most_in_flight=10)
    await scheduler.run(now())
    await scheduler.settle(1)
    assert len({virtual_user for virtual_user, _, _ in server.begun}) < len(server.begun)


async def test_arrivals_beyond_the_most_in_flight_are_missed_and_counted():
    server = Server(open_at_once=False)
    scheduler = Scheduler(dues(100, 0.2), people(), server.perform, most_in_flight=5)
    await scheduler.run(now())
    await asyncio.sleep(0)
    assert len(server.begun) == 5
    assert scheduler.counted(0, 20) == Arrivals(20, 0, 15)
    await scheduler.settle(0)
    assert not server.busy, "what does not end in time is cancelled"


async def test_a_loop_that_was_held_up_begins_what_is_due_with_its_intended_time():
    server = Server()
    scheduler = Scheduler(dues(100, 0.2), people(), server.perform, most_in_flight=50)
    # As if the loop had been blocked for the whole time.
    start = now() - 0.5
    await scheduler.run(start)
    await scheduler.settle(1)
    assert len(server.begun) == 20
    assert all(begun - at > 0.2 for _, at, begun in server.begun)


async def test_what_is_due_at_once_begins_in_a_few_turns_of_the_loop_and_not_in_one():
    server = Server()
    scheduler = Scheduler(dues(1000, 0.2), people(), server.perform, most_in_flight=300)
    turns = 0

    async def count_turns() -> None:
        nonlocal turns
        while len(server.begun) < 200:
            turns += 1
            await asyncio.sleep(0)

    both = asyncio.gather(scheduler.run(now() - 0.5), count_turns())
    await asyncio.wait_for(both, 10)
    assert 5 < turns < 100


async def test_a_client_that_holds_the_loop_gets_one_arrival_in_a_turn():
    held: list[float] = []
    turns = 0

    async def hold(*_: object) -> None:
        held.append(turns)
        time.sleep(0.05)  # noqa: ASYNC251 - what is tested

    async def count_turns() -> None:
        nonlocal turns
        while len(held) < 8:
            turns += 1
            await asyncio.sleep(0)

    scheduler = Scheduler(dues(1000, 0.008), people(), hold, most_in_flight=300)
    await asyncio.wait_for(asyncio.gather(scheduler.run(now() - 0.5), count_turns()), 10)
    # The first of them tell how long a turn takes.
    assert max(Counter(held).values()) <= 2
    assert Counter(held)[held[-1]] == 1


async def test_what_could_not_begin_in_the_time_that_was_asked_for_is_missed():
    server = Server()
    # More than any loop can begin.
    scheduler = Scheduler(dues(1_000_000, 0.1), people(), server.perform, most_in_flight=50)
    start = now()
    await scheduler.run(start, start + 0.1)
    await scheduler.settle(1)
    assert all(at < start + 0.1 for _, at, _ in server.begun)
    counted = scheduler.counted(0, 100_000)
    assert counted.planned == 100_000
    assert counted.missed == 100_000 - len(server.begun) > 0


@pytest.mark.parametrize(("wait", "late"), [(0.0, 0), (0.009, 0), (0.011, 1)])
def test_an_arrival_is_late_when_its_call_is(wait, late):
    record = Record("q", "c", "REST", 10 + wait, 11, Outcome.OK, intended=10.0)
    assert began_late(record) == late
    assert not began_late(Record("q", "c", "REST", 10, 11, Outcome.OK))
