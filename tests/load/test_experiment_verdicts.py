"""What experiments conclude, and do not, of steps, turns and trials that failed or were starved."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from locust_qdrant.analysis.bisection import Capacity, Trial, search
from locust_qdrant.analysis.bootstrap import ratio_of_medians
from locust_qdrant.analysis.scaling import Point, knee
from locust_qdrant.config.model import Threshold
from locust_qdrant.experiments import capacity, compare, sweep
from locust_qdrant.experiments.sweep import Step
from locust_qdrant.metrics.record import Outcome, Record
from locust_qdrant.metrics.results import Answers, Arrivals, PathResult, Run, Traffic
from locust_qdrant.probe.loop_lag import summarise, waits
from locust_qdrant.report import experiment as report

RUN = Run("title", "server", "command", 0.0, {}, {}, {}, ())
SLO = Threshold("query.p99 < 50ms", "query", "p99", "<", 0.05)
SHORT = "the machine was short of processors"
RESET = "3 of 9 failed (3 x query: ReadError)"


def record(number: int, *, seconds: float = 0.01, fails: bool = False) -> Record:
    outcome, error = (Outcome.ERROR, "ReadError") if fails else (Outcome.OK, "")
    return Record("query", "c", "REST", number, number + seconds, outcome, error, 10)


def a_path(*, fails: int = 0, cpu: float = 1.0, starved: float = 0.0, lag=None, **more):
    records = [record(number, fails=number < fails) for number in range(500)]
    lags = lag or [0.0] * 1000
    traffic = Traffic(
        records,
        seconds=10,
        lag=lags,
        cpu_seconds=cpu,
        cpu_by_worker={0: cpu},
        starved_by_worker={0: starved},
        connections_opened=1,
        arrivals=Arrivals(500, 0, 0),
    )
    return PathResult("async", ("query",), traffic, summarise(lags), None, **more)


def a_step(users: int, rate: float, *, failed: str = "", short: str = "", waits: float = 1.0):
    point = Point(users, rate, waits * users / rate, valid=not failed and not short)
    return Step(point, 0.01, 0.02, 0.001, 0.001, 0.3, None, 3 if failed else 0, failed, short)


def exit_code(steps: list[Step]) -> int:
    return sweep.report_on(sweep.evaluate(RUN, steps, 100)).exit_code


GROWS = [a_step(1, 100), a_step(2, 190), a_step(5, 300)]


def test_a_knee_among_steps_that_say_something_is_named():
    steps = [*GROWS, a_step(10, 305), a_step(20, 290, short=SHORT)]
    found = sweep.evaluate(RUN, steps, 100)
    assert found.knee == steps[2].point
    assert exit_code(steps) == 0


@pytest.mark.parametrize("trouble", [{"short": SHORT}, {"failed": RESET}])
def test_no_knee_is_named_where_a_step_that_is_left_out_had_more_throughput(trouble):
    steps = [*GROWS, a_step(10, 305), a_step(20, 400, **trouble)]
    found = sweep.evaluate(RUN, steps, 100)
    assert found.knee is None
    said = " ".join(sweep.sentences(found))
    assert "The knee cannot be told" in said
    assert f"Left out of law and knee, with 20 at once: {next(iter(trouble.values()))}." in said
    assert "at its limit" not in said
    assert exit_code(steps) == (3 if "short" in trouble else 1)


def test_invalid_steps_are_errors_in_junit_unless_they_are_allowed():
    found = sweep.evaluate(RUN, [*GROWS, a_step(10, 400, short=SHORT)], 100)
    for allowed, errors in ((False, "1"), (True, "0")):
        said = sweep.report_on(found._replace(allow_invalid=allowed))
        assert said.exit_code == (0 if allowed else 3)
        assert said.invalid
        (suite,) = ET.fromstring(report._RENDER["junit"](said))
        assert (suite.get("failures"), suite.get("errors")) == ("0", errors)


def test_every_report_of_an_experiment_names_the_server(capsys):
    found = sweep.evaluate(replace(RUN, server="embedded engine: directions"), GROWS, 100)
    said = sweep.report_on(found)
    report.print_experiment(said)
    for page in (capsys.readouterr().out, *(render(said) for render in report._RENDER.values())):
        assert "embedded engine: directions" in page


def test_the_reason_for_littles_law_has_its_sign():
    below = sweep.evaluate(RUN, [a_step(1, 100, waits=0.5)], 100)
    above = sweep.evaluate(RUN, [a_step(1, 100, waits=1.5)], 100)
    assert "below 1, not all of the users' time was in requests" in " ".join(sweep.sentences(below))
    assert "above 1, requests were longer than their step" in " ".join(sweep.sentences(above))


def test_a_knee_is_not_a_dip_that_later_steps_leave_behind():
    points = [Point(1, 100, 0.01), Point(2, 80, 0.02), Point(5, 300, 0.02), Point(10, 301, 0.04)]
    assert knee(points) == points[2]


def test_one_trial_of_a_starved_generator_decides_nothing():
    valid = iter([False, True, True])
    found = search(
        lambda rate: Trial(rate, rate <= 100, "", valid=rate > 100 or next(valid, True)),
        begin=100,
        most=200,
    )
    assert found.rate >= 100
    assert not found.limited_by_generator


@pytest.mark.parametrize(
    ("path", "held", "valid"),
    [
        (a_path(), True, True),
        (a_path(fails=20), False, True),
        # A server that was down is not said to be a generator at its limit.
        (a_path(fails=20, cpu=9.9), False, True),
        (a_path(cpu=9.9), True, True),
        (a_path(answers=[Answers("query", 9, 9, wrong={"lied": 1})]), False, True),
    ],
)
def test_a_trial_holds_where_no_request_fails(path, held, valid):
    trial = capacity.judge(50, SLO, path)
    assert (trial.held, trial.valid) == (held, valid)


def test_a_trial_that_missed_its_limit_blames_a_generator_that_was_short():
    slow = a_path(cpu=9.9)
    records = [record(number, seconds=0.2) for number in range(500)]
    slow = replace(slow, traffic=replace(slow.traffic, records=records))
    assert capacity.judge(50, SLO, slow)[1::2] == (False, False)


def test_a_limit_on_errors_allows_some_in_a_trial():
    some = Threshold("error_rate < 5%", "", "error_rate", "<", 0.05)
    assert capacity.judge(50, some, a_path(fails=20)).held


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (Capacity(100, 110, False, ()), 0),
        (Capacity(100, 110, True, ()), 3),
        (Capacity(0, 110, True, ()), 3),
        (Capacity(0, 110, False, ()), 1),
    ],
)
def test_capacity_says_who_set_it(found, expected):
    said = capacity.report_on(found, SLO, RUN, "")
    assert said.exit_code == expected
    assert replace(said, allow_invalid=True).exit_code == expected % 3


def test_a_variant_whose_requests_failed_compares_nothing():
    good, bad = compare.turn_of(a_path()), compare.turn_of(a_path(fails=20))
    turns = {"async-rest": [good, good], "async-grpc": [bad, good]}
    said = compare.report_on(turns, RUN, "")
    assert said.exit_code == 1
    assert set(compare.ratios(turns, "async-grpc").values()) == {None}
    sentence = "async-grpc: 20 of 500 failed (20 x query: ReadError), so its figures compare"
    assert said.sentences[0].startswith(sentence)
    base_failed = {"async-rest": [bad], "async-grpc": [good]}
    assert set(compare.ratios(base_failed, "async-grpc").values()) == {None}


def test_a_comparison_on_a_starved_machine_is_invalid_and_one_at_a_cores_limit_is_not():
    busy, starved = compare.turn_of(a_path(cpu=9.9)), compare.turn_of(a_path(starved=3.0))
    assert compare.report_on({"a": [busy], "b": [busy]}, RUN, "").exit_code == 0
    once = compare.report_on({"a": [busy] * 3, "b": [busy, starved, busy]}, RUN, "")
    assert once.exit_code == 0
    mostly = compare.report_on({"a": [busy] * 3, "b": [starved, starved, busy]}, RUN, "")
    assert mostly.exit_code == 3
    assert SHORT in mostly.sentences[0]


def test_a_variant_that_holds_the_loop_is_said_to():
    held = compare.turn_of(a_path(lag=waits(0.02, 0.005) * 100))
    said = compare.report_on({"a": [compare.turn_of(a_path())], "b": [held]}, RUN, "")
    assert "b: something in this process held the event loop, which was 20 ms" in said.sentences[0]


@pytest.mark.parametrize(
    ("starved", "blocks", "to_blame"),
    [
        # The loop is late for 40% of the time. What holds it is no wait for a processor where such
        # waits are much shorter,
        (0.6, False, "something in this process held the event loop"),
        (1.9, False, "something in this process held the event loop"),
        # and where it waits for half as long, that is enough to make it late,
        (2.0, False, SHORT),
        # unless the client is known to block it; a quarter of the time is too much in any case.
        (2.0, True, "its own calls held the event loop"),
        (2.6, True, SHORT),
    ],
)
def test_a_call_that_holds_the_loop_is_to_blame_and_not_the_machine(starved, blocks, to_blame):
    lag = [0.02] * 400 + [0.0] * 600
    turn = compare.turn_of(a_path(starved=starved, lag=lag), blocks=blocks)
    name = "sync-rest-on-loop" if blocks else "async-rest"
    said = compare.report_on({"a": [compare.turn_of(a_path())], name: [turn]}, RUN, "")
    assert said.sentences[0].startswith(f"{name}: {to_blame}")
    assert said.exit_code == (3 if to_blame is SHORT else 0)
    # What the machine is accused of is then no lateness that the calls made.
    assert "ms late" in said.sentences[0] or blocks


def test_one_round_has_no_interval():
    turn = compare.turn_of(a_path())
    said = compare.report_on({"a": [turn], "b": [turn]}, RUN, "")
    assert said.rows[1][-3:] == ("1.00", "1.00", "1.00")
    ratio = said.data["variants"]["b"]["ratios"]["req/s"]
    assert (ratio["ratio"], ratio["low"], ratio["high"]) == (1.0, None, None)
    assert str(ratio_of_medians([2.0], [1.0])) == "2.00 (one round: no interval)"
    assert not ratio_of_medians([2.0], [1.0]).excludes_one


def test_a_blocking_client_on_the_loop_is_not_praised_for_a_server_that_is_near():
    # 50 requests a second at 20 ms each: with 10 ms more, 33.
    turn = compare.turn_of(a_path())
    said = compare.report_on({"async-rest": [turn], "sync-rest-on-loop": [turn]}, RUN, "")
    (sentence,) = [each for each in said.sentences if "one request at a time" in each]
    assert "sync-rest-on-loop" in sentence
    assert "that is 33 requests a second at most, where it made 50 here" in sentence
