"""Requests are taken in one by one, and nothing of them is kept: what is known stays the same."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from locust_qdrant.metrics import under_way as module
from locust_qdrant.metrics.part_times import PARTS
from locust_qdrant.metrics.record import Outcome, Record, Stations
from locust_qdrant.metrics.requests import OTHER_MESSAGES, Group, Requests
from locust_qdrant.metrics.under_way import UnderWay

START = 1_764_000_000.0


def record(start: float = 0.0, taken: float = 0.01, **more) -> Record:
    begun = START + start
    return replace(Record("query", "c", "REST", begun, begun + taken, Outcome.OK), **more)


times = st.floats(0.0001, 3.0)
outcomes = st.sampled_from([Outcome.OK, Outcome.ERROR, Outcome.TIMEOUT, Outcome.CANCELLED])


@st.composite
def some(draw) -> list[Record]:
    made = []
    for _ in range(draw(st.integers(1, 60))):
        taken = draw(times)
        stations = Stations(0.1 * taken, None, 0.0, 0.1 * taken, 0.5 * taken, 0.2 * taken)
        made.append(
            record(
                draw(st.floats(0, 20)),
                taken,
                operation=draw(st.sampled_from(["query", "upsert"])),
                outcome=draw(outcomes),
                step=draw(st.sampled_from(["warm-up", "main"])),
                stations=draw(st.sampled_from([stations, None])),
                loop_wait=0.1 * taken,
                status=draw(st.sampled_from([0, 200])),
            )
        )
    return sorted(made, key=lambda each: each.end)


def taken_in(records, **more) -> Requests:
    found = Requests(["warm-up"], [START + 5], **more)
    for each in records:
        found.record(each)
    return found


@settings(deadline=None)
@given(some(), st.integers(0, 60))
def test_parts_of_a_run_add_up_to_the_whole_of_it(records, cut):
    whole, first = taken_in(records), taken_in(records[:cut])
    first.add(taken_in(records[cut:]))
    for name in ("measured", "left_out", "every"):
        mine, theirs = getattr(first, name), getattr(whole, name)
        assert mine.outcomes == theirs.outcomes
        assert mine.statuses == theirs.statuses
        assert mine.operations == theirs.operations
        assert mine.taken == theirs.taken
        assert mine.bodies.counts == theirs.bodies.counts
        assert mine.parts.rows.keys() == theirs.parts.rows.keys()
        for key, row in theirs.parts.rows.items():
            assert mine.parts.rows[key] == pytest.approx(row)
    assert (first.first_due, first.last_end) == (whole.first_due, whole.last_end)
    assert first.slots.by_number == whole.slots.by_number
    assert first.count == whole.count == len(records)


@settings(deadline=None)
@given(some())
def test_what_is_counted_is_what_happened(records):
    every = taken_in(records).every
    good = [each for each in records if each.outcome is Outcome.OK]
    assert every.failed == sum(each.outcome.failed for each in records)
    assert every.total.good == len(good)
    followed = [each for each in records if each.stations is not None]
    assert every.followed == len(followed)
    longest = max((each.seconds - each.loop_wait for each in followed), default=0.0)
    assert every.taken.longest == longest
    seen = [each for each in good if each.stations is not None]
    assert every.parts.count == len(seen)
    row = every.parts.band(0, len(seen))
    assert row[1] == pytest.approx(sum(each.latency for each in seen))
    body = sum(each.stations.body for each in seen)
    assert row[2 + PARTS.index("body")] == pytest.approx(body)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 300), st.floats(0.001, 30)), min_size=1, max_size=200),
    st.integers(5, 50),
)
def test_the_most_under_way_is_right_though_what_is_past_is_settled(spans, each):
    ends = sorted((start + taken, start) for start, taken in spans)
    found, exact = UnderWay(), 0
    before, module._SETTLE_EACH = module._SETTLE_EACH, each
    found._settle_at = each
    for end, start in ends:
        found.record(start, end)
    module._SETTLE_EACH = before
    for _, moment in ends:
        exact = max(exact, sum(start <= moment < end for end, start in ends))
    assert found.peak == exact


def test_settling_forgets_what_is_long_past():
    found = UnderWay()
    for number in range(200_000):
        found.record(number / 100, number / 100 + 0.015)
    assert found.peak == 2
    assert len(found._starts) < 60_000


def test_slots_become_wider_and_lose_nothing():
    found = taken_in(record(number / 2) for number in range(5000))
    assert found.slots.width == 16
    assert len(found.slots.by_number) <= 240
    assert sum(each.latency.count for each in found.slots.by_number.values()) == 5000
    narrow = taken_in(record(number / 2) for number in range(20))
    narrow.add(found)
    assert sum(each.latency.count for each in narrow.slots.by_number.values()) == 5020


def test_errors_that_are_all_different_are_counted_and_not_kept():
    group = Group()
    for number in range(5000):
        group.record(record(outcome=Outcome.ERROR, error=f"no {number}"))
    assert len(group.messages) <= 1001
    assert sum(group.messages.values()) == group.failed == 5000
    assert group.messages["query", OTHER_MESSAGES] == 4000


def test_a_stall_that_reaches_out_of_the_warm_up_counts():
    warm = {"step": "warm-up"}
    found = taken_in([record(4, 1.4, **warm), record(4, 1.6, **warm), record(5.2, 0.1)])
    assert (found.measured.count, found.left_out.count) == (2, 1)
    assert found.of_step("warm-up").count == 2


def grpc(start, taken=0.1, error=""):
    outcome = Outcome.TIMEOUT if error else Outcome.OK
    return record(start, taken, protocol="gRPC", outcome=outcome, error=error)


DEAD = "DEADLINE_EXCEEDED: Deadline Exceeded"


def test_a_silence_that_nothing_ended_is_known():
    dead = [grpc(5 + number / 1000, 1.0, DEAD) for number in (3, 1, 2)]
    lasting = taken_in([grpc(0), grpc(1), *dead]).silences.lasting
    assert lasting is not None
    assert (lasting.before, lasting.after) == (2, 3)
    assert lasting.seconds == pytest.approx(3.903, abs=1e-3)


@pytest.mark.parametrize(
    "records",
    [
        [grpc(0), grpc(0.5, 1.0, DEAD), grpc(0.6, 1.0, DEAD)],
        [grpc(0), grpc(5, 1.0, DEAD), grpc(6.5)],
        [grpc(0, 0.1, "UNAVAILABLE: gone"), grpc(5, 1.0, DEAD), grpc(6, 1.0, DEAD)],
        [grpc(5, 1.0, DEAD), grpc(8, 1.0, DEAD)],
        # One that was under way all the time.
        [grpc(0), grpc(5, 1.0, DEAD), grpc(0.05, 7.0, DEAD)],
    ],
    ids=["no pause", "ended", "failed before", "nothing before", "no silence"],
)
def test_what_is_no_silence_is_none(records):
    lasting = taken_in(records).silences.lasting
    assert lasting is None or lasting.after < 2
