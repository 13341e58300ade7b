"""Every kind of query, held against qdrant-client's local mode."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from qdrant_client import models

if TYPE_CHECKING:
    from embedded_oracle import Twins

COUNT, DIMENSION = 60, 8
VECTORS = np.random.default_rng(7).normal(size=(COUNT, DIMENSION)).tolist()
CITIES = ["Berlin", "Tunis", "Pune", "Oslo", "Lima"]
BERLIN = models.FieldCondition(key="city", match=models.MatchValue(value="Berlin"))


def payload(number: int) -> dict[str, Any]:
    return {
        "city": CITIES[number % 5],
        "rank": number,
        "price": number / 4,
        "open": number % 2 == 0,
        "when": f"2024-01-01T00:{number:02}:00Z",
    }


@pytest.fixture
def stored(twins: Twins) -> Twins:
    twins.create(
        vectors_config={
            "dense": models.VectorParams(size=DIMENSION, distance=models.Distance.COSINE),
            "other": models.VectorParams(size=DIMENSION, distance=models.Distance.EUCLID),
        },
        sparse_vectors_config={"sparse": models.SparseVectorParams()},
    )
    points = [
        models.PointStruct(
            id=number + 1,
            vector={
                "dense": vector,
                "other": vector[::-1],
                "sparse": models.SparseVector(
                    indices=[number % 7, 10 + number % 4], values=[1.0, (number + 1) / 10]
                ),
            },
            payload=payload(number),
        )
        for number, vector in enumerate(VECTORS)
    ]
    twins.do("upsert", points=points, wait=True)
    for field in ("rank", "price", "when", "city", "open"):
        twins.client.create_payload_index(twins.name, field, SCHEMAS[field], wait=True)
    return twins


SCHEMAS = {
    "rank": models.PayloadSchemaType.INTEGER,
    "price": models.PayloadSchemaType.FLOAT,
    "when": models.PayloadSchemaType.DATETIME,
    "city": models.PayloadSchemaType.KEYWORD,
    "open": models.PayloadSchemaType.BOOL,
}

SPARSE = models.SparseVector(indices=[1, 3, 11], values=[0.5, 1.0, 2.0])

QUERIES: dict[str, dict[str, Any]] = {
    "nearest": {"query": VECTORS[0], "using": "dense"},
    "nearest by euclid": {"query": VECTORS[0], "using": "other"},
    "nearest to a point": {"query": 5, "using": "dense"},
    "nearest sparse": {"query": SPARSE, "using": "sparse", "limit": 3},
    "filtered": {
        "query": VECTORS[1],
        "using": "dense",
        "query_filter": models.Filter(must=[BERLIN]),
    },
    "paged": {"query": VECTORS[1], "using": "dense", "limit": 5, "offset": 7},
    "above a score": {"query": VECTORS[2], "using": "dense", "score_threshold": 0.3, "limit": 50},
    "with vectors": {"query": VECTORS[2], "using": "dense", "with_vectors": True, "limit": 3},
    "without payload": {"query": VECTORS[2], "using": "dense", "with_payload": False},
    "some payload": {"query": VECTORS[2], "using": "dense", "with_payload": ["city", "rank"]},
    "payload but": {
        "query": VECTORS[2],
        "using": "dense",
        "with_payload": models.PayloadSelectorExclude(exclude=["city"]),
    },
    "exact": {
        "query": VECTORS[3],
        "using": "dense",
        "search_params": models.SearchParams(exact=True),
    },
    "order by": {"query": models.OrderByQuery(order_by="rank"), "limit": 8},
    "order by descending": {
        "query": models.OrderByQuery(
            order_by=models.OrderBy(key="price", direction=models.Direction.DESC)
        ),
        "limit": 8,
    },
    "order by from": {
        "query": models.OrderByQuery(order_by=models.OrderBy(key="rank", start_from=30)),
        "limit": 8,
    },
    "recommend": {
        "query": models.RecommendQuery(recommend=models.RecommendInput(positive=[1, 2])),
        "using": "dense",
    },
    "recommend against": {
        "query": models.RecommendQuery(
            recommend=models.RecommendInput(positive=[1, VECTORS[9]], negative=[3])
        ),
        "using": "dense",
    },
    "recommend best score": {
        "query": models.RecommendQuery(
            recommend=models.RecommendInput(
                positive=[1, 2], negative=[3], strategy=models.RecommendStrategy.BEST_SCORE
            )
        ),
        "using": "dense",
    },
    "recommend sum of scores": {
        "query": models.RecommendQuery(
            recommend=models.RecommendInput(
                positive=[1, 2], negative=[3], strategy=models.RecommendStrategy.SUM_SCORES
            )
        ),
        "using": "dense",
    },
    "recommend sparse": {
        "query": models.RecommendQuery(
            recommend=models.RecommendInput(
                positive=[1, 2], strategy=models.RecommendStrategy.SUM_SCORES
            )
        ),
        "using": "sparse",
        "limit": 3,
    },
    "discover": {
        "query": models.DiscoverQuery(
            discover=models.DiscoverInput(
                target=VECTORS[4], context=[models.ContextPair(positive=1, negative=2)]
            )
        ),
        "using": "dense",
    },
    "mmr": {
        "query": models.NearestQuery(
            nearest=VECTORS[5], mmr=models.Mmr(diversity=0.6, candidates_limit=20)
        ),
        "using": "dense",
        "limit": 5,
    },
    "rrf": {
        "query": models.FusionQuery(fusion=models.Fusion.RRF),
        "prefetch": [
            models.Prefetch(query=VECTORS[6], using="dense", limit=20),
            models.Prefetch(query=VECTORS[8], using="other", limit=20),
        ],
        "limit": 40,
    },
    "weighted rrf": {
        "query": models.RrfQuery(rrf=models.Rrf(k=3, weights=[3.0, 1.0])),
        "prefetch": [
            models.Prefetch(query=VECTORS[6], using="dense", limit=20),
            models.Prefetch(query=VECTORS[8], using="other", limit=20),
        ],
        "limit": 40,
    },
    "dbsf": {
        "query": models.FusionQuery(fusion=models.Fusion.DBSF),
        "prefetch": [
            models.Prefetch(query=VECTORS[6], using="dense", limit=20),
            models.Prefetch(query=VECTORS[8], using="dense", limit=20),
        ],
        "limit": 40,
    },
    "rescored": {
        "query": VECTORS[6],
        "using": "dense",
        "prefetch": models.Prefetch(
            query=VECTORS[7],
            using="other",
            limit=12,
            prefetch=models.Prefetch(
                query=VECTORS[8], using="dense", limit=30, filter=models.Filter(must_not=[BERLIN])
            ),
        ),
    },
    "by id": {"limit": 5},
}


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_query(stored: Twins, query: dict[str, Any]) -> None:
    answer = stored.agree("query_points", **query)
    assert answer.points


def test_context_prefers_the_side_of_the_positive_examples(stored: Twins) -> None:
    pairs = [models.ContextPair(positive=p, negative=n) for p, n in ((1, 2), (5, 9))]
    query = {"query": models.ContextQuery(context=pairs), "using": "dense", "limit": COUNT}
    # Many points share the best score, 0, and no rule says in which order they come.
    scores, expected = (
        {point.id: round(point.score, 4) for point in answer.points}
        for answer in (
            stored.client.query_points(stored.name, **query),
            stored.local.query_points(stored.name, **query),
        )
    )
    assert scores == expected


def test_sample_gives_different_points_of_the_collection(stored: Twins) -> None:
    sample = models.SampleQuery(sample=models.Sample.RANDOM)
    answers = [stored.client.query_points(stored.name, query=sample, limit=5) for _ in range(5)]
    drawn = [tuple(point.id for point in answer.points) for answer in answers]
    assert all(len(set(ids)) == 5 and set(ids) <= set(range(1, COUNT + 1)) for ids in drawn)
    assert len(set(drawn)) > 1


@pytest.mark.parametrize("distance", list(models.Distance))
def test_every_distance(twins: Twins, distance: models.Distance) -> None:
    twins.create(vectors_config=models.VectorParams(size=DIMENSION, distance=distance))
    batch = models.Batch(ids=list(range(COUNT)), vectors=VECTORS)
    twins.do("upsert", points=batch, wait=True)
    twins.agree("query_points", query=VECTORS[0], limit=COUNT)


def test_rare_words_weigh_more(twins: Twins) -> None:
    words = models.SparseVectorParams(modifier=models.Modifier.IDF)
    twins.create(vectors_config={}, sparse_vectors_config={"words": words})
    points = [
        models.PointStruct(
            id=n, vector={"words": models.SparseVector(indices=[1, n % 5], values=[1.0, 1.0 + n])}
        )
        for n in range(10, 30)
        if n % 5 != 1
    ]
    twins.do("upsert", points=points, wait=True)
    query = models.SparseVector(indices=[1, 2, 3], values=[1.0, 1.0, 0.5])
    twins.agree("query_points", query=query, using="words", limit=20)


def test_relevance_feedback(stored: Twins) -> None:
    feedback = models.RelevanceFeedbackInput(
        target=VECTORS[0],
        feedback=[models.FeedbackItem(example=n, score=1.0 / n) for n in (2, 3, 4)],
        strategy=models.NaiveFeedbackStrategy(
            naive=models.NaiveFeedbackStrategyParams(a=0.5, b=0.3, c=0.2)
        ),
    )
    query = models.RelevanceFeedbackQuery(relevance_feedback=feedback)
    stored.agree("query_points", query=query, using="dense")


def test_vectors_of_another_collection(stored: Twins) -> None:
    other = f"{stored.name}-other"
    config = {"away": models.VectorParams(size=DIMENSION, distance=models.Distance.DOT)}
    for client in (stored.client, stored.local):
        client.create_collection(other, vectors_config=config)
        point = models.PointStruct(id=1, vector={"away": VECTORS[30]}, payload={})
        client.upsert(other, [point], wait=True)
    try:
        location = models.LookupLocation(collection=other, vector="away")
        answer = stored.agree("query_points", query=1, using="dense", lookup_from=location)
        assert answer.points[0].id == 31
    finally:
        stored.client.delete_collection(other)


def test_batch_answers_in_order(stored: Twins) -> None:
    requests = [
        models.QueryRequest(query=VECTORS[n], using="dense", limit=n + 1, with_payload=True)
        for n in range(4)
    ]
    answers = stored.agree("query_batch_points", requests=requests)
    assert [len(answer.points) for answer in answers] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "options",
    [
        {"group_by": "city", "limit": 3, "group_size": 2},
        {"group_by": "city", "limit": 10, "group_size": 40},
        {"group_by": "rank", "limit": 4, "group_size": 1},
        {"group_by": "city", "query_filter": models.Filter(must_not=[BERLIN]), "limit": 9},
        {"group_by": "city", "with_payload": False, "with_vectors": ["other"]},
        {"group_by": "missing"},
    ],
    ids=str,
)
def test_groups(stored: Twins, options: dict[str, Any]) -> None:
    stored.agree("query_points_groups", query=VECTORS[0], using="dense", **options)


def test_groups_look_their_values_up_in_another_collection(stored: Twins) -> None:
    other = f"{stored.name}-ranks"
    for client in (stored.client, stored.local):
        config = models.VectorParams(size=1, distance=models.Distance.DOT)
        client.create_collection(other, vectors_config=config)
        points = [models.PointStruct(id=n, vector=[1.0], payload={"name": n}) for n in range(COUNT)]
        client.upsert(other, points, wait=True)
    try:
        stored.agree(
            "query_points_groups",
            query=VECTORS[0],
            using="dense",
            group_by="rank",
            limit=3,
            with_lookup=models.WithLookup(collection=other),
        )
    finally:
        stored.client.delete_collection(other)


@pytest.mark.parametrize(
    "options",
    [
        {"limit": 7},
        {"limit": 7, "offset": 30},
        {"limit": 100, "scroll_filter": models.Filter(must=[BERLIN])},
        {"limit": 9, "order_by": "rank"},
        {"limit": 9, "order_by": models.OrderBy(key="rank", direction=models.Direction.DESC)},
        {"limit": 9, "order_by": models.OrderBy(key="when", start_from="2024-01-01T00:20:00Z")},
        {"limit": 3, "with_payload": False, "with_vectors": True},
    ],
    ids=str,
)
def test_scroll(stored: Twins, options: dict[str, Any]) -> None:
    stored.agree("scroll", **options)


def test_scrolling_page_by_page_gives_every_point_once(stored: Twins) -> None:
    seen, offset = [], None
    while True:
        page, offset = stored.client.scroll(stored.name, limit=7, offset=offset)
        seen += [record.id for record in page]
        if offset is None:
            break
    assert seen == list(range(1, COUNT + 1))


@pytest.mark.parametrize("exact", [True, False])
def test_count(stored: Twins, exact: bool) -> None:
    stored.agree("count", count_filter=models.Filter(must=[BERLIN]), exact=exact)


@pytest.mark.parametrize("key", ["city", "rank", "open"])
def test_facet(stored: Twins, key: str) -> None:
    stored.agree("facet", key=key, limit=100, exact=True)
    stored.agree("facet", key=key, limit=100, facet_filter=models.Filter(must=[BERLIN]), exact=True)
