"""Figures come from every record, and say what they say."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from locust_qdrant.metrics.figures import (
    SAMPLES_NEEDED,
    by_operation,
    figures,
    latency_of,
    nearest_rank,
    tally,
    times_of,
    together,
)
from locust_qdrant.metrics.record import Outcome, Record
from locust_qdrant.metrics.results import Traffic


def record(milliseconds: float, outcome: Outcome = Outcome.OK, operation: str = "query") -> Record:
    return Record(operation, "c", "REST", 0.0, milliseconds / 1000, outcome, "", 100)


def test_rates_and_percentiles_of_a_plain_case():
    line = figures("query", [record(each) for each in range(1, 101)], seconds=10)
    assert (line.requests, line.failures, line.cancelled) == (100, 0, 0)
    assert line.rate == 10
    assert (line.latency.p50, line.latency.p95, line.latency.p99) == pytest.approx(
        (0.050, 0.095, 0.099), rel=1e-3
    )
    assert line.latency.mean == pytest.approx(0.0505, rel=1e-3)
    assert line.latency.max == pytest.approx(0.1)
    assert line.response_bytes == 100


def test_microseconds_are_told_apart():
    assert figures("query", [record(0.217)], 1).latency.p50 == pytest.approx(217e-6)


def test_latency_counts_from_when_a_request_was_due_and_service_time_from_its_start():
    late = Record("query", "c", "REST", 1.5, 2.0, Outcome.OK, intended=1.0)
    line = figures("query", [late] * 10, 1)
    assert line.latency.p50 == pytest.approx(1.0, rel=1e-3)
    assert line.latency.mean == pytest.approx(1.0)
    assert line.service.p50 == pytest.approx(0.5, rel=1e-3)
    assert line.service.max == pytest.approx(0.5)


def test_no_percentile_lies_above_the_longest_time():
    # The histogram answers with the upper end of a range: 100.063 ms where the longest is 100.001.
    line = figures("query", [record(100.001)] * 3, 1)
    assert line.latency.p50 == line.latency.p999 == line.latency.max == pytest.approx(0.100001)


def test_failures_neither_flatter_the_latency_nor_count_as_throughput():
    records = [record(100)] * 10 + [record(0.1, Outcome.ERROR)] * 90
    line = figures("query", records, seconds=1)
    assert (line.requests, line.failures) == (100, 90)
    assert line.rate == 10
    assert line.latency.p50 == pytest.approx(0.1, rel=1e-3)


def test_cancelled_requests_are_counted_apart():
    line = figures("query", [record(1), record(1, Outcome.CANCELLED)], 1)
    assert (line.requests, line.cancelled) == (1, 1)


def test_no_record_is_no_crash():
    (total,) = by_operation({}, 0)
    assert (total.requests, total.rate, total.latency.p99) == (0, 0, 0)


def test_each_operation_has_a_line_and_the_total_comes_last():
    records = [record(1, operation="upsert"), record(2, operation="query")]
    tallies = Traffic(records, 1.0, (), 0.0).requests.measured.operations
    assert [line.name for line in by_operation(tallies, 1)] == ["query", "upsert", "total"]


@settings(deadline=None)
@given(
    seconds=st.lists(st.floats(1e-5, 100), min_size=1, max_size=400),
    percentage=st.sampled_from([50, 90, 95, 99, 99.9, 100]),
)
def test_a_percentile_is_the_nearest_rank_within_the_resolution(seconds, percentage):
    # Rounded to microseconds, as the histogram has them; three digits are one in a thousand.
    exact = sorted(round(each, 6) for each in seconds)[nearest_rank(percentage, len(seconds)) - 1]
    (found,) = times_of(seconds).percentiles([percentage])
    assert exact * 0.999 <= found <= exact * 1.001 + 1e-6


@pytest.mark.parametrize(("slow", "total"), [(1, 51), (1, 99), (2, 101), (11, 1000)])
def test_slow_ones_that_are_over_one_in_a_hundred_are_above_the_p99(slow, total):
    assert latency_of([0.01] * (total - slow) + [0.9] * slow).p99 == pytest.approx(0.9)
    assert latency_of([0.01] * (total * 101) + [0.9] * slow).p99 == pytest.approx(0.01, rel=1e-3)


def test_a_percentile_that_few_requests_do_not_bound_is_named():
    assert SAMPLES_NEEDED == {"p50": 5, "p90": 29, "p95": 59, "p99": 299, "p999": 2995}
    for name, needed in SAMPLES_NEEDED.items():
        share = float(f"0.{name[1:]}")
        # The chance that all of them lie below the true percentile.
        assert share**needed <= 0.05 < share ** (needed - 1)
    record = Record("q", "c", "REST", 0.0, 0.01, Outcome.OK)
    assert figures("q", [record] * 298, 1).unbounded == ("p99", "p999")
    assert figures("q", [record] * 299, 1).unbounded == ("p999",)


def test_tallies_of_parts_add_up_to_the_tally_of_all():
    first = [Record("q", "c", "REST", 1.0, 1.5, Outcome.OK, "", 100, 0.9, points=3)] * 4
    second = [
        Record("q", "c", "REST", 2.0, 2.1, Outcome.OK, "", 40, points=1),
        Record("q", "c", "REST", 2.0, 2.2, Outcome.ERROR),
        Record("q", "c", "REST", 2.0, 2.2, Outcome.TIMEOUT),
        Record("q", "c", "REST", 2.0, 2.2, Outcome.CANCELLED),
    ]
    whole = together([tally(first), tally(second)]).figures("q", 2.0)
    assert whole == tally([*first, *second]).figures("q", 2.0)
    assert (whole.name, whole.requests, whole.failures, whole.cancelled) == ("q", 7, 2, 1)
    assert (whole.rate, whole.points, whole.response_bytes) == (2.5, 6.5, 88)
    assert whole.latency.mean == pytest.approx((4 * 0.6 + 0.1) / 5)
    assert whole.service.mean == pytest.approx((4 * 0.5 + 0.1) / 5)


def test_every_percentile_is_the_one_of_its_name():
    found = latency_of([number / 1000 for number in range(1, 10_001)])
    assert (found.p50, found.p90, found.p95, found.p99, found.p999) == pytest.approx(
        (5.0, 9.0, 9.5, 9.9, 9.99), rel=1e-3
    )


def test_times_beyond_what_a_histogram_holds_are_kept_in_mean_and_maximum():
    found = latency_of([1e-9, 10_000.0])
    assert found.max == 10_000.0
    assert found.mean == pytest.approx(5_000.0)
