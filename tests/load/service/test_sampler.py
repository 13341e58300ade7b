"""The line that holds the loop is named, whatever holds it: C code, Python, a helper, a library."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from locust_qdrant.service.blame import Held, as_profile, lines_of, merge_lines
from locust_qdrant.service.sampler import LoopSampler

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__)
HOLD_SECONDS = 0.15


def line_of(mark: str) -> int:
    lines = HERE.read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.endswith(f"# {mark}"))


def c_call() -> None:
    time.sleep(HOLD_SECONDS)  # in C


def c_call_that_keeps_the_lock() -> None:
    sorted(range(1_500_000), key=lambda number: -number)  # in C, calling Python


def pure_python() -> None:
    sum(number * number for number in range(3_000_000))  # in Python


def outer() -> None:
    nested()


def nested() -> None:
    time.sleep(HOLD_SECONDS)  # in a helper


def in_a_library() -> None:
    json.loads(json.dumps([[0.5] * 100] * 15_000, indent=1))  # in a library


def computing_hash() -> None:
    hashlib.pbkdf2_hmac("sha256", b"", b"", 400_000)  # in C without the lock


@pytest.mark.parametrize(
    ("hold", "mark"),
    [
        (c_call, "in C"),
        (c_call_that_keeps_the_lock, "in C, calling Python"),
        (pure_python, "in Python"),
        (outer, "in a helper"),
        (in_a_library, "in a library"),
        (computing_hash, "in C without the lock"),
    ],
)
@pytest.mark.parametrize("new_loop", [asyncio.new_event_loop, None], ids=["asyncio", "uvloop"])
def test_the_line_that_holds_the_loop_gets_most_of_the_blame(
    hold: Callable[[], None], mark: str, new_loop: Callable[[], asyncio.AbstractEventLoop] | None
) -> None:
    if new_loop is None:
        new_loop = pytest.importorskip("uvloop").new_event_loop

    async def main() -> dict:
        sampler = LoopSampler(HERE.parent)
        sampler.start()
        await asyncio.sleep(0.05)
        hold()
        await asyncio.sleep(0.05)
        return sampler.stop()

    loop = new_loop()
    try:
        profile = loop.run_until_complete(main())
    finally:
        loop.close()
    most, *_ = merge_lines([Held(profile["seconds"], 0.0, None, lines_of(profile, HERE.parent))])
    assert (most.file, most.line) == (HERE.name, line_of(mark))
    assert most.source.endswith(mark)
    assert most.seconds > 0.05
    assert 0 < most.longest <= profile["seconds"]
    if mark == "in a library":
        assert most.library.startswith("json/")


async def test_a_free_loop_is_not_blamed() -> None:
    sampler = LoopSampler(HERE.parent)
    sampler.start()
    for _ in range(20):
        await asyncio.sleep(0.005)
    # A busy machine may stop this thread, but then in no line of ours.
    assert all(line["milliseconds"] < 100 for line in sampler.stop()["lines"])


def test_spans_add_up_to_one_profile() -> None:
    def span(seconds: float, longest: float) -> Held:
        line = {
            "file": HERE.name,
            "line": 1,
            "function": "f",
            "samples": 2,
            "milliseconds": seconds * 1000,
            "longest_milliseconds": longest * 1000,
            "library_frame": f"after {seconds}",
            "stack": ["outer", "inner"],
        }
        return Held(10.0, 1.0, None, lines_of({"lines": [line]}, HERE.parent))

    spans = [span(1.0, 0.5), span(2.0, 0.1)]
    whole = as_profile(spans)
    assert (whole["seconds"], whole["starved"]) == (20, 2)
    (line,) = whole["lines"]
    assert (line["samples"], line["milliseconds"], line["longest_milliseconds"]) == (4, 3000, 500)
    assert line["library_frame"] == "after 2.0"
    assert lines_of(whole, HERE.parent) == tuple(merge_lines(spans))
