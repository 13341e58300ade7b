"""The recorded client is the real one, and every call of it leaves one true record."""

from __future__ import annotations

import asyncio
import errno
import inspect
import json
import uuid
from collections import deque

import httpx
import pytest
from grpc.aio import AioRpcError
from load_places import free_port
from locust_qdrant.client import recording
from locust_qdrant.client.factory import ClientSettings, async_client, sync_client
from locust_qdrant.client.failures import describe
from locust_qdrant.metrics.record import Outcome, now
from qdrant_client import AsyncQdrantClient, QdrantClient, models
from qdrant_client.http.exceptions import ResponseHandlingException

SIZE = models.VectorParams(size=4, distance=models.Distance.DOT)
VECTOR = [1.0, 2.0, 3.0, 4.0]
POINT = models.PointStruct(id=1, vector=VECTOR, payload={"text": "x" * 500})


@pytest.fixture(params=[False, True], ids=["REST", "gRPC"])
def settings(engine, request):
    return ClientSettings(engine.url, request.param, engine.grpc_port, compression=False)


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
    name = f"recording-{uuid.uuid4()}"
    await client.create_collection(name, vectors_config=SIZE)
    await client.upsert(name, [POINT])
    calls.clear()
    yield name
    await client.delete_collection(name)


async def test_a_call_leaves_one_record(client, calls, collection, settings):
    before = now()
    answer = await client.query_points(collection, query=VECTOR)
    assert isinstance(client, AsyncQdrantClient)
    assert answer.points[0].id == 1
    (call,) = calls
    record = call.record
    assert (record.operation, record.collection) == ("query_points", collection)
    assert (record.protocol, record.outcome, record.error) == (settings.protocol, Outcome.OK, "")
    assert before <= record.start < record.end <= now()
    assert 500 < record.response_bytes < 1000


async def test_a_keyword_names_the_collection_too(client, calls, collection):
    await client.count(collection_name=collection)
    assert calls[0].record.collection == collection


async def test_a_failed_call_raises_as_always_and_leaves_the_servers_words(client, calls):
    with pytest.raises(Exception, match="nowhere") as caught:
        await client.query_points("nowhere", query=VECTOR)
    (call,) = calls
    assert call.record.outcome is Outcome.ERROR
    assert "nowhere" in call.record.error
    assert "\n" not in call.record.error
    assert recording.was_recorded(caught.value)


async def test_a_cancelled_call_is_neither_good_nor_bad(client, calls, collection):
    task = asyncio.create_task(client.query_points(collection, query=VECTOR))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert [call.record.outcome for call in calls] == [Outcome.CANCELLED]


async def test_concurrent_calls_do_not_mix_their_bytes(client, calls, collection):
    await asyncio.gather(
        *(client.query_points(collection, query=VECTOR) for _ in range(10)),
        *(client.query_points(collection, query=VECTOR, with_payload=False) for _ in range(10)),
    )
    sizes = sorted(call.record.response_bytes for call in calls)
    assert all(size < 500 for size in sizes[:10])
    assert all(size > 500 for size in sizes[10:])


async def test_the_caller_comes_back_with_the_record(client, calls, collection):
    async def call_as(who: str) -> None:
        recording.caller.set(who)
        await client.count(collection)

    await asyncio.gather(*(asyncio.create_task(call_as(who)) for who in "ab"))
    assert {call.caller for call in calls} == {"a", "b"}


async def test_a_wrong_argument_is_still_the_clients_own_error(client, calls):
    with pytest.raises(TypeError):
        await client.query_points()
    assert "TypeError" in calls[0].record.error


async def test_the_blocking_upload_of_the_async_client_is_recorded(client, calls, collection):
    client.upload_points(collection, [POINT])  # noqa: QDR103 - this is what is recorded
    assert [call.record.operation for call in calls] == ["upload_points"]


def test_the_sync_client_is_recorded_in_the_same_way(settings, calls, engine):
    client = sync_client(settings, calls)
    name = f"recording-{uuid.uuid4()}"
    client.create_collection(name, vectors_config=SIZE)
    with pytest.raises(Exception, match="nowhere"):
        client.count("nowhere")
    client.delete_collection(name)
    client.close()
    assert isinstance(client, QdrantClient)
    found = [(call.record.operation, call.record.outcome) for call in calls]
    assert found[0] == ("create_collection", Outcome.OK)
    assert ("count", Outcome.ERROR) in found
    assert found[-1] == ("delete_collection", Outcome.OK)


@pytest.mark.parametrize("base", [AsyncQdrantClient, QdrantClient])
def test_every_public_request_is_recorded_and_looks_as_before(base):
    recorded = recording.recording_class(base, deque(), "REST")
    for name, method in inspect.getmembers(base, inspect.isfunction):
        ours = getattr(recorded, name)
        if name.startswith("_") or name in recording.WITHOUT_REQUEST:
            assert ours is method
            continue
        assert ours is not method
        assert inspect.signature(ours) == inspect.signature(method)
        assert inspect.iscoroutinefunction(ours) == inspect.iscoroutinefunction(method)


async def test_a_refused_connection_is_described(calls):
    for grpc in (False, True):
        port = free_port()
        client = async_client(ClientSettings(f"http://127.0.0.1:{port}", grpc, port), calls)
        with pytest.raises((ResponseHandlingException, AioRpcError)):
            await client.count("c")
        await client.close()
    rest, grpc = (call.record for call in calls)
    assert rest.error.startswith("ConnectError: ")
    assert grpc.error.startswith("UNAVAILABLE: ")
    assert (rest.protocol, grpc.protocol) == ("REST", "gRPC")


def test_the_pool_is_that_of_a_remote_host_on_loopback_too():
    arguments = ClientSettings("http://127.0.0.1:6333").arguments()
    assert arguments["limits"] == httpx.Limits(
        max_connections=100, max_keepalive_connections=20, keepalive_expiry=5.0
    )


def test_settings_never_show_the_key():
    url = "http://u:secret@h:1?t=secret"
    settings = ClientSettings(url, api_key="secret", extra={"k": "secret"})
    assert "secret" not in settings.describe()
    assert "secret" not in repr(settings)


def test_a_failure_for_want_of_file_descriptors_says_so():
    # As anyio and httpx wrap it: the text of neither names the cause.
    refused = OSError("All connection attempts failed")
    refused.__cause__ = OSError(errno.EMFILE, "Too many open files")
    error = httpx.ConnectError(str(refused))
    error.__cause__ = refused
    said = describe(ResponseHandlingException(error))
    assert said == "ConnectError: All connection attempts failed (Too many open files)"


@pytest.mark.parametrize("begins", ["<html>log in</html>", "upstream busy", '{"result": [1, 2'])
def test_an_answer_that_is_no_json_is_shown_from_its_beginning(begins):
    with pytest.raises(json.JSONDecodeError) as error:
        json.loads(begins + "!" * 500)
    said = describe(ResponseHandlingException(error.value))
    assert f"the answer is no JSON: {begins}!" in said
    assert len(said) < 200


def test_an_answer_that_is_empty_is_said_to_be_so():
    with pytest.raises(json.JSONDecodeError) as error:
        json.loads("")
    assert describe(ResponseHandlingException(error.value)).startswith("the answer is empty")


def test_a_long_message_is_cut():
    assert len(describe(ValueError("x" * 1000))) == 300
