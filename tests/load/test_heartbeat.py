"""The heartbeat: a task beside the traffic, and how late it wakes."""

from __future__ import annotations

import asyncio
import itertools
import time

from locust_qdrant.client.heartbeat import Heartbeat


async def beating(meanwhile) -> Heartbeat:
    heartbeat = Heartbeat()
    task = asyncio.create_task(heartbeat.run())
    await asyncio.sleep(0.03)
    await meanwhile()
    await asyncio.sleep(0.03)
    task.cancel()
    return heartbeat


async def test_beats_are_ten_milliseconds_apart_and_never_early():
    async def nothing() -> None:
        await asyncio.sleep(0.1)

    beats = (await beating(nothing)).beats()
    assert len(beats) >= 10
    gaps = [later.at - beat.at for beat, later in itertools.pairwise(beats)]
    assert all(abs(gap - 0.01) < 1e-6 for gap in gaps)
    assert all(beat.seconds >= 0 for beat in beats)


async def test_a_blocked_loop_delays_each_beat_that_was_due_meanwhile():
    async def block() -> None:
        time.sleep(0.2)  # noqa: ASYNC251 - the mistake that is to be seen

    beats = (await beating(block)).beats()
    late = [beat.seconds for beat in beats if beat.seconds > 0.05]
    # Beats of 200 ms that were swallowed, less those that waited for under 50 ms.
    assert len(late) >= 14
    assert late[:14] == sorted(late[:14], reverse=True)
