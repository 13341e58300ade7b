"""What writes cost the reads beside them: a baseline of reads alone, and a check that compares."""

from __future__ import annotations

import json

import pytest
from locust_qdrant.checks import Verdict, beside_writes
from locust_qdrant.config.file import from_options
from locust_qdrant.config.model import BASELINE
from locust_qdrant.errors import UsageError
from locust_qdrant.metrics.record import Outcome, Record
from locust_qdrant.metrics.results import PathResult, Phase, Traffic
from locust_qdrant.metrics.window import counted
from locust_qdrant.runs.path_run import thresholds_for
from locust_qdrant.targets.qdrant.target import QdrantTargetSpec

PHASES = [Phase(BASELINE, 0, 10, measured=False), Phase("constant", 10, 20)]


def a_path(alone: float, beside: float, requests: int = 400, phases=PHASES) -> PathResult:
    records = [
        Record("query", "c", "REST", at + n / 100, at + n / 100 + took, Outcome.OK, step=step)
        for step, at, took in ((BASELINE, 0, alone), ("constant", 10, beside))
        for n in range(requests)
    ]
    return counted(
        PathResult("async", ("query",), Traffic(records, 20, (), 1, phases=phases), None, None)
    )


def test_reads_that_writes_slow_down_are_worth_a_look():
    (slower,) = beside_writes.check(a_path(0.010, 0.035))
    assert slower.verdict is Verdict.WARNING
    assert slower.name == "beside writes: query"
    assert slower.figure == "p99 35.0 ms beside writes, 10.0 ms alone: 3.50 times"
    (same,) = beside_writes.check(a_path(0.010, 0.012))
    assert same.verdict is Verdict.PASSED


def test_too_few_requests_compare_nothing():
    (few,) = beside_writes.check(a_path(0.010, 0.035, requests=100))
    assert few.verdict is Verdict.NOT_MEASURED
    assert "it takes 299 of each" in few.evidence[0]
    (none,) = beside_writes.check(a_path(0.010, 0.035, requests=0))
    assert none.verdict is Verdict.NOT_MEASURED
    assert not list(beside_writes.check(a_path(0.010, 0.035, phases=PHASES[1:])))


def workload(**more):
    return from_options({"mix": "upsert=1,query=3", "traffic.baseline": 5.0, **more})


@pytest.mark.parametrize(
    ("options", "level"), [({"traffic.users": 20}, 15), ({"traffic.rate": 100.0}, 75)]
)
def test_the_baseline_is_the_reads_share_of_the_load_before_what_is_measured(options, level):
    load = workload(**options).load
    names = [stage.name for stage in load.stages]
    assert names == ["warmup", BASELINE, "constant"]
    baseline = load.stages[1]
    assert (baseline.start, baseline.end, baseline.seconds) == (level, level, 5)
    assert not baseline.measured


def test_only_reads_are_chosen_in_it():
    state = QdrantTargetSpec(workload(), "c", 1).build(0, 1).state
    user = state.virtual_user(0)
    assert {state.choose(user, BASELINE).name for _ in range(200)} == {"query"}
    assert {state.choose(user, "constant").name for _ in range(200)} == {"query", "upsert"}


@pytest.mark.parametrize("mix", ["query=1", "upsert=1"])
def test_a_mix_without_both_has_none(mix):
    with pytest.raises(UsageError, match="needs a mix that reads and writes"):
        workload(mix=mix)


def test_a_loop_limit_is_for_the_path_that_has_a_loop():
    limits = {"thresholds": ["loop.lag.p99 < 20ms", "errors == 0"]}
    both = from_options({"path": "both", **limits})
    assert [each.figure for each in thresholds_for("async", both)] == ["loop.lag.p99", "errors"]
    assert [each.figure for each in thresholds_for("sync", both)] == ["errors"]
    # Alone, it was asked for and is not measured, which fails.
    alone = from_options({"path": "sync", **limits})
    assert thresholds_for("sync", alone) == alone.thresholds


def test_a_run_says_what_writes_cost(load_run, engine, tmp_path):
    report = tmp_path / "report.json"
    done = load_run(
        "--host", engine.url, "--users", "4", "--duration", "4", "--warm-up", "0", "--dim", "8",
        "--points", "200", "--baseline-phase", "4", "--json", str(report),
    )  # fmt: skip
    assert report.exists(), done.stdout + done.stderr
    (path,) = json.loads(report.read_text())["paths"]
    (said,) = [each for each in path["checks"] if each["name"].startswith("beside writes")]
    assert said["name"] == "beside writes: query"
