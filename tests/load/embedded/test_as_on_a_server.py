"""What the engine alone, or the client's converters, would answer otherwise than a server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import grpc
import httpx
import pytest
from embedded_clients import Client, ClientKind
from qdrant_client import grpc as pb
from qdrant_client.http import models

if TYPE_CHECKING:
    from collections.abc import Iterator

    from locust_qdrant.embedded import EmbeddedServer

UUID = "550e8400-e29b-41d4-a716-446655440000"
PAYLOADS: dict[Any, dict[str, Any]] = {
    1: {"tags": ["a", "b"], "parts": [{"n": 1}], "values": [1, 2]},
    2: {"tags": "b", "parts": [{"n": 2}], "values": []},
    3: {"tags": "c", "values": None},
    UUID: {"tags": ["c", "d"]},
}


@pytest.fixture(params=[ClientKind(False, False), ClientKind(False, True)], ids=str)
def client(request: pytest.FixtureRequest, server: EmbeddedServer) -> Iterator[Client]:
    opened = Client(server, request.param)
    yield opened
    opened.shut()


@pytest.fixture
def made(client: Client, name: str) -> Iterator[str]:
    client.create_collection(
        name,
        vectors_config={"": models.VectorParams(size=2, distance=models.Distance.DOT)},
        sparse_vectors_config={"words": models.SparseVectorParams()},
    )
    points = [
        models.PointStruct(
            id=id_,
            vector={
                "": [float(n), 1.0],
                "words": models.SparseVector(indices=[0, n], values=[1.0, float(n)]),
            },
            payload=payload,
        )
        for n, (id_, payload) in enumerate(PAYLOADS.items(), start=1)
    ]
    client.upsert(name, points, wait=True)
    yield name
    client.delete_collection(name)


def ids(records: Any) -> set[Any]:
    return {record.id for record in records}


def found(client: Client, made: str, *must: Any) -> set[Any]:
    return ids(client.scroll(made, scroll_filter=models.Filter(must=list(must)))[0])


def test_a_query_may_name_a_point_by_its_uuid(client: Client, made: str) -> None:
    points = client.query_points(made, query=UUID).points
    assert [point.id for point in points] == [3, 2, 1]


def test_what_is_not_within_a_nested_condition_is_not_deleted(client: Client, made: str) -> None:
    one = models.FieldCondition(key="n", match=models.MatchValue(value=1))
    nested = models.NestedCondition(
        nested=models.Nested(key="parts", filter=models.Filter(must=[one]))
    )
    client.delete(made, models.Filter(must_not=[nested]), wait=True)
    assert ids(client.scroll(made)[0]) == {1}


def test_a_condition_that_tests_nothing_deletes_nothing(
    server: EmbeddedServer, client: Client, made: str
) -> None:
    route = f"{server.url}/collections/{made}/points/delete?wait=true"
    response = httpx.post(route, json={"filter": {"must_not": [{"key": "tags"}]}})
    assert response.status_code == 422
    assert "At least one field condition" in response.json()["status"]["error"]
    condition = pb.Condition(field=pb.FieldCondition(key="tags"))
    selector = pb.PointsSelector(filter=pb.Filter(must_not=[condition]))
    with grpc.insecure_channel(f"127.0.0.1:{server.grpc_port}") as channel:
        delete = pb.PointsStub(channel).Delete
        with pytest.raises(grpc.RpcError):
            delete(pb.DeletePoints(collection_name=made, wait=True, points=selector))
    assert client.count(made).count == len(PAYLOADS)


def test_a_field_with_several_values_is_in_several_groups(client: Client, made: str) -> None:
    groups = client.query_points_groups(
        made, query=[1.0, 0.0], group_by="tags", group_size=2
    ).groups
    assert [(group.id, [hit.id for hit in group.hits]) for group in groups] in (
        [("c", [UUID, 3]), ("d", [UUID]), ("b", [2, 1]), ("a", [1])],
        [("d", [UUID]), ("c", [UUID, 3]), ("b", [2, 1]), ("a", [1])],
    )


def test_equally_frequent_values_come_in_one_order(client: Client, made: str) -> None:
    client.create_payload_index(made, "tags", models.PayloadSchemaType.KEYWORD, wait=True)
    answers = [
        [(hit.value, hit.count) for hit in client.facet(made, "tags", limit=3, exact=True).hits]
        for _ in range(5)
    ]
    assert answers == [[("b", 2), ("c", 2), ("a", 1)]] * 5


def test_a_sample_has_no_beginning_to_leave_out(client: Client, made: str) -> None:
    sample = models.SampleQuery(sample=models.Sample.RANDOM)
    assert len(client.query_points(made, query=sample, limit=3, offset=2).points) == 3


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (models.ValuesCount(lt=1), {2, 3}),
        (models.ValuesCount(lte=1), {2, 3}),
        (models.ValuesCount(gte=0), {1, 2, 3}),
        (models.ValuesCount(gt=0), {1}),
    ],
    ids=str,
)
def test_no_count_fits_a_field_that_is_not_there(
    client: Client, made: str, count: models.ValuesCount, expected: set[int]
) -> None:
    assert found(client, made, models.FieldCondition(key="values", values_count=count)) == expected


def test_diversity_is_for_sparse_vectors_too(client: Client, made: str) -> None:
    query = models.NearestQuery(
        nearest=models.SparseVector(indices=[0, 3, 4], values=[1.0, 1.0, 1.0]),
        mmr=models.Mmr(diversity=0.5, candidates_limit=4),
    )
    points = client.query_points(made, query=query, using="words", limit=3).points
    assert points[0].id == UUID
    assert len(ids(points)) == 3


def test_settings_of_sparse_vectors_are_changed_and_not_replaced(
    server: EmbeddedServer, name: str
) -> None:
    route = f"{server.url}/collections/{name}"
    index = {"full_scan_threshold": 77, "on_disk": False}
    httpx.put(route, json={"sparse_vectors": {"words": {"index": index}}})
    httpx.patch(route, json={"sparse_vectors": {"words": {"index": {"on_disk": True}}}})
    words = httpx.get(route).json()["result"]["config"]["params"]["sparse_vectors"]["words"]
    assert words["index"] == {"full_scan_threshold": 77, "on_disk": True}
    httpx.delete(route)


def test_a_message_without_a_wish_gets_payload_from_a_scroll_only(
    server: EmbeddedServer, client: Client, made: str
) -> None:
    with grpc.insecure_channel(f"127.0.0.1:{server.grpc_port}") as channel:
        points = pb.PointsStub(channel)
        page = points.Scroll(pb.ScrollPoints(collection_name=made))
        got = points.Get(pb.GetPoints(collection_name=made, ids=[pb.PointId(num=1)]))
    assert page.result[0].payload
    assert not got.result[0].payload
    assert client.count(made).count == len(PAYLOADS)


def test_the_older_routes_answer_like_the_query(server: EmbeddedServer, made: str) -> None:
    with httpx.Client(base_url=f"{server.url}/collections/{made}/points") as client:

        def answer(path: str, body: dict[str, Any]) -> Any:
            return client.post(path, json=body).raise_for_status().json()["result"]

        query = answer("/query", {"query": [1.0, 0.5], "limit": 3})["points"]
        assert answer("/search", {"vector": [1.0, 0.5], "top": 3}) == query
        batch = {"searches": [{"vector": {"name": "", "vector": [1.0, 0.5]}, "limit": 3}]}
        assert answer("/search/batch", batch) == [query]
        liked = answer("/query", {"query": {"recommend": {"positive": [1]}}, "limit": 2})["points"]
        assert answer("/recommend", {"positive": [1], "limit": 2}) == liked
        assert len(answer("/discover", {"target": 1, "limit": 2})) == 2
        grouped = {"vector": [1.0, 0.5], "group_by": "tags", "group_size": 1, "limit": 2}
        assert len(answer("/search/groups", grouped)["groups"]) == 2


def test_a_formula_scores_what_was_found(server: EmbeddedServer, made: str) -> None:
    body = {
        "prefetch": {"query": [1.0, 0.0], "limit": 3},
        "query": {
            "formula": {"sum": ["$score", {"mult": [10, {"key": "tags", "match": {"value": "b"}}]}]}
        },
    }
    route = f"{server.url}/collections/{made}/points/query"
    points = httpx.post(route, json=body).json()["result"]["points"]
    assert [(point["id"], point["score"]) for point in points] == [(2, 12.0), (UUID, 4.0), (3, 3.0)]


def test_numbers_are_written_with_as_many_digits_as_they_have(
    server: EmbeddedServer, name: str
) -> None:
    route = f"{server.url}/collections/{name}"
    httpx.put(route, json={"vectors": {"size": 2, "distance": "Dot"}})
    points = {"points": [{"id": 1, "vector": [0.1, 0.3]}]}
    httpx.put(f"{route}/points?wait=true", json=points)
    found = httpx.post(f"{route}/points/query", json={"query": [0.1, 0.7], "with_vector": True})
    assert '"score":0.22000001,"vector":[0.1,0.3]' in found.text
    httpx.delete(route)


def test_the_matrix_has_the_nearest_of_each_point(server: EmbeddedServer, made: str) -> None:
    route = f"{server.url}/collections/{made}/points/search/matrix"
    pairs = httpx.post(f"{route}/pairs", json={"sample": 4, "limit": 1}).json()["result"]["pairs"]
    assert {(pair["a"], pair["b"]) for pair in pairs} == {
        (1, UUID),
        (2, UUID),
        (3, UUID),
        (UUID, 3),
    }
    offsets = httpx.post(f"{route}/offsets", json={"sample": 4, "limit": 1}).json()["result"]
    assert offsets["ids"] == [1, 2, 3, UUID]
    assert offsets["offsets_col"] == [3, 3, 3, 2]


@pytest.mark.parametrize(
    ("method", "message"),
    [
        ("Search", pb.SearchPoints(vector=[1.0, 0.0], limit=2)),
        ("Recommend", pb.RecommendPoints(positive=[pb.PointId(num=1)], limit=2)),
        (
            "Discover",
            pb.DiscoverPoints(
                target=pb.TargetVector(single=pb.VectorExample(id=pb.PointId(num=1))), limit=2
            ),
        ),
    ],
    ids=["search", "recommend", "discover"],
)
def test_the_older_methods_are_answered(
    server: EmbeddedServer, made: str, method: str, message: Any
) -> None:
    message.collection_name = made
    with grpc.insecure_channel(f"127.0.0.1:{server.grpc_port}") as channel:
        assert len(getattr(pb.PointsStub(channel), method)(message).result) == 2


def test_an_order_beside_a_filter_leaves_nothing_out(server: EmbeddedServer, name: str) -> None:
    route = f"{server.url}/collections/{name}"
    httpx.put(route, json={"vectors": {}})
    index = {"field_name": "price", "field_schema": "float"}
    httpx.put(f"{route}/index?wait=true", json=index)
    # Few values, so that many points are alike; some pass the filter, spread over the order.
    points = [
        {"id": n, "vector": {}, "payload": {"price": (n % 5) / 2, "tags": [n % 3, n % 7]}}
        for n in range(160)
    ]
    httpx.put(f"{route}/points?wait=true", json={"points": points})
    condition = {"must_not": [{"key": "tags[]", "match": {"any": [0, 2]}}]}
    passing = [p["payload"]["price"] for p in points if not {0, 2} & set(p["payload"]["tags"])]
    for limit in range(1, len(passing) + 1, 7):
        body = {"order_by": "price", "filter": condition, "limit": limit}
        found = httpx.post(f"{route}/points/scroll", json=body).json()["result"]["points"]
        assert [point["payload"]["price"] for point in found] == sorted(passing)[:limit]
    httpx.delete(route)


def test_an_order_over_a_prefetch_leaves_nothing_out(server: EmbeddedServer, name: str) -> None:
    """Also where a point has a value twice, which the engine counts as two."""
    route = f"{server.url}/collections/{name}"
    httpx.put(route, json={"vectors": {"size": 1, "distance": "Dot"}})
    httpx.put(f"{route}/index?wait=true", json={"field_name": "n", "field_schema": "integer"})
    points = [
        {"id": id_, "vector": [id_], "payload": {"n": values}}
        for id_, values in enumerate(([5], [3, 1, 3], [2], [1]), start=1)
    ]
    httpx.put(f"{route}/points?wait=true", json={"points": points})
    order = {"order_by": {"key": "n", "direction": "desc"}}
    body = {"prefetch": {"query": [1]}, "query": order, "limit": 5}
    found = httpx.post(f"{route}/points/query", json=body).json()["result"]["points"]
    assert [point["order_value"] for point in found] == [5, 3, 2, 1, 1]
    httpx.delete(route)


def test_filters_are_merged_with_those_of_prefetches_clause_by_clause(
    client: Client, name: str
) -> None:
    """A point of either `should` will do, also where a point is named and so left out."""

    def of(group: int) -> models.Filter:
        return models.Filter(
            should=[models.FieldCondition(key="g", match=models.MatchValue(value=group))]
        )

    client.create_collection(
        name, vectors_config=models.VectorParams(size=2, distance=models.Distance.DOT)
    )
    points = [
        models.PointStruct(id=n, vector=[float(n), 1.0], payload={"g": n % 3}) for n in range(1, 13)
    ]
    client.upsert(name, points, wait=True)
    vector = [1.0, 0.0]
    for first, last, group, expected in (
        (12, vector, 9, [10, 7, 4, 1]),
        (vector, 12, 2, [11, 10, 8, 7]),
    ):
        prefetch = models.Prefetch(query=first, filter=of(group), limit=4)
        found = client.query_points(name, last, prefetch=prefetch, query_filter=of(1))
        assert [point.id for point in found.points] == expected
    client.delete_collection(name)


def test_as_many_optimisers_as_a_server_likes(server: EmbeddedServer, name: str) -> None:
    with grpc.insecure_channel(f"127.0.0.1:{server.grpc_port}") as channel:
        collections = pb.CollectionsStub(channel)
        collections.Create(pb.CreateCollection(collection_name=name))
        info = collections.Get(pb.GetCollectionInfoRequest(collection_name=name)).result
        collections.Delete(pb.DeleteCollection(collection_name=name))
    threads = info.config.optimizer_config.max_optimization_threads
    assert threads.WhichOneof("variant") == "setting"


def test_a_facet_counts_more_values_than_there_are_points(client: Client, name: str) -> None:
    client.create_collection(name, vectors_config={})
    client.create_payload_index(name, "tags", models.PayloadSchemaType.KEYWORD, wait=True)
    points = [
        models.PointStruct(id=n, vector={}, payload={"tags": [f"{n}{letter}" for letter in "abc"]})
        for n in range(3)
    ]
    client.upsert(name, points, wait=True)
    assert len(client.facet(name, "tags", limit=100, exact=True).hits) == 9
    client.delete_collection(name)


@pytest.mark.parametrize("distance", [models.Distance.EUCLID, models.Distance.MANHATTAN])
def test_the_group_with_the_nearest_point_comes_first(
    client: Client, name: str, distance: models.Distance
) -> None:
    client.create_collection(name, vectors_config=models.VectorParams(size=2, distance=distance))
    points = [
        models.PointStruct(id=n, vector=[float(n), 0.0], payload={"g": n % 3}) for n in range(1, 10)
    ]
    client.upsert(name, points, wait=True)
    found = client.query_points_groups(name, "g", [0.0, 0.0], limit=2, group_size=2).groups
    assert [(group.id, [hit.id for hit in group.hits]) for group in found] == [
        (1, [1, 4]),
        (2, [2, 5]),
    ]
    client.delete_collection(name)
