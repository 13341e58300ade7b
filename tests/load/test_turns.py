"""How long a call waited for its loop, on a loop whose clock is set by hand."""

from __future__ import annotations

import pytest
from locust_qdrant.client import turns
from locust_qdrant.client.turns import Turns


class SteppedLoop:
    """Runs what was scheduled when it is told to."""

    def __init__(self) -> None:
        self.soon = []
        self.later = []

    def call_soon(self, callback) -> None:
        self.soon.append(callback)

    def call_later(self, _, callback) -> None:
        self.later.append(callback)

    def turn(self) -> None:
        due, self.soon = self.soon, []
        for callback in due:
            callback()


@pytest.fixture
def clock(monkeypatch):
    moments = [0.0]
    monkeypatch.setattr(turns, "perf_counter", lambda: moments[0])
    return moments


@pytest.fixture
def loop():
    return SteppedLoop()


@pytest.fixture
def watch(loop, clock):
    watch = Turns(loop)
    watch.enter()
    return watch


def test_on_an_idle_loop_nothing_waits(watch, clock):
    clock[0] = 0.004
    assert watch.waited(0.001, 0.004) == 0


def test_an_answer_came_in_the_middle_of_the_turn_before(watch, loop, clock):
    clock[0] = 1.000
    watch.waited(0.9, 1.000)  # the first call of a turn
    clock[0] = 1.010  # the turn took 10 ms, and now the next one begins
    loop.turn()
    clock[0] = 1.012  # the second call of that turn
    assert watch.waited(0.9, 1.012) == pytest.approx(0.002 + 0.010 / 2)


def test_it_did_not_wait_before_it_asked(watch, loop, clock):
    clock[0] = 0.004
    watch.waited(0.0, 0.004)
    clock[0] = 0.104
    loop.turn()
    # It asked 4 ms before this turn began: the answer came 2 ms before it, give or take.
    assert watch.waited(0.100, 0.104) == pytest.approx(0.002)


def test_whoever_held_the_loop_is_seen_by_the_timer(watch, clock):
    clock[0] = 0.305  # due after 5 ms, and nothing has run for 300 ms
    assert watch.waited(0.001, 0.305) == pytest.approx(0.3 / 2)


def test_the_loop_rests_when_nobody_calls(watch, loop, clock):
    watch.waited(0.0, 0.001)
    watch.leave()
    for moment in (0.002, 0.003, 0.004):
        clock[0] = moment
        loop.turn()
    loop.later.pop()()
    assert (loop.soon, loop.later) == ([], [])
