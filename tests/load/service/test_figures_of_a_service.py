"""Latencies, ratios and masks: the arithmetic behind the reports."""

from __future__ import annotations

import numpy as np
import pytest
from locust_qdrant.targets.http.compare import ratio
from locust_qdrant.targets.http.masking import mask
from locust_qdrant.targets.http.tally import EndpointTally, Latencies, cut, merged


def test_percentiles_are_exact_to_three_digits():
    latencies = Latencies()
    for milliseconds in range(1, 1001):
        latencies.add(milliseconds / 1000)
    assert latencies.percentile(50) == pytest.approx(0.5, rel=1e-3)
    assert latencies.percentile(99) == pytest.approx(0.99, rel=1e-3)
    assert latencies.worst == pytest.approx(1.0, rel=1e-3)


def test_a_late_heartbeat_counts_for_those_that_it_kept_from_being_sent():
    plain, corrected = Latencies(), Latencies()
    for seconds in [0.001] * 50 + [1.0]:
        plain.add(seconds)
        corrected.add_corrected(seconds, 0.02)
    assert plain.percentile(90) == pytest.approx(0.001, rel=1e-3)
    # 50 prompt beats, and 50 that the second without an answer covered, evenly from 1 s down.
    assert corrected.count == 100
    assert corrected.percentile(75) == pytest.approx(0.5, rel=0.05)


def test_nothing_measured_is_zero():
    assert (Latencies().mean, Latencies().worst, Latencies().percentile(99)) == (0, 0, 0)


def test_tallies_add_up():
    first, second = EndpointTally(), EndpointTally()
    first.statuses[200] = 3
    second.statuses[503] = 2
    second.wrong = 2
    second.broken["connection refused"] = 1
    second.examples[503] = "busy"
    total = merged([first, second])
    assert (total.requests, total.failures) == (6, 3)
    assert total.examples == {503: "busy"}
    assert first.requests == 3


def test_a_body_is_cut_to_one_short_line():
    assert cut(" a\n\n b ") == "a b"
    assert len(cut("x" * 10_000)) < 400


def test_the_ratio_of_paired_rounds_does_not_see_that_some_rounds_were_slow():
    slowness = np.array([1.0, 3.0, 0.5, 2.0, 1.2])
    found = ratio(list(200 / slowness), list(100 / slowness))
    assert found is not None
    assert found.ratio == pytest.approx(2)
    assert (found.low, found.high) == (pytest.approx(2), pytest.approx(2))


def test_the_interval_holds_the_true_ratio_about_as_often_as_it_says():
    chance = np.random.default_rng(1)
    held = 0
    for _ in range(100):
        noise = np.exp(chance.normal(0, 0.2, (2, 15)))
        found = ratio(list(3 * noise[0]), list(noise[1]))
        assert found is not None
        assert found.low is not None
        assert found.high is not None
        held += found.low <= 3 <= found.high
    assert 80 <= held <= 100


@pytest.mark.parametrize(("figures", "baseline"), [([], []), ([1.0], [0.0]), ([1.0, 2.0], [1.0])])
def test_where_there_is_no_ratio_there_is_none(figures, baseline):
    assert ratio(figures, baseline) is None


def test_one_round_has_a_ratio_without_an_interval():
    assert ratio([4.0], [2.0]) == (2.0, None, None)


def test_a_secret_is_masked_whole_and_short_words_are_left():
    secrets = ("Bearer abcdefgh12", "abcdefgh12", "Bearer")
    assert mask("sent Bearer abcdefgh12, or abcdefgh12", secrets) == "sent ***, or ***"
    assert mask("the Bearer came", secrets) == "the Bearer came"
