"""The books: what was acknowledged must be there, and what is in doubt may be."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from locust_qdrant.ledger import Finding, Ledger, audit
from locust_qdrant.workload.dataset import Dataset

payload = Dataset.payload


def written(*outcomes: bool) -> Ledger:
    """Return a ledger in which point `p` was written in versions 0, 1, ..., each well or badly."""
    ledger = Ledger()
    for version, good in enumerate(outcomes):
        with contextlib.suppress(TimeoutError), ledger.writing(["p"], version):
            if not good:
                raise TimeoutError
    return ledger


@pytest.mark.parametrize(
    ("outcomes", "found", "finding"),
    [
        ([True], payload("p", 0), Finding.PRESENT),
        ([True], None, Finding.MISSING),
        ([True], {}, Finding.WRONG),
        ([True], payload("q", 0), Finding.WRONG),
        ([True, True], payload("p", 1), Finding.PRESENT),
        ([True, True], payload("p", 0), Finding.STALE),
        ([True, True], None, Finding.MISSING),
        ([True, False], payload("p", 0), Finding.PRESENT),
        ([True, False], payload("p", 1), Finding.PRESENT),
        ([True, False], None, Finding.MISSING),
        ([True, False, True], payload("p", 1), Finding.PRESENT),
        ([True, False, True], payload("p", 0), Finding.STALE),
        ([False, True], payload("p", 2), Finding.WRONG),
    ],
)
def test_a_reading_is_judged_by_the_last_acknowledged_write(outcomes, found, finding):
    assert written(*outcomes).judge("p", found, payload) is finding


@given(st.lists(st.booleans(), min_size=1, max_size=8), st.data())
def test_whatever_a_server_may_do_with_lost_answers_is_no_loss(outcomes, data):
    """A write without an answer is applied never, in its turn, or late; the rest in their turn."""
    ledger = written(*outcomes)
    if not ledger.points():
        return
    applied = [
        version
        for version, good in enumerate(outcomes)
        if good or data.draw(st.booleans(), label=f"{version} applied")
    ]
    unanswered = [version for version in applied if not outcomes[version]]
    late = data.draw(st.sampled_from([None, *unanswered]), label="late")
    found = applied[-1] if late is None else late
    assert ledger.judge("p", payload("p", found), payload) is Finding.PRESENT


def test_an_audit_counts_and_gives_examples():
    ledger = Ledger()
    names = [f"p{number}" for number in range(20)]
    with ledger.writing(names, 0):
        pass
    readings = [(name, None if name in names[:7] else payload(name, 0)) for name in names]
    result = audit(ledger, readings, payload)
    assert (result.points, result.missing, result.lost) == (20, 7, 7)
    assert result.examples[0] == "point p0 is missing"
    assert len(result.examples) < 7


def test_every_point_that_was_tried_can_be_removed():
    ledger = written(False)
    assert ledger.points() == []
    assert ledger.touched() == ["p"]
    assert ledger.in_doubt() == 1


def test_payloads_tell_versions_and_points_apart():
    seen = [payload(point, version) for point in ("p", "q") for version in range(3)]
    assert all(one != other for i, one in enumerate(seen) for other in seen[i + 1 :])


def test_the_same_seed_gives_the_same_vectors():
    first, again, other = Dataset(8, 1), Dataset(8, 1), Dataset(8, 2)
    assert first.vector("p", 0) == again.vector("p", 0)
    assert first.vector("p", 0) != other.vector("p", 0)
    assert len(first.query(12345)) == 8
