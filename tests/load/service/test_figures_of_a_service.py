"""Heartbeats, ratios and masks of a service: the arithmetic behind the reports."""

from __future__ import annotations

import pytest
from locust_qdrant.metrics.record import Outcome, Record
from locust_qdrant.metrics.results import Lateness, PathResult, Phase, Traffic
from locust_qdrant.metrics.service import BlamedLine, ServiceSeen, merge_lines
from locust_qdrant.redaction import mask
from locust_qdrant.report.sides import sides
from locust_qdrant.targets.http.client import cut, outcome_of
from locust_qdrant.targets.http.target import INTERVAL, HttpHeartbeat


def test_a_late_heartbeat_counts_for_those_that_it_kept_from_being_sent():
    heartbeat = HttpHeartbeat("http://127.0.0.1:9")
    heartbeat.note(100.0, 0.001)
    heartbeat.note(100.02, 1.0)
    prompt, *late = heartbeat.beats()
    assert prompt == Lateness(100.0, 0.001)
    # Fifty, evenly from one second down.
    assert [beat.seconds for beat in late] == pytest.approx(
        [1.0 - INTERVAL * number for number in range(50)]
    )
    assert [beat.at for beat in late] == pytest.approx(
        [100.02 + INTERVAL * number for number in range(50)]
    )


def test_a_body_is_cut_to_one_short_line():
    assert cut(" a\n\n b ") == "a b"
    assert len(cut("x" * 10_000)) < 400


@pytest.mark.parametrize(
    ("error", "status", "outcome"),
    [
        (None, 200, Outcome.OK),
        (ValueError(), 500, Outcome.ERROR),
        (ValueError(), 404, Outcome.ERROR),
        (ValueError(), 429, Outcome.REFUSED),
        (ValueError(), 503, Outcome.REFUSED),
        (ValueError(), 504, Outcome.TIMEOUT),
        (TimeoutError(), 0, Outcome.TIMEOUT),
        (ConnectionResetError(), 0, Outcome.ERROR),
    ],
)
def test_a_bad_answer_has_a_kind(error, status, outcome):
    assert outcome_of(error, status) is outcome


def group(name: str, rates: list[int], beats: list[float]) -> PathResult:
    """Return a group with one turn of a second for each rate, in requests a second."""
    records, phases, late = [], [], []
    for number, (rate, beat) in enumerate(zip(rates, beats, strict=True)):
        begin = 100.0 * number
        phases.append(Phase("constant", begin, begin + 1, succeeded=rate))
        late.append(Lateness(begin + 0.5, beat))
        records += [Record("x", "", "HTTP", begin, begin + 0.5, Outcome.OK, step="constant")] * rate
    traffic = Traffic(records, 3.0, (), 0.0, phases=phases, heartbeat=late)
    return PathResult(name, ("x",), traffic, None, None, service=ServiceSeen(0.25, 0.1))


def test_the_ratio_of_paired_turns_does_not_see_that_some_turns_were_slow():
    slow = [100, 50, 10]
    first, second = sides(
        [group("a", slow, [0.1] * 3), group("b", [2 * x for x in slow], [0.3] * 3)]
    )
    assert (first.rate, second.rate, second.turns) == (50, 100, 3)
    assert second.throughput is not None
    assert second.throughput[:3] == (2, 2, 2)
    assert second.heartbeat_ratio is not None
    assert second.heartbeat_ratio.ratio == pytest.approx(3, rel=1e-2)


def test_where_there_is_no_ratio_there_is_none():
    assert sides([group("a", [1], [0.1])]) == []
    first, second = sides([group("a", [0], [0.1]), group("b", [5], [0.1])])
    assert first.throughput is None
    assert second.throughput is None


def test_the_lines_of_several_turns_add_up():
    line = BlamedLine("a.py", 3, "f", 2, 0.2, 0.1, "", ("a.py:3 in f",), "x()")
    longer = BlamedLine("a.py", 3, "f", 1, 0.5, 0.5, "lib", ("a.py:3 in f", "lib"), "x()")
    (merged,) = merge_lines([line, longer])
    assert (merged.samples, merged.seconds, merged.longest) == (3, pytest.approx(0.7), 0.5)
    assert merged.library == "lib"


def test_a_secret_is_masked_whole_and_short_words_are_left():
    secrets = ("Bearer abcdefgh12", "abcdefgh12", "Bearer")
    assert mask("sent Bearer abcdefgh12, or abcdefgh12", secrets) == "sent ***, or ***"
    assert mask("the Bearer came", secrets) == "the Bearer came"
