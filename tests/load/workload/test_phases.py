"""Phases and the stages that they become."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from locust_qdrant.config.model import Stage
from locust_qdrant.config.phases import KINDS, expand, unique_names, without_phases
from locust_qdrant.config.validation import format_duration, parse_duration, validate


def phase(kind, **keys):
    return validate(KINDS[kind], {"kind": kind, **keys})


@pytest.mark.parametrize(
    ("phase", "stages"),
    [
        (phase("constant", duration=4), [Stage("constant", 4, 10, 10)]),
        (phase("constant", duration=4, level="50%"), [Stage("constant", 4, 5, 5)]),
        (phase("constant", duration=4, level=0), [Stage("constant", 4, 0, 0)]),
        (phase("constant", duration=4, level="1%"), [Stage("constant", 4, 1, 1)]),
        (phase("warmup", duration="2s"), [Stage("warmup", 2, 10, 10, measured=False)]),
        (phase("ramp", duration=4, to=30), [Stage("ramp", 4, 0, 30)]),
        (phase("ramp", duration=4, to=0, **{"from": "200%"}), [Stage("ramp", 4, 20, 0)]),
        (
            phase("step", duration=4, steps=3, **{"from": 10}, to=20, name="up"),
            [Stage("up 1/3", 4, 10, 10), Stage("up 2/3", 4, 15, 15), Stage("up 3/3", 4, 20, 20)],
        ),
        (
            phase("spike", duration=1, rest=3, to="300%"),
            [
                Stage("spike before", 3, 10, 10),
                Stage("spike peak", 1, 30, 30),
                Stage("spike after", 3, 10, 10),
            ],
        ),
        (
            phase("soak", duration="1m", parts=2),
            [Stage("soak 1/2", 30, 10, 10), Stage("soak 2/2", 30, 10, 10)],
        ),
    ],
)
def test_each_kind_becomes_its_stages(phase, stages):
    assert list(expand([phase], 10, is_open=False)) == stages


def test_arrivals_are_not_rounded_and_users_are():
    half = phase("constant", duration=1, level="25%")
    assert expand([half], 10, is_open=True)[0].start == 2.5
    assert expand([half], 10, is_open=False)[0].start == 2


def test_phases_of_the_same_name_get_numbers():
    two = [phase("constant", duration=1), phase("constant", duration=2)]
    assert [stage.name for stage in expand(two, 1, is_open=True)] == ["constant", "constant-2"]
    assert unique_names(["a", "a", "a-2", "a"]) == ["a", "a-3", "a-2", "a-4"]


@pytest.mark.parametrize(
    ("seconds", "warm_up", "expected"), [(10, None, 1), (600, None, 5), (10, 3, 3), (10, 0, 0)]
)
def test_without_phases_a_warm_up_goes_before(seconds, warm_up, expected):
    *before, measured = without_phases(7, seconds, warm_up)
    assert sum(stage.seconds for stage in before) == expected
    assert not any(stage.measured for stage in before)
    assert measured == Stage("constant", seconds, 7, 7)


PHASES = st.lists(
    st.one_of(
        st.sampled_from(sorted(set(KINDS) - {"ramp", "step"})).flatmap(
            lambda kind: st.builds(
                lambda seconds: phase(kind, duration=seconds), st.floats(0.01, 1e4)
            )
        ),
        st.builds(
            lambda seconds, start, to: phase("ramp", duration=seconds, to=to, **{"from": start}),
            st.floats(0.01, 1e4),
            st.integers(0, 1000),
            st.sampled_from(["0%", "50%", "123.5%"]),
        ),
    ),
    min_size=1,
    max_size=5,
)


@settings(deadline=None)
@given(PHASES, st.integers(1, 1000), st.booleans(), st.floats(0.1, 1e5))
def test_stages_keep_their_shares_of_the_time_asked_for(phases, whole, is_open, seconds):
    plain = expand(phases, whole, is_open=is_open)
    fitted = expand(phases, whole, is_open=is_open, seconds=seconds)
    assert sum(stage.seconds for stage in fitted) == pytest.approx(seconds)
    factor = seconds / sum(stage.seconds for stage in plain)
    for before, after in zip(plain, fitted, strict=True):
        assert after.seconds == pytest.approx(before.seconds * factor)
        assert (after.name, after.start, after.end) == (before.name, before.start, before.end)
    assert len({stage.name for stage in plain}) == len(plain)
    if not is_open:
        assert all(level == int(level) for stage in plain for level in (stage.start, stage.end))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30s", 30), ("5m", 300), ("1m30s", 90), ("1.5h", 5400), ("250ms", 0.25), (7, 7), ("7", 7)],
)
def test_durations(text, seconds):
    assert parse_duration(text) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "s", "5x", "-5s", "5 s s", True, None, [], float("inf")])
def test_what_is_no_duration(text):
    with pytest.raises(ValueError, match="a duration such as"):
        parse_duration(text)


@settings(deadline=None)
@given(st.floats(0, 1e7).map(lambda seconds: round(seconds, 3)))
def test_a_duration_comes_back(seconds):
    assert parse_duration(format_duration(seconds)) == pytest.approx(seconds)
