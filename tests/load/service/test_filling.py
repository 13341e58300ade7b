"""Placeholders: requests differ, the same seed gives the same, and what has no value stays."""

from __future__ import annotations

from locust_qdrant.config.service import Endpoint
from locust_qdrant.targets.http.filling import Filler, fill, fill_path, query_pairs

ENDPOINT = Endpoint(
    "search",
    "POST",
    "/{topic}/{number}",
    query={"q": "{topic} and {unknown}"},
    json={"vector": "{vector}", "again": ["{topic}"]},
)
CHOICES = {"topic": ["otters", "seals"], "vector": [[0.1, 0.2]]}


def test_one_placeholder_has_one_value_in_a_request_and_another_in_the_next():
    filler = Filler(CHOICES, seed=1)
    seen = [filler.values(ENDPOINT) for _ in range(20)]
    assert {values["topic"] for values in seen} == {"otters", "seals"}
    assert [values["number"] for values in seen] == list(range(20))
    values = {"topic": "otters", "number": 3, "vector": [0.1, 0.2]}
    assert fill(ENDPOINT.json, values) == {"vector": [0.1, 0.2], "again": ["otters"]}
    assert fill(ENDPOINT.query, values) == {"q": "otters and {unknown}"}
    assert fill_path(ENDPOINT.path, values | {"topic": "a/b"}) == "/a%2Fb/3"


def test_the_same_seed_gives_the_same_values():
    once, again, other = (Filler(CHOICES, seed).values(ENDPOINT) for seed in (1, 1, 2))
    assert once == again
    made = Endpoint("made", "GET", "/{uuid}")
    first, second = Filler({}, 1), Filler({}, 2)
    assert first.values(made) != second.values(made)
    assert other.keys() == once.keys()


def test_processes_number_their_requests_apart():
    first, second = (Filler(CHOICES, 1, worker, 2) for worker in (0, 1))
    numbers = [[each.values(ENDPOINT)["number"] for _ in range(3)] for each in (first, second)]
    assert numbers == [[0, 2, 4], [1, 3, 5]]


def test_a_query_knows_lists_and_truth():
    assert query_pairs({"a": [1, 2], "b": True}) == [("a", "1"), ("a", "2"), ("b", "true")]
