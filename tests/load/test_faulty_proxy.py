"""The proxy breaks what it is told to, and nothing else."""

from __future__ import annotations

import uuid

import pytest
from faulty_proxy import Fault, FaultyProxy
from qdrant_client import QdrantClient, models
from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

VECTORS = [[float(number), 1.0, 0.5] for number in range(8)]
EXACT = models.SearchParams(exact=True)


@pytest.fixture
def proxy(engine):
    with FaultyProxy(engine.url) as proxy:
        yield proxy


@pytest.fixture
def client(proxy):
    client = QdrantClient(url=proxy.url, check_compatibility=False)
    yield client
    client.close()


@pytest.fixture
def name(client):
    name = f"proxy-{uuid.uuid4()}"
    size = models.VectorParams(size=3, distance=models.Distance.DOT)
    client.create_collection(name, vectors_config=size)
    write(client, name, 0)
    yield name
    client.delete_collection(name)


def write(client, name, version) -> None:
    points = [
        models.PointStruct(id=number, vector=vector, payload={"version": version})
        for number, vector in enumerate(VECTORS)
    ]
    client.upsert(name, points, wait=True)


def test_without_a_fault_everything_passes(proxy, client, name):
    assert client.count(name).count == 8
    assert len(client.query_points(name, query=VECTORS[0], limit=8).points) == 8
    assert not proxy.harmed


@pytest.mark.parametrize(
    ("fault", "payload", "vector"),
    [
        (Fault.LOSE_WRITE, {"version": 0}, VECTORS[3]),
        (Fault.CHANGE_PAYLOAD, {"version": 1, "changed": True}, VECTORS[3]),
        (Fault.CHANGE_VECTOR, {"version": 1}, VECTORS[3][::-1]),
    ],
)
def test_a_write_is_acknowledged_and_not_what_it_was(proxy, client, name, fault, payload, vector):
    proxy.break_with(fault)
    write(client, name, 1)
    (found,) = client.retrieve(name, [3], with_vectors=True)
    assert (found.payload, found.vector) == (payload, vector)
    assert proxy.harmed == {fault: 1}


@pytest.mark.parametrize("fault", [Fault.LOSE_CHANGE, Fault.LOSE_DELETE])
def test_a_change_is_acknowledged_and_thrown_away(proxy, client, name, fault):
    proxy.break_with(fault)
    client.set_payload(name, {"version": 1}, points=[3], wait=True)
    client.delete(name, [4], wait=True)
    (found,) = client.retrieve(name, [3])
    assert found.payload == {"version": 0 if fault is Fault.LOSE_CHANGE else 1}
    assert client.count(name).count == (8 if fault is Fault.LOSE_DELETE else 7)
    assert proxy.harmed == {fault: 1}


def test_a_write_comes_twice(proxy, client, name):
    proxy.break_with(Fault.WRITE_TWICE)
    write(client, name, 1)
    assert client.count(name).count == 16


def test_several_faults_take_their_turns(proxy, client, name):
    proxy.break_with(Fault.LOSE_WRITE, skip=1, most=1)
    proxy.break_with(Fault.WRITE_TWICE, skip=1)
    for version, count in ((1, 8), (2, 8), (3, 16)):
        write(client, name, version)
        assert client.count(name).count == count
    assert proxy.harmed == {Fault.LOSE_WRITE: 1, Fault.WRITE_TWICE: 1}


def test_a_search_loses_hits_unless_it_is_exact(proxy, client, name):
    proxy.break_with(Fault.DROP_HITS)
    one = client.query_points(name, query=VECTORS[0], limit=8)
    requests = [
        models.QueryRequest(query=VECTORS[0], limit=8, params=params) for params in (None, EXACT)
    ]
    batch = client.query_batch_points(name, requests)
    assert [len(each.points) for each in (one, *batch)] == [4, 4, 8]


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        (Fault.OVERLOADED, UnexpectedResponse, "503"),
        (Fault.RESET, ResponseHandlingException, "peer closed connection"),
    ],
)
def test_one_in_so_many_requests_fails_after_the_first_ones(
    proxy, client, name, fault, error, words
):
    proxy.break_with(fault, every=2, skip=1)
    assert [client.count(name).count for _ in range(2)] == [8, 8]
    with pytest.raises(error, match=words):
        client.count(name)
    assert client.count(name).count == 8
    assert proxy.harmed == {fault: 1}


def test_a_slow_answer_is_right_all_the_same(proxy, client, name):
    proxy.break_with(Fault.SLOW)
    assert client.count(name).count == 8
    assert proxy.harmed == {Fault.SLOW: 1}
