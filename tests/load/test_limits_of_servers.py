"""What a server refuses beside the traffic is no loss, and what is somebody else's stays theirs."""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import replace

import pytest
from faulty_proxy import Fault, FaultyProxy
from locust_qdrant.client.factory import ClientSettings, plain_client
from locust_qdrant.client.patience import is_refusal, patiently
from locust_qdrant.config.model import CollectionSpec, VectorSpec
from locust_qdrant.errors import UsageError
from locust_qdrant.ledger import Ledger, Write
from locust_qdrant.targets.qdrant import collection
from locust_qdrant.targets.qdrant.collection import RunCollection
from locust_qdrant.targets.qdrant.operation import Request
from qdrant_client import QdrantClient, models
from qdrant_client.common.client_exceptions import ResourceExhaustedResponse
from qdrant_client.http.exceptions import UnexpectedResponse

DIM = 8
VECTORS = models.VectorParams(size=DIM, distance=models.Distance.COSINE)


@pytest.fixture(params=[False, True], ids=["REST", "gRPC"])
def client(engine, request):
    settings = ClientSettings(engine.url, grpc=request.param, grpc_port=engine.grpc_port)
    client = plain_client(settings)
    yield client
    client.close()


@pytest.fixture
def strict(client):
    """A collection whose server takes and gives no more than some points at once."""
    name = f"strict-{uuid.uuid4()}"
    limits = models.StrictModeConfig(enabled=True, max_query_limit=60, upsert_max_batchsize=50)
    client.create_collection(name, vectors_config=VECTORS, strict_mode_config=limits)
    yield name
    client.delete_collection(name)


def test_filling_and_reading_back_keep_the_limits_of_a_server(run, engine, strict, tmp_path):
    report = tmp_path / "report.json"
    done = run(
        "-m", "locust_qdrant", "run", "--allow-invalid",
        "--host", engine.url, "--collection", strict,
        "--use-existing", "--write", "--dim", str(DIM), "--points", "230", "--users", "1",
        "--duration", "0.5", "--json", str(report),
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    (path,) = json.loads(report.read_text())["paths"]
    assert path["ledger"]["points"] >= 230
    assert path["ledger"]["missing"] == 0


def test_a_call_that_was_refused_over_grpc_leaves_no_connection_open(run, engine, tmp_path):
    report, name = tmp_path / "report.json", f"slow-{uuid.uuid4()}"
    client = plain_client(ClientSettings(engine.url))
    limits = models.StrictModeConfig(enabled=True, read_rate_limit=100)
    client.create_collection(name, vectors_config=VECTORS, strict_mode_config=limits)
    client.upsert(name, [models.PointStruct(id=each, vector=[1.0] * DIM) for each in range(50)])
    done = run(
        "-m", "locust_qdrant", "run", "--host", engine.url, "--collection", name, "--use-existing",
        "--grpc", "--grpc-port", str(engine.grpc_port), "--dim", str(DIM), "--users", "2",
        "--duration", "1.5", "--json", str(report),
    )  # fmt: skip
    client.delete_collection(name)
    client.close()
    assert done.returncode == 1, done.stdout + done.stderr
    (path,) = json.loads(report.read_text())["paths"]
    checks = {each["name"]: each for each in path["checks"]}
    assert "numbers differ" in checks["errors"]["evidence"][0]
    assert checks["clean end"]["verdict"] == "passed"
    assert path["leftovers"]["connections"] == 0


def test_the_scan_for_phantoms_asks_for_smaller_pages(client, strict):
    points = [models.PointStruct(id=number, vector=[1.0] * DIM) for number in range(50)]
    client.upsert(strict, points)
    found = RunCollection(client, a_spec(strict), strict, Ledger(None))
    assert sorted(map(int, found._ids())) == list(range(50))


def a_spec(name: str) -> CollectionSpec:
    return CollectionSpec(name=name, vectors={"": VectorSpec(dim=DIM)})


def write_points(client: QdrantClient, name: str, ledger: Ledger, count: int) -> None:
    """Write so many points, and enter them in the books."""
    points = [str(uuid.UUID(int=number)) for number in range(count)]
    with ledger.writing(Write(points, version=1)):
        structs = [models.PointStruct(id=each, vector=[1.0] * DIM) for each in points]
        client.upsert(name, structs, wait=True)


def test_what_somebody_else_made_in_the_meantime_is_not_removed(client):
    name = f"theirs-{uuid.uuid4()}"
    mine = RunCollection(client, a_spec(name), name, Ledger(None))
    client.create_collection(name, vectors_config=VECTORS)
    with pytest.raises(Exception, match="already exists"):
        mine._create()
    assert mine.close() == ""
    assert client.collection_exists(name)
    client.delete_collection(name)


def test_a_server_that_asks_to_wait_is_asked_again_and_no_other():
    refusals = [ResourceExhaustedResponse("limit", 0), ResourceExhaustedResponse("limit", 0)]

    def sometimes():
        if refusals:
            raise refusals.pop()
        return "done"

    assert patiently(sometimes) == "done"
    tried = []

    def never(error):
        tried.append(error)
        raise error

    wrong = UnexpectedResponse(400, "Bad Request", b"{}", {})
    with pytest.raises(UnexpectedResponse):
        patiently(lambda: never(wrong))
    assert tried == [wrong]
    assert is_refusal(wrong)
    # A server that asks for more patience than there is.
    began = time.monotonic()
    with pytest.raises(ResourceExhaustedResponse):
        patiently(lambda: never(ResourceExhaustedResponse("limit", 3600)))
    assert time.monotonic() - began < 30


def test_what_was_asked_again_beside_the_traffic_is_counted(run, engine, tmp_path):
    report = tmp_path / "report.json"
    with FaultyProxy(engine.url) as proxy:
        proxy.break_with(Fault.OVERLOADED, most=2)
        done = run(
            "-m", "locust_qdrant", "run", "--allow-invalid", "--host", proxy.url, "--dim", str(DIM),
            "--points", "50", "--users", "1", "--duration", "0.5", "--json", str(report),
        )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    notes = " ".join(json.loads(report.read_text())["notes"])
    assert "2 requests were sent again" in notes


@pytest.mark.parametrize("trouble", [None, Fault.LACKING_REPLICA, Fault.REPLICA_DOWN])
def test_points_are_read_back_from_all_replicas(engine, trouble):
    name = f"twice-{uuid.uuid4()}"
    spec = CollectionSpec(name=name, vectors={"": VectorSpec(dim=DIM)}, replication=2)
    ledger = Ledger(None)
    with FaultyProxy(engine.url) as proxy:
        client = plain_client(ClientSettings(proxy.url))
        ours = RunCollection(client, spec, name, ledger)
        ours.open()
        write_points(client, name, ledger, 20)
        if trouble is not None:
            proxy.break_with(trouble)
        read = list(ours.read_back(lambda _: None, phantoms=False))
        assert ours.close() == ""
        client.close()
    there = sum(each.payload is not None for each in read)
    assert there == (10 if trouble is Fault.LACKING_REPLICA else 20)
    said = " ".join(ours.notes())
    assert ("read back from any replica" in said) == (trouble is Fault.REPLICA_DOWN)


def test_a_page_that_cannot_be_read_leaves_the_others(engine):
    name, ledger = f"broken-{uuid.uuid4()}", Ledger(None)
    spec = CollectionSpec(name=name, vectors={"": VectorSpec(dim=DIM)})
    with FaultyProxy(engine.url) as proxy:
        client = plain_client(ClientSettings(proxy.url))
        ours = RunCollection(client, spec, name, ledger)
        ours.open()
        write_points(client, name, ledger, 700)
        proxy.break_with(Fault.BROKEN_READ, most=1)
        read = list(ours.read_back(lambda _: None))
        assert ours.close() == ""
        client.close()
    assert len(read) == 200
    (why,) = ours.unreadable()
    assert why.startswith("500 points could not be read back: 500 Internal Server Error")


def test_a_request_that_is_larger_than_a_rate_is_not_sent_again_but_divided():
    words = b'{"status":{"error":"Rate limiting exceeded: Read rate limit exceeded, request larger'
    words += b' than rate limiter capacity, please try to split your request"}}'
    error = UnexpectedResponse(429, "Too Many Requests", words, {})
    tried = []

    def refused():
        tried.append(1)
        raise error

    with pytest.raises(UnexpectedResponse):
        patiently(refused)
    assert len(tried) == 1
    assert is_refusal(error)


@pytest.fixture
def limited(client):
    """Return what gives a collection of somebody's with points of a run, and then a limit."""
    name, ledger = f"limited-{uuid.uuid4()}", Ledger(None)

    def make(count: int, **limits: int) -> RunCollection:
        client.create_collection(name, vectors_config=VECTORS)
        theirs = RunCollection(client, replace(a_spec(name), use_existing=True), name, ledger)
        theirs.open()
        write_points(client, name, ledger, count)
        strict = models.StrictModeConfig(enabled=True, **limits)
        client.update_collection(name, strict_mode_config=strict)
        return theirs

    yield make
    client.delete_collection(name)


def test_points_are_removed_in_parts_where_a_server_takes_no_more_at_once(client, limited):
    theirs = limited(200, write_rate_limit=150)
    # Half of them, and the rest within the minute that it takes until as many may be again.
    assert theirs.close() == ""
    assert client.count(theirs.name).count == 0


def test_removal_has_one_deadline_and_says_what_is_left(engine, monkeypatch):
    monkeypatch.setattr(collection, "_DELETE_BATCH", 10)
    name, ledger = f"slow-{uuid.uuid4()}", Ledger(None)
    owner = plain_client(ClientSettings(engine.url))
    owner.create_collection(name, vectors_config=VECTORS)
    with FaultyProxy(engine.url) as proxy:
        client = plain_client(ClientSettings(proxy.url))
        theirs = RunCollection(client, replace(a_spec(name), use_existing=True), name, ledger)
        theirs.open()
        write_points(client, name, ledger, 200)
        theirs.hurry()
        # Each of twenty requests would be let through at its second try.
        proxy.break_with(Fault.OVERLOADED, every=2)
        said = theirs.close()
        client.close()
    left = owner.count(name).count
    assert 0 < left < 200
    assert f"up to {left} points of this run" in said
    owner.delete_collection(name)
    owner.close()


@pytest.mark.parametrize(("refusal", "left"), [(Fault.DENY, False), (Fault.BROKEN_WRITE, True)])
def test_what_was_refused_unread_is_not_left_behind(engine, refusal, left):
    name, ledger = f"denied-{uuid.uuid4()}", Ledger(None)
    theirs = plain_client(ClientSettings(engine.url))
    theirs.create_collection(name, vectors_config=VECTORS)
    with FaultyProxy(engine.url) as proxy:
        client = plain_client(ClientSettings(proxy.url))
        spec = replace(a_spec(name), use_existing=True)
        ours = RunCollection(client, spec, name, ledger)
        ours.open()
        proxy.break_with(refusal)
        write = Write([str(uuid.UUID(int=number)) for number in range(20)], version=0)
        structs = [models.PointStruct(id=each, vector=[1.0] * DIM) for each in write.points]
        arguments = {"collection_name": name, "points": structs, "wait": True}
        with pytest.raises(UsageError, match="cannot be filled"):
            ours.fill([Request("upsert", arguments, write, 20)], lambda _: None)
        assert bool(ours.close()) is left
        client.close()
    theirs.delete_collection(name)
    theirs.close()


def test_a_collection_that_went_although_the_server_failed_is_not_left_behind(engine):
    name = f"went-{uuid.uuid4()}"
    with FaultyProxy(engine.url) as proxy:
        client = plain_client(ClientSettings(proxy.url))
        ours = RunCollection(client, a_spec(name), name, Ledger(None))
        ours.open()
        proxy.break_with(Fault.REMOVED_AFTER_ALL)
        assert ours.close() == ""
        client.close()


def test_reading_back_waits_for_a_limit_by_the_minute(limited):
    # Some of them, and the others once the server lets them through, in over half a minute.
    theirs = limited(60, read_rate_limit=39)
    assert len(list(theirs.read_back(lambda _: None))) == 60
    assert list(theirs.unreadable()) == []
    assert any("sent again" in note for note in theirs.notes())
