"""Each kind of operation against the engine, over both protocols; and what is read back of it."""

from __future__ import annotations

import pickle
import uuid

import pytest
from locust_qdrant.config import operations
from locust_qdrant.config.file import from_options
from locust_qdrant.errors import UsageError
from locust_qdrant.ledger import Ledger, audit
from locust_qdrant.targets.qdrant import KINDS
from locust_qdrant.targets.qdrant.collection import RunCollection
from locust_qdrant.targets.qdrant.state import WorkloadState
from qdrant_client import QdrantClient, models

ONE_PROTOCOL = pytest.mark.parametrize("client", [False], ids=["rest"], indirect=True)
ALL = ",".join(f"{kind}=1" for kind in operations.KINDS)
EVERYTHING = {
    "mix": ALL,
    "collection.points": 300,
    "collection.vectors": {
        "title": {"dim": 8},
        "body": {"dim": 16, "distance": "dot"},
        "tokens": {"dim": 4, "multi": 3, "distance": "euclid"},
    },
    "collection.sparse": ["words"],
    "collection.payload_indexes": {"tenant": "tenant", "rank": "float", "group": "integer"},
    "data.tenants": 4,
}
# The same traffic to a collection that exists: its indexes are its own.
TO_USE = {
    key: value for key, value in EVERYTHING.items() if key != "collection.payload_indexes"
} | {
    "collection.use_existing": True,
    "collection.write": True,
}


@pytest.fixture(params=[False, True], ids=["rest", "grpc"])
def client(request, engine):
    opened = QdrantClient(
        url=engine.url,
        grpc_port=engine.grpc_port,
        prefer_grpc=request.param,
        check_compatibility=False,
        timeout=60,
    )
    yield opened
    opened.close()


@pytest.fixture
def opened(client):
    """Open and fill a collection for some options; return workload state, collection and sender."""
    collections = []

    def open_it(**options):
        given = {**EVERYTHING, **options}
        given |= {"batch_size": 5} if "upsert" in given["mix"] else {}
        workload = pickle.loads(pickle.dumps(from_options(given)))
        name = f"operations-{uuid.uuid4()}"
        state = WorkloadState(workload, name, run_id=uuid.uuid4().int)
        collection = RunCollection(client, workload.collection, name, state.ledger)
        collections.append(collection)
        collection.open()
        collection.fill(state.filling(), lambda _: None)
        return state, collection

    yield open_it
    for collection in collections:
        assert collection.close() == ""


def send(client, state, operation, virtual_user):
    request = operation.plan(virtual_user)
    assert request.method == operation.method
    with state.ledger.writing(request.write):
        return getattr(client, request.method)(**request.arguments), request


def read(state, collection):
    return audit(state.ledger, collection.read_back(lambda _: None), state.dataset)


def test_the_kinds_are_those_that_a_file_may_name():
    assert list(KINDS) == list(operations.KINDS)


def test_each_operation_succeeds_and_what_is_acknowledged_is_there(client, opened):
    state, collection = opened()
    virtual_users = [state.virtual_user(number) for number in range(3)]
    for _ in range(6):
        for operation in state.operations:
            for virtual_user in virtual_users:
                answer, request = send(client, state, operation, virtual_user)
                assert answer is not None
                assert (request.write is None) == (request.points == 0)
                # Named for its kind, since the mix says no more.
                assert (request.write is not None) == (operation.name in operations.WRITING)
                assert bool(request.expects) == (operation.name in operations.READING)
    found = read(state, collection)
    assert (found.lost, found.in_doubt, found.kept_every) == (0, 0, 1), found
    assert found.points == len(state.ledger.points()) > 300
    # All but those that were deleted.
    assert found.vectors == client.count(collection.name).count == found.points - 18


def one(client, state, name, **options):
    """Send one request of the operation `name` and return the answer."""
    (operation,) = [each for each in state.operations if each.name == name]
    return send(client, state, operation, state.virtual_user(0))[0]


def test_queries_ask_what_they_are_told(client, opened):
    state, collection = opened(
        **{
            "mix": "query=1,query_batch=1,hybrid=1,scroll=1,retrieve=1",
            "operations.query.vector": "words",
            "operations.query_batch.vector": "tokens",
            "operations.query_batch.size": 3,
            "operations.query_batch.exact": True,
            "operations.query_batch.hnsw_ef": 64,
            "operations.hybrid.fusion": "dbsf",
            "operations.hybrid.dense": "body",
            "operations.hybrid.match": "group",
            "operations.scroll.match": "tenant",
            "operations.scroll.with_vectors": True,
            "operations.retrieve.size": 4,
            "operations.retrieve.with_payload": False,
            "limit": 7,
        }
    )
    assert len(one(client, state, "query").points) == 7
    batch = one(client, state, "query_batch")
    assert [len(each.points) for each in batch] == [7, 7, 7]
    fused = one(client, state, "hybrid").points
    assert len({point.payload["group"] for point in fused}) == 1
    page, _ = one(client, state, "scroll")
    assert len({point.payload["tenant"] for point in page}) == 1
    assert set(page[0].vector) == {"title", "body", "tokens", "words"}
    found = one(client, state, "retrieve")
    assert len(found) == 4
    assert not found[0].payload
    assert read(state, collection).lost == 0


@ONE_PROTOCOL
@pytest.mark.parametrize("selectivity", [0.02, 0.5])
def test_a_filter_lets_the_share_through_that_it_says(client, opened, selectivity):
    state, collection = opened(
        **{"mix": "query=1", "operations.query.selectivity": selectivity, "collection.points": 400}
    )
    virtual_user = state.virtual_user(0)
    counts = [
        client.count(
            collection.name,
            count_filter=state.operations[0].plan(virtual_user).arguments["query_filter"],
        ).count
        for _ in range(10)
    ]
    assert all(abs(count - 400 * selectivity) <= 3 for count in counts), counts


@ONE_PROTOCOL
@pytest.mark.parametrize(
    "options",
    [
        {"collection.quantization": "scalar", "collection.hnsw.m": 8},
        {"collection.quantization": "product"},
        {"collection.quantization": "binary", "collection.shards": 2, "collection.replication": 2},
        {"collection.distance": "manhattan", "collection.optimizers.indexing_threshold": 10},
        {"collection.multi": 2},
    ],
    ids=str,
)
def test_the_original_vectors_are_compared_whatever_the_server_makes_of_them(
    client, opened, options
):
    state, collection = opened(
        **{
            "collection.vectors": {},
            "collection.sparse": [],
            "collection.dim": 16,
            "mix": "upsert=1,query=1",
            **options,
        }
    )
    for operation in state.operations:
        send(client, state, operation, state.virtual_user(0))
    found = read(state, collection)
    assert (found.lost, found.vectors) == (0, 305)


@ONE_PROTOCOL
class TestWhatIsNotAsAcknowledged:
    """Someone else changes the collection: the audit must tell how."""

    @pytest.fixture
    def filled(self, opened):
        return opened(mix="upsert=1,delete=1,set_payload=1")

    def some(self, state):
        return state.ledger.points()[:2]

    def test_missing(self, client, filled):
        state, collection = filled
        client.delete(collection.name, points_selector=self.some(state))
        found = read(state, collection)
        assert (found.missing, found.lost) == (2, 2)

    def test_wrong(self, client, filled):
        state, collection = filled
        client.set_payload(collection.name, payload={"rank": 2}, points=self.some(state))
        found = read(state, collection)
        assert (found.wrong, found.lost) == (2, 2)

    def test_wrong_vectors(self, client, filled):
        state, collection = filled
        vector = {**state.dataset.vectors(self.some(state)[0], 3), "words": None}
        del vector["words"]
        points = [models.PointVectors(id=point, vector=vector) for point in self.some(state)]
        client.update_vectors(collection.name, points=points)
        found = read(state, collection)
        assert (found.wrong_vector, found.lost) == (2, 2)
        assert found.examples[0].endswith("is there with wrong vectors")

    def test_phantom(self, client, filled):
        state, collection = filled
        vector = {"title": [1.0] * 8}
        client.upsert(collection.name, points=[models.PointStruct(id=1, vector=vector)])
        found = read(state, collection)
        assert (found.phantom, found.lost, found.points) == (1, 1, 300)
        assert found.examples == ("point 1 is a phantom: nobody wrote it",)

    def test_stale_and_resurrected(self, client, filled):
        state, collection = filled
        _, delete, revise = state.operations
        before = {point.id: point for point in everything(client, collection)}
        for operation in (delete, revise):
            _, request = send(client, state, operation, state.virtual_user(0))
            (point,) = request.write.points
            old = before[point]
            struct = models.PointStruct(id=old.id, vector=old.vector, payload=old.payload)
            client.upsert(collection.name, points=[struct])
        found = read(state, collection)
        assert (found.resurrected, found.stale, found.lost) == (1, 1, 2)


def everything(client, collection):
    return client.scroll(collection.name, limit=1000, with_vectors=True)[0]


@ONE_PROTOCOL
def test_several_processes_share_the_points_and_their_books_are_merged(client, opened):
    state, collection = opened(mix="upsert=1,delete=2,set_payload=2")
    workload = from_options({**EVERYTHING, "mix": "upsert=1,delete=2,set_payload=2"})
    run_id = int(state.ledger.points()[0].replace("-", "")[:16], 16)
    workers = [
        WorkloadState(workload, collection.name, worker=number, workers=2, run_id=run_id)
        for number in range(2)
    ]
    for worker in workers:
        for number in range(3):
            virtual_user = worker.virtual_user(number)
            for _ in range(10):
                send(client, worker, worker.choose(virtual_user), virtual_user)
    ledgers = [pickle.loads(pickle.dumps(each.ledger)) for each in workers]
    assert not set(ledgers[0].touched()) & set(ledgers[1].touched())
    collection.ledger = Ledger.merge([state.ledger, *ledgers])
    found = audit(collection.ledger, collection.read_back(lambda _: None), state.dataset)
    assert found.lost == 0, found
    assert found.points > 300


def plain(**options):
    return {"collection.vectors": {}, "collection.sparse": [], "mix": "query=1", **options}


@ONE_PROTOCOL
@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            {"collection.use_existing": False, "collection.write": False},
            "exists already: choose another --collection, or say",
        ),
        (plain(), "has named vectors (body, title, tokens), and this run takes unnamed ones:"),
        ({"collection.vectors": {"tilte": {"dim": 8}}}, "and this run takes the vector 'tilte':"),
        ({"collection.vectors": {"title": {"dim": 9}}}, "has vectors 'title' of 8 dimensions, and"),
        (
            {"collection.vectors": {"tokens": {"dim": 4, "distance": "euclid"}}},
            "has multivectors, and the run takes",
        ),
        ({"collection.sparse": ["words", "more"]}, "has no sparse vector more: choose another"),
    ],
    ids=str,
)
def test_a_collection_that_does_not_fit_is_left_alone(client, opened, options, words):
    _, there = opened()
    found = {
        **TO_USE,
        "mix": "upsert=1",
        "collection.name": there.name,
        **options,
    }
    spec = from_options(found).collection
    with pytest.raises(UsageError) as caught:
        RunCollection(client, spec, there.name, Ledger()).open()
    assert words in str(caught.value)
    assert str(caught.value).endswith((".", ")."))


@ONE_PROTOCOL
def test_a_collection_to_use_that_is_not_there_is_not_made_instead(client):
    spec = from_options({"collection.name": "nope", "collection.use_existing": True}).collection
    with pytest.raises(UsageError, match="There is no collection 'nope' to use: check its name"):
        RunCollection(client, spec, "nope", Ledger()).open()
    assert not client.collection_exists("nope")


@ONE_PROTOCOL
def test_from_a_collection_that_was_there_only_what_was_written_is_removed(client, opened):
    _, there = opened()
    workload = from_options({**TO_USE, "collection.name": there.name})
    state = WorkloadState(workload, there.name, run_id=uuid.uuid4().int)
    collection = RunCollection(client, workload.collection, there.name, state.ledger)
    collection.open()
    collection.fill(state.filling(), lambda _: None)
    found = read(state, collection)
    assert (found.points, found.lost, found.phantom) == (300, 0, 0)
    assert client.count(there.name).count == 600
    assert collection.close() == ""
    assert client.count(there.name).count == 300


@ONE_PROTOCOL
@pytest.mark.parametrize(
    ("points", "options", "words"),
    [
        (0, {}, "was empty when the traffic began"),
        (100, {}, "was not indexed when the traffic began (0 indexed vectors, 100 points)"),
        (
            2000,
            {"collection.optimizers.indexing_threshold": 10, "collection.dim": 32},
            "",
        ),
    ],
)
def test_it_says_whether_the_collection_is_ready(opened, points, options, words):
    _, collection = opened(**plain(**{"collection.points": points, **options}))
    assert words in collection.wait_until_ready()
    assert bool(words) == bool(collection.wait_until_ready())
