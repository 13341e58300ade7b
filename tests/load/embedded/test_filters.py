"""Filters of every shape select the points that qdrant-client's local mode selects."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
import qdrant_edge as edge
from hypothesis import given, settings
from hypothesis import strategies as st
from locust_qdrant.embedded.engine.problems import RequestError
from locust_qdrant.embedded.engine.to_engine.filters import (
    FilterConverter,
    without_points,
)
from qdrant_client import QdrantClient
from qdrant_client.http import models

if TYPE_CHECKING:
    from collections.abc import Iterator

CITIES = ["Berlin", "Tunis", "Pune"]
PLACES = [{"lon": 13.4, "lat": 52.5}, {"lon": 10.2, "lat": 36.8}, {"lon": 73.9, "lat": 18.5}]
UUIDS = [f"00000000-0000-0000-0000-{n:012}" for n in range(5)]
COUNT = 40


def payload(number: int) -> dict[str, Any]:
    """Return a payload in which fields are sometimes absent, null, empty or lists."""
    everything = {
        "city": CITIES[number % 3],
        "cities": CITIES[: number % 4],
        "rank": number % 7,
        "price": number / 3,
        "open": number % 2 == 0,
        "when": f"2024-0{number % 9 + 1}-01T10:00:00Z",
        "place": PLACES[number % 3],
        "nothing": None if number % 2 else "something",
        "offers": [{"price": n, "sold": n % 2 == 0} for n in range(number % 5)],
        "deep": {"city": CITIES[number % 2], "list": [number, number + 1]},
    }
    return {key: value for i, (key, value) in enumerate(everything.items()) if (number + i) % 6}


keys = st.sampled_from([*sorted({*payload(3), *payload(4)}), "missing", "deep.city", "deep.list"])
numbers = st.integers(-2, 15) | st.floats(-2, 15)
values = st.sampled_from(CITIES) | st.integers(-1, 8) | st.booleans()
alike = st.lists(st.sampled_from(CITIES)) | st.lists(st.integers(-1, 8))
places = st.sampled_from([models.GeoPoint(**place) for place in PLACES])
months = st.sampled_from([f"2024-0{month}-01T10:00:00Z" for month in range(1, 10)])


def made(kind: Any, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(fields).map(partial(made_of, kind))


def made_of(kind: Any, fields: dict[str, Any]) -> Any:
    return kind(**fields)


def limits(kind: Any, bounds: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    optional = dict.fromkeys(("lt", "gt", "lte", "gte"), bounds)
    # What no limit at all means is the server's to say, and local mode says it otherwise.
    some = st.fixed_dictionaries({}, optional=optional).filter(bool)
    return some.map(partial(made_of, kind))


def field(**tests: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return made(models.FieldCondition, key=keys, **tests)


fields = st.one_of(
    field(match=made(models.MatchValue, value=values)),
    field(match=made(models.MatchAny, any=alike)),
    field(match=made(models.MatchExcept, **{"except": alike})),
    field(range=limits(models.Range, numbers)),
    field(range=limits(models.DatetimeRange, months)),
    # Counts that an empty list fits need to know which points have one: test_as_on_a_server.py.
    field(values_count=made(models.ValuesCount, gte=st.integers(1, 4), lt=st.integers(1, 5))),
    field(geo_radius=made(models.GeoRadius, center=places, radius=st.floats(1, 9e6))),
    field(
        geo_bounding_box=st.just(
            models.GeoBoundingBox(
                top_left=models.GeoPoint(lon=0, lat=60),
                bottom_right=models.GeoPoint(lon=20, lat=40),
            )
        )
    ),
)
leaves = st.one_of(
    fields,
    made(models.IsEmptyCondition, is_empty=made(models.PayloadField, key=keys)),
    made(models.IsNullCondition, is_null=made(models.PayloadField, key=keys)),
    made(models.HasIdCondition, has_id=st.lists(st.integers(0, COUNT) | st.sampled_from(UUIDS))),
)


def filters(conditions: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.none() | st.lists(conditions, min_size=1, max_size=3)
    enough = made(
        models.MinShould,
        conditions=st.lists(conditions, min_size=1, max_size=3),
        min_count=st.integers(1, 3),
    )
    return made(
        models.Filter,
        must=several | conditions,
        should=several,
        must_not=several,
        min_should=st.none() | enough,
    )


any_filter = filters(st.recursive(leaves, filters, max_leaves=6))


@pytest.fixture(scope="module")
def points() -> list[models.PointStruct]:
    ids = [*range(COUNT), *UUIDS]
    return [
        models.PointStruct(id=id_, vector=[1.0, float(i)], payload=payload(i))
        for i, id_ in enumerate(ids)
    ]


@pytest.fixture(scope="module")
def local(points: list[models.PointStruct]) -> QdrantClient:
    client = QdrantClient(":memory:")
    config = models.VectorParams(size=2, distance=models.Distance.DOT)
    client.create_collection("points", vectors_config=config)
    client.upsert("points", points)
    return client


@pytest.fixture(scope="module")
def shard(
    points: list[models.PointStruct], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[edge.EdgeShard]:
    params = edge.EdgeVectorParams(size=2, distance=edge.Distance.Dot)
    folder = str(tmp_path_factory.mktemp("shard"))
    opened = edge.EdgeShard.create(folder, edge.EdgeConfig(vectors=params))
    converted = [edge.Point(p.id, p.vector, p.payload) for p in points]
    opened.update(edge.UpdateOperation.upsert_points(converted))
    yield opened
    opened.close()


def selected(shard: edge.EdgeShard, condition: edge.Filter | None) -> set[str]:
    page, _ = shard.scroll(edge.ScrollRequest(limit=1000, filter=condition))
    return {str(record.id) for record in page}


@settings(max_examples=150, deadline=None)
@given(condition=any_filter)
def test_a_filter_selects_what_local_mode_selects(
    shard: edge.EdgeShard, local: QdrantClient, condition: models.Filter
) -> None:
    expected, _ = local.scroll("points", scroll_filter=condition, limit=1000)
    assert selected(shard, FilterConverter().convert(condition)) == {
        str(record.id) for record in expected
    }


def test_conditions_on_each_element_of_a_list(shard: edge.EdgeShard, local: QdrantClient) -> None:
    cheap = models.FieldCondition(key="price", range=models.Range(lt=2))
    unsold = models.FieldCondition(key="sold", match=models.MatchValue(value=False))
    nested = models.Nested(key="offers", filter=models.Filter(must=[cheap, unsold]))
    condition = models.Filter(must=[models.NestedCondition(nested=nested)])
    expected, _ = local.scroll("points", scroll_filter=condition, limit=1000)
    assert (
        selected(shard, FilterConverter().convert(condition))
        == {str(r.id) for r in expected}
        != set()
    )


def test_a_truth_value_is_not_the_number_one(shard: edge.EdgeShard) -> None:
    def count(value: bool | int, key: str) -> int:
        match = models.FieldCondition(key=key, match=models.MatchValue(value=value))
        return len(selected(shard, FilterConverter().convert(models.Filter(must=[match]))))

    assert count(True, "open") > 0
    assert count(False, "open") > 0
    assert count(1, "open") == count(0, "open") == 0
    assert count(1, "rank") > 0
    assert count(True, "rank") == 0


@pytest.mark.parametrize(
    ("match", "expected"),
    [
        (models.MatchPrefix(prefix="Ber"), {"Berlin"}),
        (models.MatchSubstring(substring="un"), {"Tunis", "Pune"}),
        (models.MatchText(text="Pune"), {"Pune"}),
        (models.MatchTextAny(text_any="Pune Tunis"), {"Pune", "Tunis"}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_matches_of_parts_of_a_text(
    shard: edge.EdgeShard, match: models.Match, expected: set[str]
) -> None:
    condition = models.Filter(must=[models.FieldCondition(key="city", match=match)])
    request = edge.ScrollRequest(
        limit=100, filter=FilterConverter().convert(condition), with_payload=True
    )
    page, _ = shard.scroll(request)
    assert {record.payload["city"] for record in page} == expected


def test_slices_share_the_points_out(shard: edge.EdgeShard) -> None:
    slices = [
        selected(
            shard,
            FilterConverter().convert(
                models.Filter(
                    must=[models.SliceCondition(slice=models.Slice(total=3, index=index))]
                )
            ),
        )
        for index in range(3)
    ]
    assert set.union(*slices) == selected(shard, None)
    assert sum(map(len, slices)) == COUNT + len(UUIDS)


def test_points_are_left_out_of_a_filter_and_of_none(shard: edge.EdgeShard) -> None:
    everything = selected(shard, None)
    assert selected(shard, without_points(None, frozenset({1, 2}))) == everything - {"1", "2"}
    berlin = models.FieldCondition(key="city", match=models.MatchValue(value="Berlin"))
    condition = FilterConverter().convert(models.Filter(must=[berlin]))
    berliners = selected(shard, condition)
    some = int(next(id_ for id_ in berliners if id_.isdecimal()))
    assert selected(shard, without_points(condition, frozenset({some}))) == berliners - {str(some)}


def test_an_unknown_condition_is_not_passed_over() -> None:
    class FutureCondition:
        pass

    with pytest.raises(RequestError, match="FutureCondition") as caught:
        FilterConverter().condition(FutureCondition())
    assert caught.value.status == 501
