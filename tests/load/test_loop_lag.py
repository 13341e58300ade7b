"""The probe sees a blocked loop, and does not see one where there is none."""

from __future__ import annotations

import asyncio
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from locust_qdrant.probe.loop_lag import LoopLag, summarise, waits


async def test_a_blocked_loop_is_seen_for_as_long_as_it_was_blocked():
    lag = LoopLag()
    lag.start()
    await asyncio.sleep(0.05)
    time.sleep(0.5)  # noqa: ASYNC251 - to block the loop is the point
    await asyncio.sleep(0.05)
    lag.stop()
    samples = lag.samples()
    assert max(samples) >= 0.45
    # Everything that became due in that half second had to wait: 100 ticks, not one.
    assert sum(sample > 0.1 for sample in samples) >= 60


async def test_it_stops_and_keeps_what_it_saw():
    lag = LoopLag(interval=0.001)
    lag.start()
    await asyncio.sleep(0.05)
    lag.stop()
    count = len(lag.samples())
    await asyncio.sleep(0.05)
    assert len(lag.samples()) == count > 0


def test_it_needs_a_running_loop():
    with pytest.raises(RuntimeError):
        LoopLag().start()


@pytest.mark.parametrize(
    ("lag", "expected"),
    [(-0.001, [0.0]), (0.0, [0.0]), (0.004, [0.004]), (0.012, [0.012, 0.007, 0.002])],
)
def test_a_late_tick_counts_the_ones_it_swallowed(lag, expected):
    assert waits(lag, 0.005) == pytest.approx(expected)


@given(st.floats(min_value=0, max_value=10), st.floats(min_value=0.001, max_value=0.1))
def test_no_wait_is_negative_or_longer_than_the_lag(lag, interval):
    found = waits(lag, interval)
    assert max(found) == lag
    assert min(found) >= -1e-9


def test_a_summary_weighs_time():
    # One block of a second among nine seconds of peace, a tick every 10 ms.
    samples = [0.0] * 900 + waits(1.0, 0.01)
    summary = summarise(samples)
    assert summary.p50 == 0
    assert summary.p99 == pytest.approx(0.9, abs=0.02)
    assert summary.worst == 1.0
    assert summary.late == pytest.approx(0.09, abs=0.002)


def test_no_sample_is_no_crash():
    assert summarise([]).ticks == 0


async def test_the_timeline_has_a_moment_for_each_sample_and_knows_when_the_loop_was_blocked():
    lag = LoopLag()
    began = time.perf_counter()
    lag.start()
    await asyncio.sleep(0.05)
    blocked_from = time.perf_counter()
    time.sleep(0.2)  # noqa: ASYNC251 - to block the loop is the point
    blocked_until = time.perf_counter()
    await asyncio.sleep(0.05)
    lag.stop()
    lag.start()
    await asyncio.sleep(0.05)
    lag.stop()
    timeline = lag.timeline()
    assert [each for _, each in timeline] == lag.samples()
    moments = [due for due, _ in timeline]
    assert moments == sorted(moments)
    assert began < moments[0]
    assert moments[-1] < time.perf_counter()
    due, worst = max(timeline, key=lambda each: each[1])
    assert blocked_from - lag.interval < due < blocked_until
    assert due + worst > blocked_until
    # Later lags are counted on from a number of ticks, and none is given twice.
    first, ticks = lag.since(0)
    assert (first, ticks) == (lag.samples(), ticks)
    assert lag.since(ticks) == ([], ticks)
