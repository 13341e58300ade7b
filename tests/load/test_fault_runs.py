"""Whole runs, each with a fault: the check that is for it fails, and no other."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from faulty_proxy import Fault, FaultyProxy
from lying_rpc import LyingRpc

INSTRUMENTED = str(Path(__file__).with_name("instrumented.py"))
POINTS = 500
#: The proxy sees the filling as the first upsert.
FILLING = 1
BATCH = 4


@dataclass(frozen=True)
class Report:
    """What a run said: its exit code, and the JSON report."""

    exit_code: int
    path: dict[str, Any]
    said: str = ""

    def __getitem__(self, check: str) -> dict[str, Any]:
        return next(each for each in self.path["checks"] if each["name"] == check)

    def found(self, verdict: str) -> set[str]:
        """Return the names of the checks with this verdict."""
        return {each["name"] for each in self.path["checks"] if each["verdict"] == verdict}


@pytest.fixture
def proxy(engine):
    with FaultyProxy(engine.url) as proxy:
        yield proxy


@pytest.fixture
def measured(run, tmp_path):
    """Run a workload, given as TOML, and return its report."""

    def measure(
        url: str, workload: str, *command: str, points: int = POINTS, allow: bool = True
    ) -> Report:
        file, report = tmp_path / "workload.toml", tmp_path / "report.json"
        file.write_text(f"{workload}\n[collection]\ndim = 8\npoints = {points}\n")
        command = command or ("-m", "locust_qdrant")
        # The machine of a test may be busy.
        allowed = ("--allow-invalid",) if allow else ()
        done = run(
            *command, "run", *allowed, "--workload", str(file), "--host", url, "--json", str(report)
        )
        assert report.exists(), done.stdout + done.stderr
        path = json.loads(report.read_text())["paths"][0]
        return Report(done.returncode, path, done.stdout + done.stderr)

    return measure


def closed(*operations: str, seconds: float = 1, warm_up: float = 0, users: int = 3) -> str:
    """Return traffic of `users` that do these operations."""
    times = f"duration = {seconds}\nwarm_up = {warm_up}\nthink_time = 0.01"
    traffic = f"[traffic]\nusers = {users}\n{times}\n"
    return traffic + "".join(f"[[operations]]\n{each}\n" for each in operations)


NEW_POINTS = f"kind = 'upsert'\nbatch_size = {BATCH}\nupdate_share = 0"
QUERY = "kind = 'query'"


def test_writes_that_are_lost_changed_or_doubled_fail_the_ledger(measured, proxy):
    proxy.break_with(Fault.LOSE_WRITE, skip=FILLING, most=1)
    proxy.break_with(Fault.CHANGE_PAYLOAD, skip=FILLING + 1, most=2)
    proxy.break_with(Fault.CHANGE_VECTOR, skip=FILLING + 3, most=3)
    proxy.break_with(Fault.WRITE_TWICE, skip=FILLING + 6, most=4)
    report = measured(proxy.url, closed(NEW_POINTS, QUERY))
    assert report.exit_code == 1
    # Queries find the points that nobody wrote, too.
    assert report.found("failed") == {"ledger", "answers"}
    counts = "4 missing, 8 with a payload that nobody wrote, 12 with a vector that nobody wrote, "
    assert report["ledger"]["evidence"][0] == f"{counts}16 phantom: nobody wrote them"
    total = report.path["ledger"]["points"]
    assert report["ledger"]["figure"].startswith(f"{total - 24:,} of {total:,} points are as ack")


def test_what_is_refused_is_not_in_doubt_and_fails_the_ledger_if_it_is_done(measured, proxy):
    proxy.break_with(Fault.REFUSE_WRITE, skip=FILLING, most=3)
    proxy.break_with(Fault.UNFINISHED, skip=FILLING + 3, most=2)
    report = measured(proxy.url, closed(NEW_POINTS, QUERY))
    # A failed request fails the run, and no point is lost.
    assert report.found("failed") == {"errors"}
    audit = report.path["ledger"]
    assert (audit["refused"], audit["in_doubt"]) == (3 * BATCH, 2 * BATCH)
    assert report["ledger"]["figure"].endswith(f"{2 * BATCH} in doubt, {3 * BATCH} refused")
    proxy.break_with(Fault.DENY_DONE, skip=FILLING, most=1)
    report = measured(proxy.url, closed(NEW_POINTS))
    assert report.found("failed") == {"errors", "ledger"}
    assert report.path["ledger"]["phantom"] == BATCH


def test_changes_and_deletions_that_are_lost_fail_the_ledger(measured, proxy):
    proxy.break_with(Fault.LOSE_CHANGE)
    proxy.break_with(Fault.LOSE_DELETE, most=5)
    changes = closed("kind = 'set_payload'\nsize = 10", "kind = 'delete'", users=1)
    report = measured(proxy.url, changes)
    assert report.exit_code == 1
    assert report.found("failed") == {"ledger"}
    audit = report.path["ledger"]
    assert audit["resurrected"] == proxy.harmed[Fault.LOSE_DELETE] == 5
    assert 0 < audit["stale"] <= proxy.harmed[Fault.LOSE_CHANGE]
    assert (audit["missing"], audit["wrong"], audit["phantom"]) == (0, 0, 0)


def test_queries_that_miss_points_fail_the_recall(measured, proxy):
    proxy.break_with(Fault.DROP_HITS)
    report = measured(proxy.url, closed(NEW_POINTS, QUERY, warm_up=1))
    assert report.exit_code == 1
    assert report.found("failed") == {"recall@10"}
    assert report["recall@10"]["figure"].startswith("mean 0.500, worst 0.500, in ")
    # Twice a second, and never in the warm-up.
    assert report.path["recall"]["queries"] <= 3
    assert report["recall@10"]["evidence"][0].startswith("queries miss 50% of the 10 nearest")


@pytest.mark.parametrize("path", ["async", "sync"])
def test_queries_that_find_nothing_fail_the_answers(measured, proxy, path):
    proxy.break_with(Fault.NO_HITS)
    report = measured(proxy.url, f"path = '{path}'\n{closed(NEW_POINTS, QUERY)}")
    assert report.exit_code == 1
    assert report.found("failed") == {"answers"}
    # Nor does an exact search find anything to compare with.
    assert report.found("not measured") == {"recall"}
    (answers,) = report.path["answers"]
    number = answers["wrong"]["had fewer hits than there were points to find"]
    assert number == answers["seen"] > 0
    assert report["answers"]["figure"] == f"{number:,} of {number:,} wrong"
    assert "0 hits where at least 10 had to be found" in report["answers"]["evidence"][-1]


def test_queries_that_find_nothing_fail_the_answers_over_grpc(measured, engine):
    with LyingRpc(engine.grpc_port) as rpc:
        rpc.lies = True
        client = f"[client]\ngrpc = true\ngrpc_port = {rpc.port}\n"
        report = measured(engine.url, client + closed(NEW_POINTS, QUERY))
    assert report.exit_code == 1
    assert report.found("failed") == {"answers"}


def test_a_collection_that_stays_empty_shows_nothing_and_fails(measured, engine):
    report = measured(engine.url, closed(QUERY), points=0)
    assert report.exit_code == 1
    assert report.found("failed") == set()
    assert report.found("not measured") == {"answers", "recall", "ledger"}
    assert "every answer was empty" in report["answers"]["evidence"][0]


def test_refusals_resets_and_timeouts_fail_the_errors_and_are_counted_apart(measured, engine):
    with FaultyProxy(engine.url, slow_seconds=2) as proxy:
        proxy.break_with(Fault.OVERLOADED, skip=FILLING + 5, most=3)
        proxy.break_with(Fault.RESET, skip=FILLING + 10, most=2)
        proxy.break_with(Fault.SLOW, skip=FILLING + 15, most=1)
        workload = closed(NEW_POINTS, "kind = 'scroll'", seconds=1.5)
        report = measured(proxy.url, workload + "[client]\ntimeout = 1\n")
    assert report.exit_code == 1
    assert report.found("failed") == {"errors"}
    figure = report["errors"]["figure"]
    assert re.fullmatch(r"6 of \d+ failed, 1 timed out, 3 refused", figure), figure
    evidence = " ".join(report["errors"]["evidence"])
    for words in ("503 Service Unavailable: overloaded", "RemoteProtocolError", "ReadTimeout"):
        assert words in evidence


@pytest.mark.parametrize(
    "load", [closed(QUERY), f"[traffic]\nrate = 50\n[[operations]]\n{QUERY}\n"]
)
def test_answers_that_nobody_can_read_are_failed_requests_without_a_traceback(
    measured, proxy, load
):
    proxy.break_with(Fault.PAGE, every=2)
    report = measured(proxy.url, load)
    assert report.exit_code == 1
    assert report.found("failed") == {"errors"}
    (said,) = report["errors"]["evidence"]
    assert re.fullmatch(
        r"\d+ x query: JSONDecodeError: Expecting value.*no JSON: <html>log in</html>", said
    )
    assert "Traceback" not in report.said


def test_an_operation_that_never_succeeds_fails_the_throughput(measured, proxy):
    proxy.break_with(Fault.OVERLOADED, skip=FILLING)
    report = measured(proxy.url, closed("kind = 'scroll'"))
    assert report.exit_code == 1
    # Nor can anything be read back.
    assert report.found("failed") == {"errors", "throughput", "ledger"}
    assert report["throughput"]["evidence"] == ["scroll never succeeded"]


def test_a_server_that_cannot_keep_the_rate_fails_the_arrivals(measured, proxy):
    proxy.break_with(Fault.SLOW, skip=FILLING)
    traffic = "[traffic]\nrate = 100\nmost_in_flight = 10\nduration = 1\nwarm_up = 0\n"
    report = measured(proxy.url, f"{traffic}[[operations]]\n{QUERY}\n")
    assert report.exit_code == 1
    assert report.found("failed") == {"arrivals"}
    arrivals = report.path["arrivals"]
    assert arrivals["planned"] == 100
    assert 0 < arrivals["missed"] < 90
    assert "the server cannot keep this rate" in report["arrivals"]["evidence"][-1]


def test_a_client_that_blocks_the_loop_fails_the_loop(measured, engine):
    report = measured(engine.url, closed(QUERY, users=1), INSTRUMENTED, "blocks_briefly")
    assert report.exit_code == 1
    assert report.found("failed") == {"loop free"}
    assert "something blocks the loop" in report["loop free"]["evidence"][0]
    assert report.path["loop_lag"]["worst"] >= 0.24


def test_a_client_that_blocks_it_for_long_fails_the_heartbeat_and_misses_arrivals(measured, engine):
    traffic = "[traffic]\nrate = 2\nduration = 2\nwarm_up = 0\n"
    workload = f"{traffic}[[operations]]\n{QUERY}\n"
    report = measured(engine.url, workload, INSTRUMENTED, "blocks_long")
    assert report.exit_code == 1
    assert report.found("failed") == {"loop free", "heartbeat", "arrivals"}
    beats = report["heartbeat"]["evidence"][0]
    assert re.fullmatch(r"\d+% of the beats came over 0.5 s late", beats)
    late, missed = report["arrivals"]["evidence"]
    assert "could not keep the rate" in late
    assert "this process was behind when the time was up" in missed
    # Four are due, and each holds the loop for longer than the time between two.
    assert report.path["arrivals"]["planned"] == 4
    assert report.path["arrivals"]["missed"] >= 1


def test_a_client_that_leaves_things_open_fails_the_clean_end(measured, engine):
    report = measured(engine.url, closed(QUERY), INSTRUMENTED, "leaks")
    assert report.exit_code == 1
    assert report.found("failed") == {"clean end"}
    assert report["clean end"]["figure"] == (
        "1 pending task, 1 open connection, 1 coroutine never awaited"
    )
    task, lost, connection = report["clean end"]["evidence"]
    assert re.search(r"still running: send_for_ever\(\) at .*instrumented\.py:\d+", task)
    assert re.search(r"never awaited: flush\(\) .*instrumented\.py:\d+", lost)
    assert connection == "1 connection still open: a client was not closed"


def test_a_generator_at_its_limit_makes_the_figures_invalid(measured, engine):
    # Each user could ask 25 times a second, if it took this process no time.
    with FaultyProxy(engine.url, slow_seconds=0.03) as proxy:
        proxy.break_with(Fault.SLOW, skip=FILLING)
        traffic = closed(QUERY, users=20, seconds=3)
        report = measured(proxy.url, traffic, INSTRUMENTED, "burns", allow=False)
    assert report.found("failed") == report.found("not measured") == set()
    # On a machine with other work to do, more is late.
    assert {"generator"} <= report.found("invalid"), report["generator"]
    assert report.found("invalid") <= {"generator", "loop free", "heartbeat"}
    assert report.exit_code == 3
    # On a machine with other work to do, it is short of processors before it is at its limit.
    assert " was short of processor" in report["generator"]["evidence"][0]


def test_a_pool_that_keeps_too_few_connections_warns_of_it(measured, engine):
    # Answers that take their time keep all users' requests under way at once, on any machine.
    traffic = closed(QUERY, users=8, seconds=3)
    with FaultyProxy(engine.url, slow_seconds=0.03) as proxy:
        proxy.break_with(Fault.SLOW, skip=FILLING)
        report = measured(proxy.url, f"[client]\nkeepalive = 1\n{traffic}")
        reused = measured(proxy.url, traffic)
    assert report.exit_code == 0
    assert report["connections"]["verdict"] == "warning", report["connections"]
    assert "--keepalive" in report["connections"]["evidence"][0]
    assert reused["connections"]["verdict"] == "passed"
