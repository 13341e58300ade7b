"""Plots of anything are well-formed, stay inside and say the same as the numbers behind them."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from locust_qdrant.metrics.figures import Times, tally
from locust_qdrant.metrics.record import Outcome, Record
from locust_qdrant.metrics.results import Lateness, Phase, Traffic
from locust_qdrant.report import svg
from locust_qdrant.report.charts import over_time, percentile_curve
from locust_qdrant.report.plot import Line, Plot, Span, round_ticks


@settings(max_examples=50, deadline=None)
@given(st.floats(0, 1e9, allow_nan=False))
def test_ticks_are_round_and_reach_the_highest_value(highest):
    ticks = round_ticks(highest)
    assert ticks[0] == 0
    assert ticks[-1] >= highest * (1 - 1e-9)
    assert 2 <= len(ticks) <= 7


xs = st.lists(st.floats(0, 1e4), min_size=1, max_size=8, unique=True).map(sorted)
values = st.none() | st.floats(0, 1e6)


@st.composite
def plots(draw) -> Plot:
    at = draw(xs)
    lines = [Line(label, [(x, draw(values)) for x in at]) for label in ("l & m", "<b>", '"q"')]
    spans = [Span("a < b", draw(st.floats(0, 1e4)), draw(st.floats(0, 1e4)), muted=True)]
    return Plot("t < u", "x", "y", lines, spans, stacked=draw(st.booleans()))


@settings(max_examples=40, deadline=None)
@given(plots())
def test_a_plot_of_anything_is_well_formed_and_stays_inside(plot):
    root = ET.fromstring(svg.render(plot))
    assert root.find("title").text == "t < u"
    for path in root.findall("path"):
        if path.get("class").startswith(("line", "band")):
            numbers = path.get("d").replace("M", " ").replace("L", " ").replace("z", "").split()
            for x, y in zip(numbers[::2], numbers[1::2], strict=True):
                assert -0.1 <= float(x) <= 1000.1
                assert -0.1 <= float(y) <= 400.1
    tooltips = [path.find("title") for path in root.findall("path[@class='hit']")]
    assert len(tooltips) == len(plot.rows)
    for label in (*plot.x_labels, *plot.y_labels):
        assert -1e-6 <= label.share <= 1 + 1e-6


def test_a_point_between_gaps_is_seen():
    line = Line("l", [(0.0, None), (1.0, 5.0), (2.0, None)])
    assert 'd="M500.0 0.0L500.0 0.0"' in svg.render(Plot("t", "x", "y", [line]))


def test_bars_stand_on_top_of_each_other():
    lines = [Line("a", [(1.0, 2.0), (2.0, 0.0)]), Line("b", [(1.0, 3.0), (2.0, 4.0)])]
    plot = Plot("t", "x", "y", lines, stacked=True)
    assert plot.highest == 5
    assert plot.rows == [["1", "2", "3"], ["2", "0", "4"]]
    assert "x 1: a 2, b 3" in svg.render(plot)


def request(due: float, taken: float, outcome: Outcome = Outcome.OK) -> Record:
    return Record(
        "query", "c", "REST", due + 0.5, due + 0.5 + taken, outcome, intended=due, step="main"
    )


def test_seconds_without_traffic_are_gaps_and_not_a_rate_of_zero():
    turns = [Phase("main", 0.0, 2.0), Phase("main", 6.0, 8.0)]
    records = [request(each / 4, 0.1) for each in range(32) if each < 6 or each >= 24]
    ticks = [Lateness(1.0, 0.02), Lateness(1.1, 0.03)]
    bins = over_time(Traffic(records, 4.0, (), 1.0, phases=turns, lag_over_time=ticks))
    rates = {each.at: each.rate for each in bins}
    assert rates[1.25] == pytest.approx(4)
    assert rates[4.25] is None
    assert bins[-1].rate is not None
    assert {each.at: each.lag for each in bins if each.lag} == {1.25: 0.03}
    assert bins[2].p99 == pytest.approx(0.6, rel=1e-2)


@pytest.mark.parametrize("begin", [0.0, 0.2, 0.3, 7.49])
def test_a_steady_rate_is_steady_whenever_the_traffic_began(begin):
    records = [request(begin + each / 40, 0.001) for each in range(400)]
    records = [replace(each, start=each.intended, end=each.intended) for each in records]
    traffic = Traffic(records, 10.0, (), 1.0, phases=[Phase("main", begin, begin + 10)])
    bins = over_time(traffic)
    rates = [each.rate for each in bins if each.rate is not None]
    assert len(rates) >= 19
    assert rates == pytest.approx([40] * len(rates), rel=0.21)
    assert sorted(each.at for each in bins) == [each.at for each in bins]
    assert bins[0].at >= 0


def test_failures_are_counted_by_kind_and_second():
    records = [request(each / 2, 0.1, Outcome.TIMEOUT) for each in range(8)]
    phases = [Phase("main", 0.0, 5.0)]
    bins = over_time(Traffic(records, 5.0, (), 1.0, phases=phases))
    assert sum(each.failures.get("timeout", 0) for each in bins) * 0.5 == pytest.approx(8)
    assert all(each.p50 is None for each in bins)


def test_a_curve_has_as_many_nines_as_there_are_requests_for():
    records = [request(0.0, each / 1000) for each in range(1, 1001)]
    service = dict(percentile_curve(tally(records).service_time))
    assert max(service) == pytest.approx(99.9)
    assert service[90.0] == pytest.approx(0.9, rel=2e-3)
    corrected = dict(percentile_curve(tally(records).latency))
    assert corrected[90.0] == pytest.approx(1.4, rel=2e-3)
    assert percentile_curve(Times()) == []


@pytest.mark.parametrize("longest", [0.0123457, 1.23457, 12.3457])
def test_no_percentile_lies_above_the_longest_time(longest):
    records = [Record("query", "c", "REST", 0.0, longest, Outcome.OK)] * 1000
    curve = percentile_curve(tally(records).service_time)
    assert max(seconds for _, seconds in curve) <= longest
