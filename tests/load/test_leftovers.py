"""What a test leaves open is found, and named with the line that left it."""

from __future__ import annotations

import asyncio
import inspect
import re
import warnings
from collections import deque

import pytest
from locust_qdrant.client.factory import ClientSettings, async_client
from locust_qdrant.client.leftovers import LeftoverWatch, NeverAwaited, pending_tasks


async def lost() -> None:
    """Do nothing."""


async def sleeper() -> None:
    await asyncio.sleep(1000)


@pytest.mark.parametrize("grpc", [False, True], ids=["REST", "gRPC"])
async def test_a_client_that_nobody_closed_has_open_connections(engine, grpc):
    settings = ClientSettings(engine.url, grpc=grpc, grpc_port=engine.grpc_port)
    watch = LeftoverWatch()
    client = async_client(settings, deque())
    await client.get_collections()
    assert watch.finish([], settings.ports()).connections == 1
    # What was open before is not the next test's.
    later = LeftoverWatch()
    assert later.finish([], settings.ports()).connections == 0
    await client.close()


@pytest.mark.parametrize("grpc", [False, True], ids=["REST", "gRPC"])
async def test_a_closed_client_leaves_nothing(engine, grpc):
    settings = ClientSettings(engine.url, grpc=grpc, grpc_port=engine.grpc_port)
    watch = LeftoverWatch()
    client = async_client(settings, deque())
    await asyncio.gather(*(client.get_collections() for _ in range(5)))
    await client.close()
    tasks = await pending_tasks()
    left = watch.finish(tasks, settings.ports())
    assert (left.tasks, left.connections, left.never_awaited) == ((), 0, [])


async def test_a_task_that_still_runs_is_named_with_its_line():
    ends_soon = asyncio.create_task(asyncio.sleep(0.01))
    task = asyncio.create_task(sleeper(), name="the-sleeper")
    (line,) = await pending_tasks()
    assert re.fullmatch(r"sleeper\(\) at .*test_leftovers\.py:\d+ still runs as the-sleeper", line)
    assert ends_soon.done()
    task.cancel()


def test_coroutines_that_nobody_awaited_are_named_with_their_line():
    catcher = NeverAwaited()
    with warnings.catch_warnings(record=True) as shown:
        warnings.simplefilter("ignore")
        catcher.start()
        for _ in range(3):
            lost()
        here = inspect.currentframe().f_lineno - 1
        warnings.warn("another matter", stacklevel=1)
        cycle = [lost()]
        cycle.append(cycle)
        del cycle
        found = catcher.stop()
    assert re.fullmatch(
        rf"lost\(\) was never awaited, at .*test_leftovers\.py:{here} \(3 times\)", found[0]
    )
    assert found[1].startswith("lost() was never awaited")
    assert len(found) == 2
    # Each is shown once, as always; what else is ignored stays ignored.
    assert len(shown) == 2


def test_catching_leaves_no_trace():
    before = (warnings.showwarning, list(warnings.filters))
    catcher = NeverAwaited()
    catcher.start()
    assert catcher.stop() == []
    assert (warnings.showwarning, list(warnings.filters)) == before


def test_a_careless_user_is_told(engine, locust):
    done = locust("leaves_open.py", "Careless", "-u", "1", "-t", "2s", "--host", engine.url)
    left = [line for line in done.stderr.splitlines() if "Left over: " in line]
    assert len(left) == 3, done.stderr
    assert "sleep_for_ever() at" in left[0]
    assert "leaves_open.py:14" in left[0]
    assert "AsyncQdrantClient.get_collections() was never awaited, at" in left[1]
    assert "leaves_open.py:21" in left[1]
    assert "1 connections to Qdrant are still open" in left[2]


def test_a_careful_user_is_not(engine, locust):
    done = locust("leaves_open.py", "Careful", "-u", "1", "-t", "2s", "--host", engine.url)
    assert done.returncode == 0, done.stderr
    assert "Left over" not in done.stderr
