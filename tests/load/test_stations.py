"""Where the time of a request went: each of its stations, and that they add up."""

from __future__ import annotations

import asyncio
import socket
import time
import uuid
from collections import deque
from dataclasses import astuple

import httpx
import httpx_aiohttp
import pytest
from locust_qdrant.client.factory import ClientSettings, async_client, sync_client
from locust_qdrant.client.loop_thread import new_event_loop
from locust_qdrant.diagnose.stub import Manners, stub
from qdrant_client import models

VECTOR = [1.0] * 64
AIOHTTP = {"transport": httpx_aiohttp.AiohttpTransport}


def parts(record):
    return [each for each in astuple(record.stations) if each is not None]


def answered(record):
    # A thread that the system stops after it wrote notes late that it did.
    return (record.stations.sending or 0.0) + record.stations.first_byte


async def ask(url, times=5, at_once=1, extra=None, **settings):
    calls = deque()
    made = {key: make() for key, make in (extra or {}).items()}
    client = async_client(ClientSettings(url, extra=made, **settings), calls)
    for _ in range(times):
        await asyncio.gather(*(client.query_points("any", VECTOR) for _ in range(at_once)))
    await client.close()
    return [call.record for call in calls]


@pytest.fixture(scope="module")
def slow():
    with stub(Manners(latency=0.05)) as url:
        yield url


@pytest.mark.parametrize("extra", [None, AIOHTTP], ids=["httpcore", "aiohttp"])
async def test_the_stations_of_every_request_add_up_to_its_time(slow, extra):
    for record in await ask(slow, at_once=20, extra=extra):
        assert sum(parts(record)) + record.loop_wait == pytest.approx(record.seconds, abs=1e-5)
        assert min(parts(record)) >= 0


async def test_they_add_up_over_grpc_and_say_what_is_not_told(engine):
    calls = deque()
    settings = ClientSettings(engine.url, grpc=True, grpc_port=engine.grpc_port)
    client = async_client(settings, calls)
    name = f"stations-{uuid.uuid4()}"
    await client.create_collection(
        name, vectors_config=models.VectorParams(size=64, distance=models.Distance.DOT)
    )
    points = [models.PointStruct(id=i, vector=VECTOR, payload={"n": i}) for i in range(500)]
    await client.upsert(name, points)
    await client.query_points(name, VECTOR, limit=500, with_vectors=True)
    await client.delete_collection(name)
    await client.close()
    records = {call.record.method: call.record for call in calls}
    for record in records.values():
        assert sum(parts(record)) + record.loop_wait == pytest.approx(record.seconds, abs=1e-5)
        told = record.stations
        assert (told.pool, told.connecting, told.sending, told.body) == (None, None, None, None)
    write, query = records["upsert"].stations, records["query_points"].stations
    assert write.encoding > 5 * write.decoding
    assert query.decoding > 5 * query.encoding


def test_over_grpc_encoding_is_work_and_no_turn_in_a_queue(engine):
    calls = deque()
    settings = ClientSettings(engine.url, grpc=True, grpc_port=engine.grpc_port)

    async def ask_on_a_loop_that_is_held():
        client = async_client(settings, calls)
        await client.get_collections()
        call = asyncio.create_task(client.get_collections())
        await asyncio.sleep(0)
        # The task in which gRPC encodes is made, and somebody holds the loop before it begins.
        time.sleep(0.3)  # noqa: ASYNC251 - meant
        await call
        await client.close()

    loop = new_event_loop()
    loop.run_until_complete(ask_on_a_loop_that_is_held())
    loop.close()
    _, record = (each.record for each in calls)
    assert record.stations.encoding < 0.1
    assert record.loop_wait > 0.25


def test_they_add_up_in_a_thread(slow, monkeypatch):
    # Loopback connects without waiting, and work of a thread is no station's.
    connect = socket.create_connection

    def far_away(*arguments, **keywords):
        time.sleep(0.02)
        return connect(*arguments, **keywords)

    monkeypatch.setattr(socket, "create_connection", far_away)
    calls = deque()
    client = sync_client(ClientSettings(slow), calls)
    for _ in range(3):
        client.query_points("any", VECTOR)
    client.close()
    for call in calls:
        assert sum(parts(call.record)) == pytest.approx(call.record.seconds, abs=1e-5)
        assert answered(call.record) > 0.045
    first, second, _ = (call.record.stations.connecting for call in calls)
    assert first > 0.015
    assert second == 0


@pytest.mark.parametrize("extra", [None, AIOHTTP], ids=["httpcore", "aiohttp"])
async def test_waiting_for_a_place_is_not_the_server(slow, extra):
    limits = {"limits": lambda: httpx.Limits(max_connections=1)}
    if extra:
        limits["transport"] = lambda: AIOHTTP["transport"](limits=httpx.Limits(max_connections=1))
    records = await ask(slow, times=1, at_once=4, extra=limits)
    pools = sorted(record.stations.pool for record in records)
    # One after the other: the last one waits for three answers.
    assert pools[0] < 0.04 < pools[1]
    assert pools[3] > 0.14
    assert min(map(answered, records)) > 0.045


async def test_only_the_first_request_of_a_connection_connects(slow):
    first, *rest = (record.stations for record in await ask(slow))
    assert first.connecting > 0
    assert [each.connecting for each in rest] == [0.0] * len(rest)


@pytest.mark.parametrize("extra", [None, AIOHTTP], ids=["httpcore", "aiohttp"])
async def test_a_body_that_comes_in_pieces_is_in_no_other_station(extra):
    with stub(Manners(latency=0, hits=3, drip=3, drip_seconds=0.06)) as url:
        records = await ask(url, times=3, extra=extra)
    for record in records:
        assert record.stations.body > 0.1
        assert record.stations.body > 5 * record.stations.first_byte


async def test_decoding_is_work_and_not_the_body(slow):
    with stub(Manners(latency=0, hits=2000, payload=100)) as url:
        (record,) = await ask(url, times=1)
    (little, *_) = await ask(slow, times=1)
    assert record.stations.decoding > 5 * little.stations.decoding


async def test_of_a_transport_of_somebody_elses_head_and_body_are_told(slow):
    class Theirs(httpx.AsyncBaseTransport):
        inner = httpx.AsyncHTTPTransport()

        async def handle_async_request(self, request):
            return await self.inner.handle_async_request(request)

    for record in await ask(slow, extra={"transport": Theirs}):
        told = record.stations
        assert (told.pool, told.connecting, told.sending) == (None, None, None)
        assert answered(record) > 0.045
        assert sum(parts(record)) + record.loop_wait == pytest.approx(record.seconds, abs=1e-5)
