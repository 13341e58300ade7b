"""What a person sees while a run goes on."""

from __future__ import annotations

import io

import pytest
from locust_qdrant.metrics.record import Outcome, Record, now
from locust_qdrant.report.progress import LiveSummary, ProgressDisplay
from rich.console import Console


def record(seconds_ago: float, seconds: float = 0.01, outcome: Outcome = Outcome.OK) -> Record:
    end = now() - seconds_ago
    return Record("query", "c", "REST", end - seconds, end, outcome)


def test_a_live_summary_is_that_of_the_last_seconds():
    records = [record(20, seconds=9.0) for _ in range(50)]
    records += [record(0.5, seconds=0.02) for _ in range(60)]
    summary = LiveSummary()
    summary.add(records)
    said = summary.remark("spike", 25.0, 0.004)
    assert said == "spike, 12.0 req/s, p99 20.0 ms, 0 failed, loop lag 4.0 ms"


def test_failures_are_counted_from_the_beginning_and_once():
    summary = LiveSummary()
    summary.add([record(20, outcome=Outcome.ERROR), record(20)])
    assert summary.remark("soak", 25.0, None) == "soak, 0.0 req/s, no answer for 5 s, 1 failed"
    summary.add([record(19, outcome=Outcome.TIMEOUT)])
    assert "2 failed" in summary.remark("soak", 26.0, None)


def test_a_batch_that_comes_late_does_not_hide_those_before_it():
    summary = LiveSummary()
    summary.add([record(5.2), record(1.0), record(5.1)])
    summary.add([record(5.05), record(0.9)])
    assert summary.remark("main", 25.0, None).startswith("main, 0.4 req/s")


@pytest.mark.parametrize(("left", "shown"), [(0.2, "0:00"), (75, "1:15"), (3725, "1:02:05")])
def test_without_a_terminal_a_line_says_what_is_left(monkeypatch, left, shown):
    out = io.StringIO()
    monkeypatch.setattr("locust_qdrant.report.progress._PLAIN_INTERVAL", 0.0)
    with ProgressDisplay(Console(file=out)).phase("Traffic", 2 * left, in_seconds=True) as show:
        show(left, lambda: "all [is] well")
    assert out.getvalue() == f"Traffic ...\nTraffic: 50%, {shown} left, all [is] well\n"


def test_on_a_terminal_the_last_state_stays():
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=100, color_system=None)
    with ProgressDisplay(console).phase("Filling", 10) as show:
        show(10, lambda: "remark")
    *_, last = out.getvalue().rpartition("Filling")
    assert "100%" in last
    assert "remark" not in last
