"""A regression gate tells worse from noise, and says nothing of what only one run has."""

from __future__ import annotations

from random import Random

import pytest
from locust_qdrant.analysis.regression import FEWEST_SECONDS, Change, changes, whole_seconds
from locust_qdrant.metrics.record import Outcome, Record

SECONDS, RATE = 12, 60


def run_of(operation: str = "query", *, slower: float = 1.0, rate: int = RATE, seed: int = 0):
    """Return the records of a run whose seconds have moods, as those of a busy machine do."""
    chance = Random(seed)
    records = []
    for second in range(SECONDS):
        mood = chance.uniform(0.9, 1.1)
        for number in range(rate):
            start = 1000 + second + number / rate
            taken = 0.010 * slower * mood * chance.uniform(0.8, 1.2)
            records.append(Record(operation, "c", "REST", start, start + taken, Outcome.OK))
    return records


def worse(base: list[Record], new: list[Record], **options) -> set[tuple[str, str]]:
    return {(each.operation, each.figure) for each in changes(base, new, **options) if each.worse}


def figure_of(found: list[Change], operation: str, figure: str) -> Change:
    (only,) = [each for each in found if (each.operation, each.figure) == (operation, figure)]
    return only


def test_two_runs_of_the_same_thing_differ_in_nothing():
    assert worse(run_of(seed=1), run_of(seed=2)) == set()


def test_a_run_that_is_half_as_fast_again_is_worse_at_every_percentile():
    slow = worse(run_of(seed=1), run_of(seed=2, slower=1.5))
    assert slow == {(name, each) for name in ("query", "total") for each in ("p50", "p95", "p99")}
    assert worse(run_of(seed=1), run_of(seed=2, slower=1.5), tolerance=1.0) == set()


def test_a_faster_run_is_not_worse():
    found = changes(run_of(seed=1, slower=2), run_of(seed=2))
    assert not any(each.worse for each in found)
    assert figure_of(found, "query", "p50").interval.high < 0.6


def test_lost_throughput_is_worse():
    assert worse(run_of(seed=1), run_of(seed=2, rate=RATE // 2)) == {
        ("query", "throughput"),
        ("total", "throughput"),
    }


def test_more_errors_are_worse_and_have_no_ratio():
    failing = [
        Record("query", "c", "REST", 1000 + n, 1000.1 + n, Outcome.TIMEOUT) for n in range(20)
    ]
    found = changes(run_of(), run_of() + failing)
    errors = figure_of(found, "query", "errors")
    assert errors.worse
    assert errors.interval is None
    assert errors.new == pytest.approx(20 / (SECONDS * RATE + 20))


def test_seconds_that_are_too_few_to_resample_say_nothing():
    base, slow = run_of(seed=1), run_of(seed=2, slower=3)
    # Without the first and the last second, which are cut off somewhere.
    few, enough = (
        [[each for each in run if each.start < 1000 + seconds] for run in (base, slow)]
        for seconds in (FEWEST_SECONDS + 1, FEWEST_SECONDS + 2)
    )
    assert [whole_seconds(each) for each in (*few, *enough)] == [5, 5, 6, 6]
    assert worse(*few) == set()
    assert {each.interval for each in changes(*few)} == {None}
    assert ("query", "p50") in worse(*enough)


def test_an_operation_that_only_one_run_has_is_not_compared():
    found = changes(run_of("query"), run_of("query") + run_of("upsert"))
    assert {each.operation for each in found} == {"query", "total"}


@pytest.mark.parametrize(("base", "new"), [([], run_of()), (run_of(), []), ([], [])])
def test_an_empty_run_has_no_ratios(base, new):
    found = changes(base, new)
    assert {each.interval for each in found} == {None}
