"""What counts of a run: not its warm-up, only some steps, or a stretch of time."""

from __future__ import annotations

import pytest
from locust_qdrant.errors import UsageError
from locust_qdrant.metrics.record import Outcome, Record
from locust_qdrant.metrics.results import Lateness, PathResult, Phase, Run, Traffic
from locust_qdrant.metrics.window import between, by_phase, counted, of_steps
from locust_qdrant.probe.loop_lag import summarise

START = 1000.0


def request(due: float, step: str = "", taken: float = 0.5) -> Record:
    """A request that was due after `due` seconds and began 0.25 s late."""
    begun = START + due + 0.25
    return Record(
        "query", "c", "REST", begun, begun + taken, Outcome.OK, intended=START + due, step=step
    )


def a_path(records, phases=()) -> PathResult:
    """A path of ten seconds whose loop was a second late in the first half, and else in time."""
    ticks = [Lateness(START + n / 10, 1.0 if n < 50 else 0.0) for n in range(100)]
    lag = [tick.seconds for tick in ticks]
    traffic = Traffic(
        records=records,
        seconds=10.0,
        lag=lag,
        cpu_seconds=8.0,
        phases=phases,
        lag_over_time=ticks,
        heartbeat=ticks,
        cpu_by_worker={0: 6.0, 1: 2.0},
    )
    return PathResult("async", ("query",), traffic, summarise(lag), None)


def a_run(path: PathResult) -> Run:
    return Run("title", "server", "command", START, {}, {}, {}, (path,))


HALVES = (
    Phase("warm-up", START, START + 5, measured=False),
    Phase("main", START + 5, START + 10),
)
RECORDS = [request(each, "warm-up" if each < 5 else "main") for each in range(10)]


def test_a_warm_up_is_left_out_with_its_lag_and_its_share_of_the_processor():
    part = counted(a_path(RECORDS, HALVES))
    assert part.traffic.records == RECORDS[5:]
    assert part.traffic.left_out == RECORDS[:5]
    assert part.traffic.seconds == 5
    assert (part.lag.worst, len(part.traffic.heartbeat)) == (0.0, 50)
    assert (part.cpu_share, part.traffic.cpu_by_worker) == (0.8, {0: 3.0, 1: 1.0})


def test_a_request_belongs_to_the_phase_in_which_it_was_made():
    late = request(4, "warm-up", taken=1.2)
    assert counted(a_path([late], HALVES)).traffic.left_out == [late]


def test_a_stall_that_reaches_out_of_the_warm_up_counts():
    over, stalled = request(1, "warm-up", taken=3.5), request(4, "warm-up", taken=4.0)
    traffic = counted(a_path([over, stalled], HALVES)).traffic
    assert (traffic.left_out, traffic.records) == ([over], [stalled])


def test_without_a_warm_up_all_of_it_counts():
    path = a_path(RECORDS)
    assert counted(path) is path


def test_turns_of_a_phase_add_up():
    turns = [
        Phase("main", START, START + 2),
        Phase("main", START + 6, START + 9),
        Phase("idle", START + 2, START + 6, measured=False),
    ]
    path = a_path([request(each, "main") for each in range(6)], turns)
    assert counted(path).traffic.seconds == 5
    lines = by_phase(path.traffic)
    assert [(each.phase.name, each.seconds) for each in lines] == [("main", 5), ("idle", 4)]
    assert lines[0].figures.rate == pytest.approx(6 / 5)


def test_a_step_may_be_the_only_one_that_counts():
    (path,) = (run := of_steps(a_run(a_path(RECORDS, HALVES)), ["warm-up"])).paths
    part = counted(path)
    assert part.traffic.records == RECORDS[:5]
    assert part.lag.worst == 1.0
    assert "Only the requests of warm-up count." in run.notes[-1]
    with pytest.raises(UsageError, match=r"--step 'sprint': .* choose from warm-up, main\."):
        of_steps(a_run(a_path(RECORDS, HALVES)), ["sprint"])
    with pytest.raises(UsageError, match="choose from none, since the file tells of no phase"):
        of_steps(a_run(a_path(RECORDS)), ["main"])


@pytest.mark.parametrize("phases", [(), HALVES])
def test_a_stretch_of_time_is_cut_by_when_requests_were_due(phases):
    # The request that was due at 6 s began at 6.25 s, and so does not count.
    run = between(a_run(a_path(RECORDS, phases)), 6.125, 8.125)
    traffic = run.paths[0].traffic
    assert traffic.records == RECORDS[7:9]
    assert traffic.seconds == pytest.approx(2)
    assert run.paths[0].lag.worst == 0.0
    assert len(traffic.lag_over_time) == 20
    assert traffic.cpu_seconds == pytest.approx(1.6)
    assert "from 6.125 s to 8.125 s" in run.notes[-1]


def test_a_stretch_over_two_phases_keeps_both():
    (path,) = between(a_run(a_path(RECORDS, HALVES)), 4, float("inf")).paths
    assert [(each.name, each.start - START) for each in path.traffic.phases] == [
        ("warm-up", 4),
        ("main", 5),
    ]
    assert counted(path).traffic.records == RECORDS[5:]


def test_a_stretch_without_requests_is_told():
    with pytest.raises(UsageError, match=r"from 20 s to 30 s; the traffic lasted 10\.0 s"):
        between(a_run(a_path(RECORDS)), 20, 30)
