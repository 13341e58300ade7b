"""A deadline passes when it is no longer put off, whether the system has a timer for it or not."""

from __future__ import annotations

import asyncio
import select
import threading
import time
from pathlib import Path

import pytest
from locust_qdrant.probe import LoopProbe
from locust_qdrant.probe import deadline as module
from locust_qdrant.probe.deadline import PolledDeadline, TimerDeadline, deadline

PATIENCE_SECONDS = 10.0


@pytest.fixture(params=[TimerDeadline, PolledDeadline])
def make(request):
    try:
        request.param(1.0).end()
    except (OSError, AttributeError, TypeError) as error:
        pytest.skip(f"this system has no such timer: {error}")
    return request.param


def waiting(one) -> threading.Event:
    """Return what is set when a thread that waits for the deadline goes on."""
    passed = threading.Event()

    def wait() -> None:
        one.wait()
        passed.set()

    threading.Thread(target=wait, daemon=True).start()
    return passed


def test_it_does_not_pass_while_it_is_put_off(make):
    one = make(1.0)
    passed = waiting(one)
    for _ in range(150):
        time.sleep(0.01)
        one.put_off()
    assert not passed.is_set()
    assert passed.wait(PATIENCE_SECONDS)


def test_one_that_has_passed_stays_so_until_it_is_put_off_again(make):
    one = make(0.01)
    one.wait()
    one.wait()
    one.end()


def test_its_end_wakes_who_waits(make):
    one = make(3600.0)
    passed = waiting(one)
    assert not passed.wait(0.05)
    one.end()
    assert passed.wait(PATIENCE_SECONDS)


@pytest.fixture
def no_timer(monkeypatch):
    class System:
        def __init__(self, *_: object, **__: object) -> None: ...

    monkeypatch.setattr(module.ctypes, "PyDLL", System)


@pytest.mark.usefixtures("no_timer")
def test_a_system_without_the_timer_finds_the_line_all_the_same():
    assert isinstance(deadline(1.0), PolledDeadline)

    async def main():
        with LoopProbe(root=Path(__file__).parent) as probe:
            await asyncio.sleep(0.05)
            select.select([], [], [], 0.3)  # held here
            await asyncio.sleep(0.05)
        return probe.profile()

    most = asyncio.run(main()).lines[0]
    marked = Path(__file__).read_text().splitlines()[most.line - 1]
    assert marked.endswith("# held here")
