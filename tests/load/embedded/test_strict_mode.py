"""Strict mode refuses in Qdrant's words what the owner of a collection does not allow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest
from locust_qdrant.embedded.engine import rates
from locust_qdrant.embedded.engine.problems import RequestError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from locust_qdrant.embedded import EmbeddedServer

FOX = {"must": [{"key": "text", "match": {"text": "fox"}}]}
FIVE = {"must": [{"key": "rank", "match": {"any": [1, 2, 3, 4, 5]}}]}


class Collection:
    """One collection, asked over plain HTTP."""

    def __init__(self, client: httpx.Client, name: str) -> None:
        self._client = client
        self._path = f"/collections/{name}"

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, str]:
        """Return the status, and what went wrong."""
        response = self._client.request(method, self._path + path, json=body)
        status = response.json()["status"]
        return response.status_code, status["error"] if isinstance(status, dict) else ""

    def allow(self, **limits: Any) -> None:
        """Set limits of strict mode."""
        config = {"strict_mode_config": {"enabled": True, **limits}}
        assert self.ask("PATCH", "", config) == (200, "")


@pytest.fixture
def strict(server: EmbeddedServer, name: str) -> Iterator[Collection]:
    with httpx.Client(base_url=server.url, timeout=60) as client:
        collection = Collection(client, name)
        sparse = {"words": {}}
        collection.ask(
            "PUT", "", {"vectors": {"size": 2, "distance": "Dot"}, "sparse_vectors": sparse}
        )
        points = [
            {"id": n, "vector": {"": [n, 1]}, "payload": {"rank": n, "text": "a fox"}}
            for n in range(5)
        ]
        assert collection.ask("PUT", "/points?wait=true", {"points": points}) == (200, "")
        yield collection
        collection.ask("DELETE", "")


# What is allowed, what is asked, and what is said.
REFUSED: dict[str, tuple[dict[str, Any], tuple[str, str, Any], str]] = {
    "limit": (
        {"max_query_limit": 4},
        ("POST", "/points/query", {"query": [1, 0], "limit": 5}),
        'Limit exceeded 5 > 4 for "limit"',
    ),
    "limit of a prefetch": (
        {"max_query_limit": 4},
        (
            "POST",
            "/points/query",
            {"query": [1, 0], "prefetch": {"query": [1, 0], "limit": 5}, "limit": 1},
        ),
        'Limit exceeded 5 > 4 for "limit"',
    ),
    "limit of groups": (
        {"max_query_limit": 15},
        (
            "POST",
            "/points/query/groups",
            {"query": [1, 0], "group_by": "rank", "limit": 4, "group_size": 4},
        ),
        'Limit exceeded 16 > 15 for "limit"',
    ),
    "timeout": (
        {"max_timeout": 5},
        ("POST", "/points/query?timeout=6", {"query": [1, 0]}),
        'Limit exceeded 6 > 5 for "timeout"',
    ),
    "exact search": (
        {"search_allow_exact": False},
        ("POST", "/points/query", {"query": [1, 0], "params": {"exact": True}}),
        "Exact search disabled!. Help: Set exact=false.",
    ),
    "exact count": (
        {"search_allow_exact": False},
        ("POST", "/points/count", {}),
        "Exact search disabled!",
    ),
    "hnsw_ef": (
        {"search_max_hnsw_ef": 10},
        ("POST", "/points/query", {"query": [1, 0], "params": {"hnsw_ef": 11}}),
        'Limit exceeded 11 > 10 for "hnsw_ef"',
    ),
    "filter without an index": (
        {"unindexed_filtering_retrieve": False},
        ("POST", "/points/scroll", {"filter": FOX}),
        'Index required but not found for "text" of one of the following types: [text]',
    ),
    "delete by a filter without an index": (
        {"unindexed_filtering_update": False},
        ("POST", "/points/delete", {"filter": FIVE}),
        'Index required but not found for "rank" of one of the following types: [integer]',
    ),
    "formula without an index": (
        {"unindexed_filtering_retrieve": False},
        (
            "POST",
            "/points/query",
            {"prefetch": {"query": [1, 0]}, "query": {"formula": {"sum": ["$score", "rank"]}}},
        ),
        "use a different formula expression",
    ),
    "conditions": (
        {"filter_max_conditions": 1},
        ("POST", "/points/scroll", {"filter": {"must": [*FOX["must"], *FIVE["must"]]}}),
        "Filter condition limit reached (2 > 1)",
    ),
    "size of a condition": (
        {"condition_max_size": 4},
        ("POST", "/points/scroll", {"filter": FIVE}),
        "Condition size limit reached (5 > 4)",
    ),
    "points of an upsert": (
        {"upsert_max_batchsize": 1},
        ("PUT", "/points", {"points": [{"id": n, "vector": {"": [1, 1]}} for n in (8, 9)]}),
        'Limit exceeded 2 > 1 for "upsert limit"',
    ),
    "points of a collection": (
        {"max_points_count": 5},
        ("PUT", "/points", {"points": [{"id": 9, "vector": {"": [1, 1]}}]}),
        "Max points count limit of 5 reached!",
    ),
    "length of a sparse vector": (
        {"sparse_config": {"words": {"max_length": 1}}},
        (
            "PUT",
            "/points",
            {"points": [{"id": 9, "vector": {"words": {"indices": [1, 2], "values": [1, 1]}}}]},
        ),
        "Sparse vector 'words' has a limit of 1 indices, but 2 were provided!",
    ),
    "searches of a batch": (
        {"search_max_batchsize": 1},
        ("POST", "/points/query/batch", {"searches": [{"query": [1, 0]}] * 2}),
        'Limit exceeded 2 > 1 for "search batch size"',
    ),
}


@pytest.mark.parametrize("limit", REFUSED)
def test_what_is_not_allowed_is_refused(strict: Collection, limit: str) -> None:
    allowed, asked, reason = REFUSED[limit]
    assert strict.ask(*asked) == (200, "")
    # What the first time wrote or deleted.
    back = [{"id": n, "vector": {"": [n, 1]}, "payload": {"rank": n}} for n in range(5)]
    strict.ask("PUT", "/points?wait=true", {"points": back})
    strict.allow(**allowed)
    status, said = strict.ask(*asked)
    assert status == 400
    assert said.startswith("Bad request: ")
    assert reason in said


def test_an_index_of_use_is_enough(strict: Collection) -> None:
    strict.allow(unindexed_filtering_retrieve=False)
    index = {"field_name": "rank", "field_schema": "integer"}
    strict.ask("PUT", "/index?wait=true", index)
    assert strict.ask("POST", "/points/scroll", {"filter": FIVE}) == (200, "")
    without_lookup = {"type": "integer", "lookup": False, "range": True}
    strict.ask("PUT", "/index?wait=true", index | {"field_schema": without_lookup})
    assert strict.ask("POST", "/points/scroll", {"filter": FIVE})[0] == 400


@pytest.mark.parametrize("match", [{"any": []}, {"except": []}])
def test_no_values_to_match_need_no_index(strict: Collection, match: dict[str, Any]) -> None:
    strict.allow(unindexed_filtering_retrieve=False)
    condition = {"key": "rank", "match": match}
    formula = {"formula": {"sum": ["$score", condition]}}
    prefetch = {"query": [1, 0]}
    bodies = ({"filter": {"must": [condition]}}, {"prefetch": prefetch, "query": formula})
    for body in bodies:
        assert strict.ask("POST", "/points/query", body) == (200, "")


def test_reads_beyond_their_rate_are_429(strict: Collection) -> None:
    strict.allow(read_rate_limit=2)
    asked = ("POST", "/points/query", {"query": [1, 0]})
    statuses = [strict.ask(*asked)[0] for _ in range(3)]
    assert statuses == [200, 200, 429]
    status, said = strict.ask("POST", "/points/scroll", {"filter": {"must": FIVE["must"] * 2}})
    assert status == 429
    assert "request larger than rate limiter capacity" in said


def test_a_point_that_is_named_is_fetched_and_left_out(strict: Collection) -> None:
    asked = ("POST", "/points/query", {"query": 3})
    for tokens, status in ((2, 429), (3, 200)):
        strict.allow(read_rate_limit=tokens)
        assert strict.ask(*asked)[0] == status


def test_every_row_of_a_multi_vector_counts(server: EmbeddedServer, name: str) -> None:
    with httpx.Client(base_url=server.url, timeout=60) as client:
        collection = Collection(client, name)
        config = {"size": 2, "distance": "Dot", "multivector_config": {"comparator": "max_sim"}}
        collection.ask("PUT", "", {"vectors": {"rows": config}})
        points = [{"id": n, "vector": {"rows": [[n, 1]] * 3}} for n in range(3)]
        assert collection.ask("PUT", "/points?wait=true", {"points": points}) == (200, "")
        for query, enough in (([[1.0, 0.0]] * 3, 3), (2, 5)):
            asked = ("POST", "/points/query", {"query": query, "using": "rows"})
            for tokens, status in ((enough - 1, 429), (enough, 200)):
                collection.allow(read_rate_limit=tokens)
                assert collection.ask(*asked)[0] == status
        collection.ask("DELETE", "")


def test_a_write_costs_a_token_a_point(strict: Collection) -> None:
    strict.allow(write_rate_limit=3)
    points = [{"id": n, "vector": {"": [n, 1]}} for n in range(3)]
    assert strict.ask("PUT", "/points", {"points": points}) == (200, "")
    status, said = strict.ask("PUT", "/points", {"points": points[:1]})
    assert status == 429
    assert "Write rate limit exceeded: Operation requires 1 tokens" in said


def test_tokens_come_back_evenly(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(rates.time, "monotonic", lambda: now[0])
    bucket = rates.TokenBucket(60)
    bucket.spend(60, "Read")
    with pytest.raises(RequestError) as caught:
        bucket.spend(2, "Read")
    assert caught.value.retry_after == 2
    now[0] += 2
    bucket.spend(2, "Read")


def test_switched_off_it_allows_everything(strict: Collection) -> None:
    strict.allow(max_query_limit=1)
    strict.allow(enabled=False)
    assert strict.ask("POST", "/points/query", {"query": [1, 0]}) == (200, "")
