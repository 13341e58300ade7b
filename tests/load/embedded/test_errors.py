"""What is wrong is said in Qdrant's words, with its codes; what is not served says so."""

from __future__ import annotations

import inspect
import re
import warnings
from typing import TYPE_CHECKING, Any

import grpc
import httpx
import pytest
from embedded_clients import CLIENT_KINDS, Client, ClientKind
from locust_qdrant.embedded.engine.table import REST
from locust_qdrant.embedded.frontends.rest import HEALTH
from qdrant_client import grpc as pb
from qdrant_client.http import api, models
from qdrant_client.http.exceptions import UnexpectedResponse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from locust_qdrant.embedded import EmbeddedServer
    from qdrant_client import QdrantClient

PLAIN = models.VectorParams(size=4, distance=models.Distance.DOT)
POINT = models.PointStruct(id=1, vector=[1.0, 2.0, 3.0, 4.0])
TOO_LONG = [1.0] * 5


@pytest.fixture
def http(server: EmbeddedServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url) as client:
        yield client


@pytest.fixture
def made(rest: QdrantClient, name: str) -> Iterator[str]:
    rest.create_collection(
        name,
        vectors_config={"": PLAIN},
        sparse_vectors_config={"words": models.SparseVectorParams()},
    )
    rest.upsert(name, [POINT], wait=True)
    yield name
    rest.delete_collection(name)


WRONG: dict[str, tuple[int, str, dict[str, Any], str]] = {
    "dimension": (
        400,
        "upsert",
        {"points": [models.PointStruct(id=1, vector=TOO_LONG)]},
        "Wrong input: Vector dimension error: expected dim: 4, got 5",
    ),
    "query dimension": (
        400,
        "query_points",
        {"query": TOO_LONG},
        "Wrong input: Vector dimension error: expected dim: 4, got 5",
    ),
    "vector name": (
        400,
        "query_points",
        {"query": [1.0], "using": "nope"},
        "Wrong input: Not existing vector name error: nope",
    ),
    "dense for sparse": (
        400,
        "upsert",
        {"points": [models.PointStruct(id=1, vector={"words": [1.0]})]},
        "Wrong input: Conversion between sparse and regular vectors failed: words",
    ),
    "limit": (
        422,
        "query_points",
        {"query": [1.0] * 4, "limit": 0},
        "limit: value 0 invalid, must be 1 or larger]",
    ),
    "point named by a query": (
        404,
        "query_points",
        {"query": 77},
        "Not found: No point with id 77 found",
    ),
    "payload of no point": (
        404,
        "set_payload",
        {"payload": {"a": 1}, "points": [77]},
        "Not found: No point with id 77",
    ),
    "order without an index": (
        400,
        "scroll",
        {"order_by": "rank"},
        "No range index for `order_by` key: `rank`",
    ),
    "offset of an order": (
        400,
        "scroll",
        {"order_by": "rank", "offset": 3},
        "Wrong input: Cannot use an `offset` when using `order_by`.",
    ),
    "id": (
        400,
        "retrieve",
        {"ids": ["no-uuid"]},
        "value no-uuid is not a valid point ID",
    ),
    "id in a filter": (
        400,
        "count",
        {"count_filter": models.Filter(must=[models.HasIdCondition(has_id=["no-uuid"])])},
        "value no-uuid is not a valid point ID",
    ),
    "payload key": (
        400,
        "count",
        {"count_filter": models.Filter(must=[models.IsNullCondition(is_null={"key": "a["})])},
        "invalid JSON path a[",
    ),
    "inference": (
        501,
        "query_points",
        {"query": models.Document(text="a text", model="some/model")},
        "inference",
    ),
    "shard key": (
        501,
        "count",
        {"shard_key_selector": "north"},
        "shard keys",
    ),
    "text query": (
        501,
        "query_points",
        {"query": models.TextQuery(text="fox"), "using": "body"},
        "TextQuery",
    ),
}

GRPC_CODES = {
    400: grpc.StatusCode.INVALID_ARGUMENT,
    404: grpc.StatusCode.NOT_FOUND,
    409: grpc.StatusCode.ALREADY_EXISTS,
    422: grpc.StatusCode.INVALID_ARGUMENT,
    501: grpc.StatusCode.UNIMPLEMENTED,
}


def status_and_reason(error: Exception) -> tuple[Any, str]:
    if isinstance(error, UnexpectedResponse):
        return error.status_code, error.structured()["status"]["error"]
    assert isinstance(error, grpc.RpcError)
    return error.code(), error.details()


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_request_is_refused_with_code_and_reason(
    client: Client, made: str, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    status, method, arguments, reason = WRONG[wrong]
    # Else the client itself would embed the text, with a model that it downloads.
    monkeypatch.setattr(client._client, "cloud_inference", True)
    with pytest.raises((UnexpectedResponse, grpc.RpcError)) as caught:
        getattr(client, method)(made, **arguments)
    code, said = status_and_reason(caught.value)
    assert code in {status, GRPC_CODES[status]}
    assert reason in said


def test_an_unknown_collection_is_404(client: Client) -> None:
    with pytest.raises((UnexpectedResponse, grpc.RpcError)) as caught:
        client.get_collection("no-such-collection")
    code, said = status_and_reason(caught.value)
    assert code in {404, grpc.StatusCode.NOT_FOUND}
    assert said == "Not found: Collection `no-such-collection` doesn't exist!"


def test_a_collection_that_exists_is_409(client: Client, made: str) -> None:
    with pytest.raises((UnexpectedResponse, grpc.RpcError)) as caught:
        client.create_collection(made, vectors_config=PLAIN)
    code, said = status_and_reason(caught.value)
    assert code in {409, grpc.StatusCode.ALREADY_EXISTS}
    assert said == f"Wrong input: Collection `{made}` already exists!"


def test_a_refused_upsert_writes_nothing(rest: QdrantClient, made: str) -> None:
    good = models.PointStruct(id=2, vector=[1.0] * 4)
    bad = models.PointStruct(id=3, vector=TOO_LONG)
    with pytest.raises(UnexpectedResponse):
        rest.upsert(made, [good, bad], wait=True)
    assert rest.count(made).count == 1


BEYOND_LIMITS = {
    "[batch: number of ids and vectors must be equal (2 != 1)]": {
        "batch": {"ids": [1, 2], "vectors": [[1, 2, 3, 4]]}
    },
    "points[0].vector.?.indices: Validation error: must be unique [{}]": {
        "points": [{"id": 1, "vector": {"words": {"indices": [1, 1], "values": [1, 1]}}}]
    },
}


@pytest.mark.parametrize("reason", BEYOND_LIMITS)
def test_a_body_beyond_a_limit_is_422_and_says_which(
    http: httpx.Client, made: str, reason: str
) -> None:
    response = http.put(f"/collections/{made}/points", json=BEYOND_LIMITS[reason])
    assert response.status_code == 422
    assert reason in response.json()["status"]["error"]


def test_a_body_that_is_no_json_is_400(http: httpx.Client, made: str) -> None:
    response = http.put(f"/collections/{made}/points", content='{"points": [')
    assert response.status_code == 400
    assert response.json()["status"]["error"].startswith("Format error in JSON body: ")


def test_a_body_over_the_limit_is_400(http: httpx.Client, made: str) -> None:
    response = http.put(f"/collections/{made}/points", content=b" " * (32 * 1024 * 1024 + 1))
    assert response.status_code == 400
    assert response.json()["status"]["error"] == (
        "Payload error: JSON payload (33554433 bytes) is larger than allowed"
        " (limit: 33554432 bytes)."
    )


def api_routes() -> list[tuple[str, str]]:
    """Return every route that the client's generated REST API knows."""
    source = "".join(
        inspect.getsource(module)
        for module in vars(api).values()
        if inspect.ismodule(module) and module.__name__.endswith("_api")
    )
    found = re.findall(r'method="(\w+)",\s*url="([^"]+)"', source)
    return sorted(set(found))


def test_the_client_knows_many_routes() -> None:
    assert len(api_routes()) > 50


@pytest.mark.parametrize(("method", "path"), api_routes())
def test_every_route_is_served_or_says_that_it_is_not(
    http: httpx.Client, method: str, path: str
) -> None:
    response = http.request(method, re.sub(r"\{\w+\}", "1", path))
    shape = re.sub(r"\{\w+\}", "{}", path)
    served = {re.sub(r"\{\w+\}", "{}", route) for route in REST}
    if f"{method} {shape}" in served or path in HEALTH:
        assert response.status_code != 501
    else:
        assert response.status_code == 501
        assert f"{method} {re.sub('{.*?}', '1', path)}" in response.json()["status"]["error"]


def test_methods_of_grpc_that_are_not_served_say_so(server: EmbeddedServer) -> None:
    with grpc.insecure_channel(f"127.0.0.1:{server.grpc_port}") as channel:
        calls = {
            "/qdrant.Snapshots/List": lambda: pb.SnapshotsStub(channel).List(
                pb.ListSnapshotsRequest()
            ),
        }
        for method, call_it in calls.items():
            with pytest.raises(grpc.RpcError) as caught:
                call_it()
            assert caught.value.code() == grpc.StatusCode.UNIMPLEMENTED
            assert method in caught.value.details()


def test_bytes_that_are_no_message_are_refused(server: EmbeddedServer) -> None:
    with grpc.insecure_channel(f"127.0.0.1:{server.grpc_port}") as channel:
        send = channel.unary_unary("/qdrant.Points/Upsert")
        with pytest.raises(grpc.RpcError) as caught:
            send(b"\xff\xff\xff")
        assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT


def test_messages_for_no_collection_are_refused(server: EmbeddedServer) -> None:
    with grpc.insecure_channel(f"127.0.0.1:{server.grpc_port}") as channel:
        batch = pb.QueryBatchPoints(collection_name="any", query_points=[pb.QueryPoints()])
        with pytest.raises(grpc.RpcError) as caught:
            pb.PointsStub(channel).QueryBatch(batch)
    assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert 'query_points[0].collection_name: value "" invalid' in caught.value.details()


DENSE = pb.VectorInput(dense=pb.DenseVector(data=[1.0] * 4))
#: Messages in which something contradicts itself or is missing, and what Qdrant 1.18.2 says.
CONTRADICTIONS: dict[str, tuple[str, Any]] = {
    "`indices` and `vectors_count` cannot be both specified": (
        "Upsert",
        {"": pb.Vector(data=[1.0], indices=pb.SparseIndices(data=[1]), vectors_count=1)},
    ),
    "values: Validation error: must be the same length as indices [{}]": (
        "Upsert",
        {"": pb.Vector(dense=pb.DenseVector(data=[1.0] * 4), indices=pb.SparseIndices(data=[1]))},
    ),
    "vectors count must be greater than 0": (
        "Upsert",
        {"": pb.Vector(data=[1.0] * 4, vectors_count=0)},
    ),
    "invalid dense vector length for vectors count": (
        "Upsert",
        {"": pb.Vector(data=[1.0] * 3, vectors_count=2)},
    ),
    "mmr is missing": (
        "Query",
        {"query": pb.Query(nearest_with_mmr=pb.NearestInputWithMmr(nearest=DENSE))},
    ),
    "timeout: value 0 invalid, must be 1 or larger": (
        "Query",
        {"query": pb.Query(nearest=DENSE), "timeout": 0},
    ),
    "field_type (Keyword) and field_index_params do not match": (
        "CreateFieldIndex",
        {
            "field_type": pb.FieldType.FieldTypeKeyword,
            "field_index_params": pb.PayloadIndexParams(
                integer_index_params=pb.IntegerIndexParams(lookup=True, range=True)
            ),
        },
    ),
    "cannot convert field_type": ("CreateFieldIndex", {}),
}


@pytest.mark.parametrize("reason", CONTRADICTIONS)
def test_a_message_that_contradicts_itself_is_refused(
    server: EmbeddedServer, made: str, reason: str
) -> None:
    method, given = CONTRADICTIONS[reason]
    message: Any
    if method == "Upsert":
        vectors = pb.Vectors(vectors=pb.NamedVectors(vectors=given))
        point = pb.PointStruct(id=pb.PointId(num=1), vectors=vectors)
        message = pb.UpsertPoints(collection_name=made, points=[point])
    elif method == "Query":
        message = pb.QueryPoints(collection_name=made, **given)
    else:
        message = pb.CreateFieldIndexCollection(collection_name=made, field_name="n", **given)
    with (
        grpc.insecure_channel(f"127.0.0.1:{server.grpc_port}") as channel,
        pytest.raises(grpc.RpcError) as caught,
    ):
        getattr(pb.PointsStub(channel), method)(message)
    assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert reason in caught.value.details()


def test_the_server_says_what_it_is(http: httpx.Client, made: str) -> None:
    about = http.get("/").json()
    assert about["title"] == "qdrant - vector search engine"
    assert "+edge." in about["version"]
    for path in HEALTH:
        assert http.get(path).status_code == 200
    collections = http.get("/telemetry").json()["result"]["collections"]
    assert collections["number_of_collections"] >= 1
    assert f'collection_points{{id="{made}"}} 1' in http.get("/metrics").text


def test_telemetry_ends_where_a_server_tells_of_its_shards(http: httpx.Client) -> None:
    statuses = [http.get(f"/telemetry?details_level={level}").status_code for level in (0, 2, 3)]
    assert statuses == [200, 200, 501]


@pytest.mark.parametrize("frontend", CLIENT_KINDS, ids=str)
def test_the_client_finds_the_version_compatible(
    server: EmbeddedServer, frontend: ClientKind
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        client = Client(server, frontend)
        assert client.info().version.split(".")[0].isdecimal()
        client.shut()


HERE, NOWHERE = '{"has_id": [1]}', '{"has_id": [2]}'
TWO_FILTERS = f'{{"filter": {{"must": [{NOWHERE}], "must": [{HERE}]}}}}'
#: What Qdrant 1.18.2 says to bodies in which something stands twice.
TWICE: dict[str, tuple[str, str, int]] = {
    "of the body": ("count", '{"exact": true, "exact": true}', 400),
    "of its filter": (
        "count",
        f'{{"filter": {{"must": [{HERE}], "must": [{NOWHERE}]}}}}',
        400,
    ),
    "of a prefetch's filter": (
        "query",
        f'{{"query": 1, "prefetch": [{{"query": 1, "filter": {{"must": [{HERE}], "must": []}}}}]}}',
        400,
    ),
    "of what to delete": (
        "delete",
        TWO_FILTERS,
        400,
    ),
    "of a batch's filter": (
        "batch",
        f'{{"operations": [{{"delete": {TWO_FILTERS}}}]}}',
        400,
    ),
    "of a condition": ("count", '{"filter": {"must": [{"has_id": [2], "has_id": [1]}]}}', 200),
    "of a filter in a filter": (
        "count",
        f'{{"filter": {{"must": [{{"must": [{NOWHERE}], "must": [{HERE}]}}]}}}}',
        200,
    ),
    "of the payload": ("payload", '{"points": [1], "payload": {"must": 1, "must": 2}}', 200),
}


@pytest.mark.parametrize("case", TWICE)
def test_what_stands_twice_is_refused_where_qdrant_refuses_it(
    http: httpx.Client, made: str, case: str
) -> None:
    route, body, status = TWICE[case]
    answer = http.post(f"/collections/{made}/points/{route}", content=body)
    assert answer.status_code == status
    if status == 200 and route == "count":
        assert answer.json()["result"]["count"] == 1
    assert http.get(f"/collections/{made}/points/1").status_code == 200
