"""Processes side by side and turns one after the other become one result: nothing is averaged."""

from __future__ import annotations

from locust_qdrant.metrics.record import Outcome, Record
from locust_qdrant.metrics.results import (
    Arrivals,
    Lateness,
    Leftovers,
    Phase,
    Recall,
    SegmentResult,
    Traffic,
)
from locust_qdrant.runs.merging import in_turn, side_by_side
from locust_qdrant.runs.messages import batch


def share(worker: int, seconds: float) -> SegmentResult:
    """What a process leaves behind; its records went before."""
    return SegmentResult(
        Traffic(
            records=(),
            seconds=seconds,
            lag=[0.001 * (worker + 1)],
            cpu_seconds=1.0 + worker,
            phases=[
                Phase("warm-up", 100, 101, measured=False, users=5),
                Phase("constant", 101, 100 + seconds, users=5),
            ],
            arrivals=Arrivals(planned=10, late=1, missed=worker),
            lag_over_time=[Lateness(101.0 - worker, 0.001)],
            heartbeat=[Lateness(101.0 - worker, 0.002)],
            cpu_by_worker={worker: 1.0 + worker},
            connections_opened=3,
        ),
        recall=Recall(4, 10, 0.9, 0.8) if worker == 0 else None,
        leftovers=Leftovers(tasks=[f"task of {worker}"], connections=worker),
    )


def test_processes_share_one_stretch_of_time():
    segment = side_by_side([share(0, 5.0), share(1, 5.5)], seconds=9.9)
    traffic = segment.traffic
    assert traffic.seconds == 5.5
    assert traffic.cpu_by_worker == {0: 1.0, 1: 2.0}
    assert traffic.cpu_seconds == 3.0
    assert traffic.arrivals == Arrivals(planned=20, late=2, missed=1)
    assert [(each.name, each.start, each.end, each.users) for each in traffic.phases] == [
        ("warm-up", 100, 101, 5),
        ("constant", 101, 105.5, 5),
    ]
    assert sorted(traffic.lag) == [0.001, 0.002]
    assert [beat.at for beat in traffic.heartbeat] == [100.0, 101.0]
    assert [tick.at for tick in traffic.lag_over_time] == [100.0, 101.0]
    assert traffic.connections_opened == 6
    assert segment.recall == Recall(4, 10, 0.9, 0.8)
    assert segment.leftovers == Leftovers(["task of 0", "task of 1"], 1, [])


def test_turns_follow_each_other():
    whole = in_turn([share(0, 5.0), share(0, 4.0)])
    assert whole.traffic.seconds == 9.0
    assert whole.traffic.cpu_by_worker == {0: 2.0}
    assert len(whole.traffic.phases) == 4
    assert whole.recall is not None
    assert whole.recall.queries == 8


def test_without_any_process_left_the_time_remains():
    assert side_by_side([], seconds=2.0).traffic.seconds == 2.0


def test_a_record_survives_its_journey():
    there = Record(
        "q", "c", "gRPC", 1.0, 2.0, Outcome.TIMEOUT, "too late", 7, 0.5, 3, 0.1, 0.2, 0.3, 2, "s", 4
    )
    assert batch([there], 0.0).records() == [there]
