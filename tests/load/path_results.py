"""A path of a run in which all is well, and the same with a fault."""

from __future__ import annotations

from dataclasses import replace

from locust_qdrant.config.model import Threshold
from locust_qdrant.ledger import Audit
from locust_qdrant.metrics.record import Outcome, Record
from locust_qdrant.metrics.results import (
    Arrivals,
    Lateness,
    Leftovers,
    PathResult,
    Recall,
    Traffic,
)
from locust_qdrant.probe.loop_lag import summarise

CALM = [0.0] * 1000
PROMPT = [Lateness(n / 100, 0.001) for n in range(1000)]


def request(
    operation: str = "upsert", outcome: Outcome = Outcome.OK, error: str = "", **more
) -> Record:
    return Record(operation, "c", "REST", 0.0, 0.010, outcome, error, 10, **more)


GOOD_TRAFFIC = Traffic(
    [request()] * 300,
    seconds=10,
    lag=CALM,
    cpu_seconds=5,
    arrivals=Arrivals(100, 1, 0),
    heartbeat=PROMPT,
    cpu_by_worker={0: 5.0},
    connections_opened=3,
)
GOOD_AUDIT = Audit(points=100, missing=0, stale=0, wrong=0, in_doubt=0)
GOOD = PathResult(
    "async",
    ("upsert",),
    GOOD_TRAFFIC,
    summarise(CALM),
    GOOD_AUDIT,
    Recall(20, 10, 0.99, 0.9),
    Leftovers(),
)


def with_traffic(**changes) -> PathResult:
    return replace(GOOD, traffic=replace(GOOD_TRAFFIC, **changes))


def limit(figure: str, comparator: str, value: float, operation: str = "") -> Threshold:
    return Threshold(f"{figure} {comparator} {value}", operation, figure, comparator, value)


SLOW_START = [request(intended=-1.0)] * 300
