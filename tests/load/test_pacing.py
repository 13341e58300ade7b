"""Pacing: how many users there are, and when arrivals come."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from locust_qdrant.config.model import Load, Stage
from locust_qdrant.config.pacing import (
    arrivals,
    dealt,
    due_until,
    expected_arrivals,
    next_boundary,
    scaled,
    stage_at,
    users_at,
)


def flat(level: float, seconds: float, name: str = "flat") -> Stage:
    return Stage(name, seconds, level, level)


def ramp(start: float, end: float, seconds: float) -> Stage:
    return Stage("ramp", seconds, start, end)


def opened(*stages: Stage, poisson: bool = False) -> Load:
    return Load(open=True, stages=stages, poisson=poisson)


def times(load: Load, seed: int = 0) -> list[float]:
    return [due.at for due in arrivals(load, seed)]


SPIKE = (flat(10, 5, "calm"), flat(50, 1, "spike"), flat(10, 4, "calm again"))


@pytest.mark.parametrize(
    ("stages", "elapsed", "users"),
    [
        ((flat(10, 5),), 0, 10),
        ((flat(10, 5),), 4.999, 10),
        ((flat(10, 5),), 5, 0),
        ((flat(10, 5),), -0.1, 0),
        ((ramp(0, 10, 10),), 0, 0),
        ((ramp(0, 10, 10),), 0.5, 1),
        ((ramp(0, 10, 10),), 5, 5),
        ((ramp(0, 10, 10),), 9.99, 10),
        ((ramp(10, 0, 10),), 9.99, 0),
        (SPIKE, 4.99, 10),
        (SPIKE, 5, 50),
        (SPIKE, 6, 10),
        # The same stage twice is two stages.
        ((ramp(0, 10, 10), ramp(0, 10, 10)), 15, 5),
    ],
)
def test_users_follow_the_stages(stages, elapsed, users):
    assert users_at(stages, elapsed) == users


@pytest.mark.parametrize(
    ("elapsed", "name"),
    [(-1, "calm"), (0, "calm"), (4.9, "calm"), (5, "spike"), (6, "calm again"), (99, "calm again")],
)
def test_every_moment_has_a_stage(elapsed, name):
    assert stage_at(SPIKE, elapsed).name == name


@pytest.mark.parametrize(
    ("stages", "expected"),
    [
        ((flat(4, 1),), [0, 0.25, 0.5, 0.75]),
        ((flat(2, 1), flat(4, 0.5)), [0, 0.5, 1, 1.25]),
        # The integral of 2t is t squared.
        ((ramp(0, 4, 2),), [0, 1, math.sqrt(2), math.sqrt(3)]),
        # The integral of 4 - 2t is 4t - t squared.
        ((ramp(4, 0, 2),), [0, 2 - math.sqrt(3), 2 - math.sqrt(2), 1]),
        ((flat(1, 2.5),), [0, 1, 2]),
        ((flat(0, 5),), []),
        ((flat(0, 1), flat(2, 1)), [1, 1.5]),
        ((flat(0.4, 2), flat(0.4, 3)), [0, 2.5]),
    ],
)
def test_constant_arrivals_are_exact(stages, expected):
    assert times(opened(*stages)) == pytest.approx(expected)


@pytest.mark.parametrize(("rate", "seconds"), [(0.1, 30), (7, 3), (1000, 0.7), (333.3, 10)])
def test_a_constant_rate_gives_its_exact_count(rate, seconds):
    assert len(times(opened(flat(rate, seconds)))) == round(rate * seconds)


def test_poisson_arrivals_are_random_with_the_asked_mean():
    load = opened(flat(100, 100), poisson=True)
    one = times(load, seed=1)
    assert one == times(load, seed=1)
    assert one != times(load, seed=2)
    # Ten thousand are expected, with a standard deviation of a hundred.
    assert abs(len(one) - 10_000) < 500
    gaps = [second - first for first, second in itertools.pairwise(one)]
    mean = sum(gaps) / len(gaps)
    deviation = math.sqrt(sum((gap - mean) ** 2 for gap in gaps) / len(gaps))
    # An exponential distribution has its mean as its standard deviation; a clock has none.
    assert deviation == pytest.approx(mean, rel=0.1)


def test_poisson_arrivals_follow_a_ramp():
    at = times(opened(ramp(0, 200, 100), poisson=True))
    early = sum(1 for each in at if each < 50)
    assert early / len(at) == pytest.approx(0.25, abs=0.03)


def test_a_turn_is_a_part_of_every_stage():
    load = scaled(opened(*SPIKE), 0.5)
    assert [stage.seconds for stage in load.stages] == [2.5, 0.5, 2]
    assert [stage.start for stage in load.stages] == [10, 50, 10]


LEVELS = st.floats(0, 200)
STAGES = st.lists(
    st.builds(lambda a, b, seconds: Stage("any", seconds, a, b), LEVELS, LEVELS, st.floats(0.1, 5)),
    min_size=1,
    max_size=4,
)


@given(stages=STAGES, poisson=st.booleans(), seed=st.integers(0, 9), workers=st.integers(1, 5))
def test_processes_together_have_the_arrivals_of_one(stages, poisson, seed, workers):
    load = Load(open=True, stages=tuple(stages), poisson=poisson)
    alone = list(arrivals(load, seed))
    together = [due for worker in range(workers) for due in arrivals(load, seed, worker, workers)]
    assert sorted(together, key=lambda due: due.at) == alone


@given(stages=STAGES, poisson=st.booleans())
def test_arrivals_ascend_within_the_stages(stages, poisson):
    load = Load(open=True, stages=tuple(stages), poisson=poisson)
    at = times(load)
    assert at == sorted(at)
    assert all(0 <= each <= load.seconds + 1e-6 for each in at)


@given(stages=STAGES)
def test_an_arrival_comes_when_the_integral_of_the_rate_reaches_its_number(stages):
    for number, at in enumerate(times(opened(*stages))):
        assert expected_arrivals(stages, at) == pytest.approx(number, abs=1e-3)


@given(stages=STAGES, share=st.floats(0, 1), workers=st.integers(1, 5))
def test_processes_together_have_the_users_of_one(stages, share, workers):
    elapsed = share * sum(stage.seconds for stage in stages)
    parts = [users_at(stages, elapsed, worker, workers) for worker in range(workers)]
    assert sum(parts) == users_at(stages, elapsed)
    assert max(parts) - min(parts) <= 1


@given(total=st.integers(0, 1000), workers=st.integers(1, 9))
def test_dealing_loses_nothing(total, workers):
    assert sum(dealt(total, worker, workers) for worker in range(workers)) == total


def test_the_next_boundary_is_the_end_of_the_stage_that_runs():
    assert [next_boundary(SPIKE, at) for at in (0, 4.999, 5, 6, 9.999)] == [5, 5, 6, 10, 10]
    assert next_boundary(SPIKE, 10) == math.inf
    assert next_boundary(SPIKE, -1) == 0


def test_arrivals_are_expected_up_to_a_moment_inside_a_stage_and_altogether():
    stages = (flat(10, 5), ramp(10, 30, 4))
    assert expected_arrivals(stages) == pytest.approx(50 + 80)
    assert expected_arrivals(stages, 0) == 0
    assert expected_arrivals(stages, 2) == pytest.approx(20)
    assert expected_arrivals(stages, 5) == pytest.approx(50)
    # Half-way up the ramp the rate is 20 a second.
    assert expected_arrivals(stages, 7) == pytest.approx(50 + 30)
    assert expected_arrivals(stages, 100) == pytest.approx(130)


@given(
    rate=st.floats(0.5, 60),
    to=st.floats(0.5, 60),
    share=st.floats(0, 1.2),
    worker=st.integers(0, 2),
    poisson=st.booleans(),
)
def test_what_is_due_is_what_the_schedule_says(rate, to, share, worker, poisson):
    load = opened(ramp(rate, to, 3), flat(to, 2), poisson=poisson)
    elapsed = 5 * share
    listed = [due for due in arrivals(load, 1, worker, 3) if due.at < elapsed - 1e-6]
    just_after = [due for due in arrivals(load, 1, worker, 3) if due.at < elapsed + 1e-6]
    assert len(listed) <= due_until(load, elapsed, 1, worker, 3) <= len(just_after)
