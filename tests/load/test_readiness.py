"""When a collection is ready, and what its server did with it while the traffic ran."""

from __future__ import annotations

import pytest
from locust_qdrant.config.model import CollectionSpec, VectorSpec
from locust_qdrant.targets.qdrant.readiness import (
    CollectionState,
    note_on,
    notes_on_change,
    wait_until_ready,
)

ONE = CollectionSpec()
TWO = CollectionSpec(vectors={"a": VectorSpec(), "b": VectorSpec()})
WITH_SPARSE = CollectionSpec(sparse=("words",))
GREEN = CollectionState("green", points=1000, indexed=1000, segments=2)


@pytest.mark.parametrize(
    ("state", "spec", "words"),
    [
        (GREEN, ONE, ""),
        # As it should be: a small segment has no index.
        (GREEN._replace(indexed=990), ONE, ""),
        (GREEN._replace(indexed=0), ONE, "was not indexed"),
        # The count adds up all names; the sparse vectors are always in it.
        (GREEN, WITH_SPARSE, "was not indexed"),
        (GREEN._replace(indexed=2000), WITH_SPARSE, ""),
        (GREEN._replace(indexed=900), TWO, "Only some 900 of 2,000 vectors were in an index"),
        (GREEN._replace(status="yellow"), ONE, "was yellow when the traffic began: the server was"),
        (GREEN._replace(status="grey"), ONE, "waits for the next write"),
        (GREEN._replace(status="red"), ONE, "something is wrong"),
        (GREEN._replace(error="disk full"), ONE, "optimiser failed before the traffic began: disk"),
        (GREEN._replace(status="yellow", queue=7), ONE, "7 updates waiting"),
    ],
)
def test_a_reader_knows_what_the_traffic_met(state, spec, words):
    said = note_on(state, spec)
    assert words in said
    assert bool(said) == bool(words)


@pytest.mark.parametrize("state", [{"status": "grey"}, {"status": "red"}, {"error": "no"}])
def test_what_can_never_come_is_not_waited_for(state):
    looks = []

    def look():
        looks.append(1)
        return GREEN._replace(indexed=0, **state)

    assert wait_until_ready(look, ONE, 3600)
    assert len(looks) == 1


def test_an_optimiser_is_waited_for_as_long_as_was_asked(monkeypatch):
    states = [GREEN._replace(status="yellow")] * 3 + [GREEN]
    monkeypatch.setattr("time.sleep", lambda _: None)
    assert wait_until_ready(lambda: states.pop(0), ONE, 3600) == ""
    assert not states
    assert "was yellow" in wait_until_ready(lambda: GREEN._replace(status="yellow"), ONE, -1)


def test_what_the_optimiser_did_beside_the_traffic_is_said():
    after = GREEN._replace(segments=5)
    (said,) = notes_on_change(GREEN, {"green", "yellow"}, after)
    assert "the collection went from green to yellow, its segments from 2 to 5" in said
    assert list(notes_on_change(GREEN, {"green"}, GREEN)) == []
    assert list(notes_on_change(None, {"yellow"}, GREEN)) == []
    worse = GREEN._replace(error="disk full", queue=12)
    failed, waiting = notes_on_change(GREEN, set(), worse)
    assert "optimiser failed while the traffic ran: disk full" in failed
    assert "12 updates still waited" in waiting
