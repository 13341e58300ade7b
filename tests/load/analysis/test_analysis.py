"""Laws, intervals and searches say what they should of numbers whose answer is known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from locust_qdrant.analysis.bisection import Trial, search
from locust_qdrant.analysis.bootstrap import ratio_of_medians
from locust_qdrant.analysis.scaling import Law, Point, fit, knee, little, obeys_little

STEPS = (1, 2, 5, 10, 20, 50, 100)


def measured(law: Law, steps=STEPS) -> list[Point]:
    return [Point(n, law.throughput(n), n / law.throughput(n)) for n in steps]


@given(
    rate=st.floats(1, 10_000),
    contention=st.floats(0, 0.9),
    crosstalk=st.one_of(st.just(0.0), st.floats(1e-5, 0.1)),
)
def test_the_law_behind_exact_points_is_found(rate, contention, crosstalk):
    found = fit(measured(Law(rate, contention, crosstalk, 1.0)))
    assert found is not None
    for n in STEPS:
        assert found.throughput(n) == pytest.approx(
            Law(rate, contention, crosstalk, 1.0).throughput(n), rel=1e-3
        )
    assert found.r_squared == pytest.approx(1.0, abs=1e-3)


def test_the_peak_of_the_law_is_where_throughput_is_highest():
    law = Law(100, 0.05, 0.001, 1.0)
    assert law.throughput(law.peak) >= max(law.throughput(law.peak + each) for each in (-1, 1))
    assert Law(100, 0.05, 0.0, 1.0).peak == float("inf")


def test_a_fit_needs_four_steps_at_which_the_generator_had_capacity_left():
    points = measured(Law(100, 0.1, 0.001, 1.0))
    assert fit(points[:3]) is None
    assert fit([point._replace(valid=False) for point in points]) is None
    spoilt = [*points, Point(200, 1.0, 200.0, valid=False)]
    assert fit(spoilt) == fit(points)


def test_noise_leaves_the_law_recognisable():
    noise = (1.02, 0.97, 1.01, 0.99, 1.03, 0.98, 1.0)
    points = [
        point._replace(throughput=point.throughput * factor)
        for point, factor in zip(measured(Law(100, 0.05, 0.0005, 1.0)), noise, strict=True)
    ]
    law = fit(points)
    assert law is not None
    assert law.r_squared > 0.95
    assert 0.01 < law.contention < 0.15


@given(n=st.floats(1, 1000), x=st.floats(0.1, 10_000))
def test_little_holds_exactly_where_users_do_nothing_but_request(n, x):
    assert little(Point(n, x, n / x)) == pytest.approx(1)
    assert obeys_little(Point(n, x, n / x))
    assert not obeys_little(Point(n, x, 0.8 * n / x))


def test_the_knee_is_the_last_step_that_brought_more():
    points = [Point(1, 100, 0.01), Point(2, 190, 0.01), Point(5, 300, 0.02), Point(10, 305, 0.03)]
    assert knee(points) == points[2]
    assert knee(points[:3]) is None
    assert knee([points[3], *points[:3]]) == points[2]


@given(
    pairs=st.lists(st.tuples(st.floats(1, 1000), st.floats(1, 1000)), min_size=2, max_size=20),
    scale=st.floats(0.1, 10),
)
def test_an_interval_contains_its_ratio_and_scales_with_it(pairs, scale):
    first, second = zip(*pairs, strict=True)
    interval = ratio_of_medians(first, second)
    assert interval.low <= interval.high
    scaled = ratio_of_medians([scale * value for value in first], second)
    assert scaled.ratio == pytest.approx(scale * interval.ratio)
    assert scaled.low == pytest.approx(scale * interval.low)


def test_what_slows_a_whole_round_cancels_out_in_pairs():
    mood = [1, 3, 10, 2, 30, 1, 5]
    first, second = [2.0 * each for each in mood], [1.0 * each for each in mood]
    paired = ratio_of_medians(first, second)
    assert (paired.ratio, paired.low, paired.high) == (2, 2, 2)
    assert paired.excludes_one
    assert not ratio_of_medians(first, second, paired=False).excludes_one


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        ([], [], "at least one value"),
        ([1], [0], "must be positive"),
        ([1, 2], [1], "2 and 1 values are no pairs"),
    ],
)
def test_what_has_no_ratio_is_refused(first, second, why):
    with pytest.raises(ValueError, match=why):
        ratio_of_medians(first, second)


def server_up_to(limit: float, generator: float = float("inf")):
    def attempt(rate: float) -> Trial:
        return Trial(rate, rate <= limit, f"at {rate:g}", valid=rate <= generator)

    return attempt


@given(limit=st.floats(10, 5_000), begin=st.floats(1, 10_000))
def test_the_search_ends_next_to_the_true_capacity(limit, begin):
    found = search(server_up_to(limit), begin=begin, most=10_000)
    assert found.rate <= limit
    assert found.fails_at is not None
    assert limit < found.fails_at
    assert found.fails_at - found.rate <= max(0.05 * found.fails_at, 1)
    held, tried = found.confidence(found.rate)
    assert held == tried == 2


def test_a_server_that_keeps_up_with_everything_has_no_failing_rate():
    found = search(server_up_to(float("inf")), begin=10, most=1000)
    assert (found.rate, found.fails_at) == (1000, None)


def test_a_server_that_keeps_nothing_has_no_capacity():
    found = search(server_up_to(0), begin=10, most=1000)
    assert found.rate == 0


def test_a_full_generator_is_not_blamed_on_the_server():
    found = search(server_up_to(float("inf"), generator=300), begin=100, most=1000)
    assert found.limited_by_generator
    assert 200 <= found.rate <= 300


def test_one_bad_trial_does_not_decide():
    answers = iter([True, False, True])

    def attempt(rate: float) -> Trial:
        return Trial(rate, rate == 50 and next(answers), "")

    found = search(attempt, begin=50, most=60)
    assert found.confidence(50) == (2, 3)
