"""What a record says about the inside of a call: points, times, sends, outcome, connections."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections import deque

import httpx
import pytest
from answering import answering, http
from grpc import StatusCode
from grpc.aio import AioRpcError, Metadata
from load_places import free_port
from locust_qdrant.client.exchange import LoopExchange, in_steps
from locust_qdrant.client.factory import (
    ClientSettings,
    async_client,
    connections_opened,
    sync_client,
)
from locust_qdrant.client.failures import outcome_of
from locust_qdrant.client.recording import Occasion, occasion
from locust_qdrant.metrics.record import Outcome
from qdrant_client import models
from qdrant_client.common.client_exceptions import ResourceExhaustedResponse
from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

DIMENSION = 64
SIZE = models.VectorParams(size=DIMENSION, distance=models.Distance.DOT)
VECTOR = [1.0] * DIMENSION


def points(count):
    return [models.PointStruct(id=i, vector=VECTOR, payload={"time": i}) for i in range(count)]


@pytest.fixture(params=[False, True], ids=["REST", "gRPC"])
def settings(engine, request):
    return ClientSettings(engine.url, grpc=request.param, grpc_port=engine.grpc_port)


@pytest.fixture
def calls():
    return deque()


@pytest.fixture
async def client(settings, calls):
    client = async_client(settings, calls)
    yield client
    await client.close()


@pytest.fixture
async def collection(client, calls):
    name = f"exchange-{uuid.uuid4()}"
    await client.create_collection(name, vectors_config=SIZE)
    await client.upsert(name, points(20))
    calls.clear()
    yield name
    await client.delete_collection(name)


async def test_points_written_and_points_that_came_back_are_counted(client, calls, collection):
    batch = models.Batch(ids=[1, 2], vectors=[VECTOR, VECTOR])
    query = models.QueryRequest(query=VECTOR, limit=2)
    expected = {
        "upsert": client.upsert(collection, points(3)),
        "upsert of a batch": client.upsert(collection, points=batch),
        "query": client.query_points(collection, query=VECTOR, limit=4),
        "batch": client.query_batch_points(collection, [query, query, query]),
        "scroll": client.scroll(collection, limit=7),
        "retrieve": client.retrieve(collection, [1, 2, 3]),
        "groups": client.query_points_groups(collection, "time", query=VECTOR, limit=3),
        "set payload": client.set_payload(collection, {"a": "b"}, points=[1, 2]),
        "count": client.count(collection),
    }
    for call in expected.values():
        await call
    found = [call.record.points for call in calls]
    assert dict(zip(expected, found, strict=True)) == {
        "upsert": 3,
        "upsert of a batch": 2,
        "query": 4,
        "batch": 6,
        "scroll": 7,
        "retrieve": 3,
        "groups": 3,
        "set payload": 2,
        "count": 0,
    }


async def test_a_workload_knows_its_points_better(client, calls, collection):
    token = occasion.set(Occasion("write", points=5))
    await client.upsert(collection, points(3))
    occasion.reset(token)
    assert (calls[0].record.points, calls[0].record.operation) == (5, "write")


async def test_the_parts_of_a_call_are_within_it(client, calls, collection):
    for _ in range(5):
        await client.query_points(collection, query=VECTOR)
    for call in calls:
        record = call.record
        assert 0 < record.server_seconds < record.seconds
        assert 0 < record.busy_seconds < record.seconds
        assert record.loop_wait >= 0
        assert record.busy_seconds + record.loop_wait < record.seconds
        assert record.sends == 1


async def test_a_payload_called_time_is_not_the_servers_time(client, calls, collection):
    await client.set_payload(collection, {"time": 1e6}, points=[1])
    await client.retrieve(collection, [1])
    assert calls[-1].record.server_seconds < 60


async def test_serialising_a_large_write_is_work_of_the_call(client, calls, collection):
    for size in (1, 2000):
        await client.upsert(collection, points(size))
    small, large = (call.record.busy_seconds for call in calls)
    assert large > 3 * small


async def test_a_held_loop_is_waiting_not_network(client, calls, collection):
    hold = 0.5
    await client.query_points(collection, query=VECTOR)
    call = asyncio.create_task(client.query_points(collection, query=VECTOR))
    await asyncio.sleep(0)
    # A callback of nobody's: no call of ours goes on in its turn.
    asyncio.get_running_loop().call_soon(time.sleep, hold)
    await call
    free, held = (call.record for call in calls)
    assert held.loop_wait > hold / 4
    assert held.loop_wait > 10 * free.loop_wait
    assert held.busy_seconds < hold / 4
    assert held.loop_wait + held.busy_seconds < held.seconds


def test_a_blocking_call_waits_for_no_loop(settings, calls):
    client = sync_client(settings, calls)
    name = f"exchange-{uuid.uuid4()}"
    client.create_collection(name, vectors_config=SIZE)
    client.upsert(name, points(3))
    client.query_points(name, query=VECTOR)
    client.delete_collection(name)
    opened = connections_opened(client)
    client.close()
    records = {call.record.method: call.record for call in calls}
    assert (records["upsert"].points, records["query_points"].points) == (3, 3)
    for record in records.values():
        assert 0 < record.busy_seconds < record.seconds
        assert record.loop_wait == 0
        assert record.sends == 1
        assert record.response_bytes > 0
    assert 0 < records["query_points"].server_seconds < records["query_points"].seconds
    assert opened > 0


async def test_what_never_reached_the_network_was_not_sent(client, calls):
    with pytest.raises(TypeError):
        await client.query_points()
    assert (calls[0].record.sends, calls[0].record.server_seconds) == (0, None)


async def test_connections_are_counted(engine, calls):
    once = ClientSettings(engine.url, keepalive=0)
    kept = ClientSettings(engine.url)
    channels = ClientSettings(engine.url, grpc=True, grpc_port=engine.grpc_port, grpc_channels=2)
    counts = []
    for settings in (once, kept, channels):
        client = async_client(settings, calls)
        for _ in range(5):
            await client.get_collections()
        counts.append(connections_opened(client))
        await client.close()
    assert counts == [5, 1, 2]


async def test_no_answer_in_time_is_a_timeout(calls):
    async with answering(lambda _: None) as port:
        for grpc in (False, True):
            url = f"http://127.0.0.1:{port}"
            client = async_client(ClientSettings(url, grpc, port, timeout=1), calls)
            with pytest.raises((ResponseHandlingException, AioRpcError)):
                await client.get_collections()
            await client.close()
    assert [call.record.outcome for call in calls] == [Outcome.TIMEOUT, Outcome.TIMEOUT]


async def test_nobody_there_is_a_refusal(calls):
    for grpc in (False, True):
        port = free_port()
        client = async_client(ClientSettings(f"http://127.0.0.1:{port}", grpc, port), calls)
        with pytest.raises((ResponseHandlingException, AioRpcError)):
            await client.get_collections()
        await client.close()
    assert [call.record.outcome for call in calls] == [Outcome.REFUSED, Outcome.REFUSED]


@pytest.mark.parametrize(
    ("status", "headers", "outcome"),
    [
        ("503 Service Unavailable", (), Outcome.REFUSED),
        ("429 Too Many Requests", (), Outcome.REFUSED),
        ("429 Too Many Requests", ("Retry-After: 1",), Outcome.REFUSED),
        ("408 Request Timeout", (), Outcome.TIMEOUT),
        ("504 Gateway Timeout", (), Outcome.TIMEOUT),
        ("500 Internal Server Error", (), Outcome.ERROR),
        ("404 Not Found", (), Outcome.ERROR),
    ],
)
async def test_the_status_tells_the_kind_of_failure(calls, status, headers, outcome):
    async with answering(lambda _: http(status, b"{}", *headers)) as port:
        client = async_client(ClientSettings(f"http://127.0.0.1:{port}"), calls)
        with pytest.raises((UnexpectedResponse, ResourceExhaustedResponse)):
            await client.get_collections()
        await client.close()
    assert (calls[0].record.outcome, calls[0].record.sends) == (outcome, 1)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (ResponseHandlingException(httpx.PoolTimeout("full")), Outcome.TIMEOUT),
        (ResponseHandlingException(httpx.ReadError("reset")), Outcome.ERROR),
        (asyncio.TimeoutError(), Outcome.TIMEOUT),
        (ValueError("a bug"), Outcome.ERROR),
        *(
            (AioRpcError(code, Metadata(), Metadata()), outcome)
            for code, outcome in {
                StatusCode.DEADLINE_EXCEEDED: Outcome.TIMEOUT,
                StatusCode.RESOURCE_EXHAUSTED: Outcome.REFUSED,
                StatusCode.INTERNAL: Outcome.ERROR,
            }.items()
        ),
    ],
)
def test_other_failures_have_their_kind_too(error, outcome):
    assert outcome_of(error) is outcome


async def test_a_server_that_repeats_the_key_does_not_bring_it_into_the_record(calls):
    key = "a-secret-key"

    def repeat(head: bytes) -> bytes:
        return http("400 Bad Request", b"you sent " + head + b" to http://u:pw@h/?token=hidden")

    async with answering(repeat) as port:
        url = f"http://127.0.0.1:{port}"
        extra = {"headers": {"x-other": "another-secret", "x-auth": "Bearer bearer-secret"}}
        client = async_client(ClientSettings(url, api_key=key, extra=extra), calls)
        with pytest.raises(UnexpectedResponse):
            await client.get_collections()
        await client.close()
    error = calls[0].record.error
    assert error.startswith("400 Bad Request: you sent GET")
    for secret in (key, "another-secret", "bearer-secret", "pw", "hidden"):
        assert secret not in error


async def test_steps_are_invisible_to_the_call():
    async def call(future):
        try:
            return await future
        except ValueError as error:
            return f"caught {error}"
        finally:
            left.append(True)

    left: list[bool] = []
    loop = asyncio.get_running_loop()
    good, bad, given_up = loop.create_future(), loop.create_future(), loop.create_future()
    tasks = [
        loop.create_task(_await(in_steps(call(future), LoopExchange("REST"))))
        for future in (good, bad, given_up)
    ]
    await asyncio.sleep(0)
    good.set_result("good")
    bad.set_exception(ValueError("bad"))
    tasks[2].cancel()
    done = await asyncio.gather(*tasks, return_exceptions=True)
    assert done[:2] == ["good", "caught bad"]
    assert isinstance(done[2], asyncio.CancelledError)
    dropped = _await(in_steps(call(loop.create_future()), LoopExchange("REST")))
    dropped.send(None)
    dropped.close()
    assert len(left) == 4


async def _await(awaitable):
    return await awaitable
