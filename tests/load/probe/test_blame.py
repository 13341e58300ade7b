"""The line that holds the loop is named, whatever holds it: C code, Python, a helper, a library."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import re
import select
import sys
import threading
import time
from pathlib import Path
from types import FrameType, FunctionType
from typing import TYPE_CHECKING

import pytest
from locust_qdrant.probe import LoopProbe
from locust_qdrant.probe.frames import Owners

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__)
# Not `time.sleep`: where Locust was imported before, it switches to another greenlet.
HOLD_SECONDS = 0.3


def line_of(mark: str) -> int:
    lines = HERE.read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.endswith(f"# {mark}"))


def c_call() -> None:
    select.select([], [], [], HOLD_SECONDS)  # in C


def c_call_that_calls_python() -> None:
    sorted(range(1_500_000), key=lambda number: -number)  # in C, calling Python


def c_call_that_keeps_the_lock() -> None:
    # Several: where other threads get in first when one returns, the probe gets in at the next.
    [re.search(r"(a+)+$", "a" * 21 + "b") for _ in range(8)]  # in C, without a switch


def pure_python() -> None:
    sum(number * number for number in range(3_000_000))  # in Python


def outer() -> None:
    nested()


def nested() -> None:
    select.select([], [], [], HOLD_SECONDS)  # in a helper


def in_a_library() -> None:
    json.loads(json.dumps([[0.5] * 100] * 15_000, indent=1))  # in a library


def computing_a_hash() -> None:
    hashlib.pbkdf2_hmac("sha256", b"", b"", 400_000)  # in C without the lock


def run(new_loop: Callable[[], asyncio.AbstractEventLoop] | None, main: Callable):
    if new_loop is None:
        new_loop = pytest.importorskip("uvloop").new_event_loop
    loop = new_loop()
    try:
        return loop.run_until_complete(main())
    finally:
        loop.close()


BOTH_LOOPS = pytest.mark.parametrize(
    "new_loop", [asyncio.new_event_loop, None], ids=["asyncio", "uvloop"]
)


@pytest.mark.parametrize(
    ("hold", "mark"),
    [
        (c_call, "in C"),
        (c_call_that_calls_python, "in C, calling Python"),
        (c_call_that_keeps_the_lock, "in C, without a switch"),
        (pure_python, "in Python"),
        (outer, "in a helper"),
        (in_a_library, "in a library"),
        (computing_a_hash, "in C without the lock"),
    ],
)
@BOTH_LOOPS
def test_the_line_that_holds_the_loop_gets_most_of_the_blame(hold, mark, new_loop):
    async def main():
        with LoopProbe(root=HERE.parent) as probe:
            await asyncio.sleep(0.05)
            hold()
            await asyncio.sleep(0.05)
        return probe.profile()

    profile = run(new_loop, main)
    most = profile.lines[0]
    assert (most.file, most.line) == (HERE.name, line_of(mark))
    assert most.samples >= 1
    assert most.milliseconds > 50
    assert most.longest_milliseconds <= most.milliseconds <= profile.seconds * 1000
    assert profile.lag.max > 50
    assert most.stack[-1]
    if mark == "in a library":
        assert most.library_frame.startswith("json/")


@BOTH_LOOPS
def test_a_free_loop_is_not_blamed(new_loop):
    async def main():
        with LoopProbe(root=HERE.parent) as probe:
            for _ in range(20):
                await asyncio.sleep(0.005)
        return probe.profile()

    profile = run(new_loop, main)
    # A busy machine may stop this thread, but then in no line of ours.
    assert sum(line.milliseconds for line in profile.lines) < 100
    assert profile.lag.ticks >= 10
    assert profile.loop


@BOTH_LOOPS
def test_who_starts_the_loop_is_not_blamed_for_what_runs_on_it(new_loop):
    async def main():
        with LoopProbe(root=HERE.parent) as probe:
            await asyncio.sleep(0.02)
            asyncio.get_running_loop().call_soon(select.select, [], [], [], HOLD_SECONDS)
            await asyncio.sleep(0.05)
        return probe.profile()

    profile = run(new_loop, main)
    assert HERE.name not in {line.file for line in profile.lines}


@BOTH_LOOPS
def test_a_loop_that_has_not_come_back_is_seen_from_another_thread(new_loop):
    seen = []
    release = threading.Event()

    def held() -> None:
        release.wait(10)  # for ever

    async def main():
        with LoopProbe(root=HERE.parent) as probe:
            await asyncio.sleep(0.02)

            def look() -> None:
                while not (lines := probe.profile().lines):
                    time.sleep(0.01)
                seen.extend(lines)
                release.set()

            threading.Thread(target=look).start()
            held()

    run(new_loop, main)
    assert (seen[0].file, seen[0].line) == (HERE.name, line_of("for ever"))


async def test_many_holds_of_one_line_add_up_and_the_longest_is_one_of_them():
    with LoopProbe(root=HERE.parent) as probe:
        for _ in range(4):
            await asyncio.sleep(0.01)
            c_call()
    (line,) = [line for line in probe.profile().lines if line.line == line_of("in C")]
    assert line.milliseconds > 3 * HOLD_SECONDS * 1000
    assert line.longest_milliseconds < line.milliseconds / 2


async def test_the_profile_stays_after_the_end_and_grows_when_started_again():
    probe = LoopProbe(root=HERE.parent)
    with probe:
        await asyncio.sleep(0.01)
        c_call()
    first = probe.profile()
    await asyncio.sleep(0.02)
    assert probe.profile() == first
    with probe:
        await asyncio.sleep(0.01)
        c_call()
    assert probe.profile().lines[0].milliseconds > first.lines[0].milliseconds


async def test_a_probe_that_runs_cannot_be_started_again():
    with LoopProbe() as probe, pytest.raises(RuntimeError, match="runs already"):
        probe.start()


def test_without_a_loop_there_is_nothing_to_probe():
    with pytest.raises(RuntimeError, match="no running event loop"):
        LoopProbe().start()


@BOTH_LOOPS
def test_a_loop_that_is_a_little_late_at_each_turn_keeps_the_probe_from_nothing_else(new_loop):
    async def main():
        with LoopProbe(root=HERE.parent) as probe:
            began, own = time.process_time(), time.thread_time()
            ends = time.perf_counter() + 1
            while time.perf_counter() < ends:
                select.select([], [], [], 0.012)
                await asyncio.sleep(0)
            others = time.process_time() - began - (time.thread_time() - own)
            return others, probe.lags()

    others, lags = run(new_loop, main)
    assert len(lags) > 100
    # Of a second: the thread of the probe sleeps nearly all of it.
    assert others < 0.1


def innermost() -> FrameType:
    return sys._getframe()


@pytest.mark.skipif("COVERAGE_PROCESS_CONFIG" in os.environ, reason="it gives lines to all")
def test_an_instruction_without_a_line_counts_for_the_first_one_of_its_function() -> None:
    code = innermost.__code__.replace(co_linetable=b"")
    frame = FunctionType(code, globals())()
    assert frame.f_lineno is None
    blamed = Owners(HERE.parent).blame(frame, None)
    assert blamed is not None
    assert blamed.frame.line == code.co_firstlineno
