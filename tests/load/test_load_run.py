"""`locust-qdrant run`: figures, a verdict that can fail, and nothing left behind."""

from __future__ import annotations

import itertools
import json
import os
import re
import signal
import time
import uuid

import psutil
import pytest
from faulty_proxy import Fault, FaultyProxy
from json_schemas import validated
from locust_qdrant.embedded import EmbeddedServer
from locust_qdrant.metrics import record_file
from qdrant_client import QdrantClient, models

SMALL = ("--users", "3", "--duration", "1", "--dim", "16", "--points", "200")
# Ended by the test, so that every request counts.
ENDLESS = ("--duration", "600", "--warm-up", "0")
CHECKS = {
    *("generator", "errors", "answers", "throughput", "connections"),
    *("ledger", "recall@10", "clean end"),
}
LOOP_CHECKS = {"loop free", "heartbeat"}


@pytest.fixture
def client(engine):
    client = QdrantClient(url=engine.url, check_compatibility=False)
    yield client
    client.close()


@pytest.fixture
def at(engine):
    return ("--host", engine.url, "--grpc-port", str(engine.grpc_port))


@pytest.fixture
def report(tmp_path):
    """The file for the report, and what reads it."""
    file = tmp_path / "report.json"
    return ("--json", str(file)), lambda: validated(json.loads(file.read_text()))


def own_name() -> str:
    return f"run-{uuid.uuid4()}"


def test_without_a_host_one_command_starts_the_engine_and_passes(load_run, report):
    option, read = report
    done = load_run(*SMALL, *option)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Verdict: PASSED" in done.stdout
    assert "embedded engine" in done.stderr
    assert read()["verdict"] == "passed"


@pytest.mark.parametrize("path", ["async", "sync"])
@pytest.mark.parametrize("protocol", [(), ("--grpc",)])
def test_every_path_and_protocol_passes_and_removes_its_collection(
    load_run, report, at, client, path, protocol
):
    option, read = report
    name = own_name()
    done = load_run(*SMALL, *at, *protocol, *option, "--path", path, "--collection", name)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not client.collection_exists(name)
    (only,) = read()["paths"]
    expected = CHECKS if path == "sync" else CHECKS | LOOP_CHECKS
    # Known patterns speak up where they are recognised.
    assert {check["name"] for check in only["checks"]} >= expected
    lines = {line["name"]: line for line in only["operations"]}
    assert set(lines) == {"query", "upsert", "total"}
    assert lines["total"]["requests"] == lines["upsert"]["requests"] + lines["query"]["requests"]
    for line in lines.values():
        assert line["failures"] == 0
        assert 0 < line["latency"]["p50"] <= line["latency"]["p95"] <= line["latency"]["p99"]
        assert line["response_bytes"] > 10
    assert (only["loop_lag"] is None) == (path == "sync")
    warm_up, constant = only["phases"]
    assert (warm_up["measured"], constant["measured"]) == (False, True)
    assert lines["total"]["requests"] == constant["figures"]["requests"]
    # Half of the upserts write new points, the other half write some of them again.
    upserts = lines["upsert"]["requests"] + warm_up["figures"]["requests"]
    assert 200 < only["ledger"]["points"] <= 200 + 16 * upserts
    assert only["ledger"] == only["ledger"] | {"missing": 0, "stale": 0, "wrong": 0}


def test_a_run_is_judged_once(load_run, at, report, tmp_path):
    (tmp_path / "counting_check.py").write_text(
        "from pathlib import Path\n"
        "from locust_qdrant.checks import CheckResult, Verdict\n"
        "def check(result):\n"
        "    with Path(__file__).with_name('calls').open('a') as calls:\n"
        "        calls.write('called\\n')\n"
        "    return CheckResult('counting', '1', '1', Verdict.PASSED)\n"
    )
    option, read = report
    mine = ("--set", 'checks=["counting_check:check"]', "--html", str(tmp_path / "report.html"))
    done = load_run(*SMALL, *at, *option, *mine, PYTHONPATH=str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "counting" in {check["name"] for check in read()["paths"][0]["checks"]}
    assert (tmp_path / "calls").read_text() == "called\n"


def test_both_paths_are_set_side_by_side(load_run, report, at):
    option, read = report
    done = load_run(*SMALL, *at, *option, "--path", "both")
    assert done.returncode == 0, done.stdout + done.stderr
    data = read()
    first, second = data["paths"]
    assert (first["path"], second["path"]) == ("async", "sync")
    throughput = data["comparison"][0]
    assert throughput["first"] == first["operations"][-1]["rate"]
    if "nothing follows from its figures" in " ".join(done.stdout.split()):
        assert throughput["ratio"] is None, "a path that was starved is compared with nothing"
    else:
        assert throughput["ratio"] == pytest.approx(throughput["first"] / throughput["second"])
    assert "async / sync" in done.stdout
    assert sum("was not indexed" in note for note in data["notes"]) == 1


def test_the_mix_decides_what_is_asked(load_run, report, at):
    option, read = report
    load_run(*SMALL, *at, *option, "--mix", "query=1")
    (only,) = read()["paths"]
    assert [line["name"] for line in only["operations"]] == ["query", "total"]
    assert only["ledger"]["points"] == 200


@pytest.mark.parametrize("protocol", [(), ("--grpc",)])
def test_arrivals_keep_their_rate_and_count_from_when_they_were_due(
    load_run, report, at, protocol, tmp_path
):
    option, read = report
    file = tmp_path / "record.jsonl"
    open_model = ("--arrival-rate", "50", "--duration", "1", "--warm-up", "0.5")
    small = ("--dim", "16", "--points", "200")
    done = load_run(*small, *open_model, *at, *protocol, *option, "--record", str(file))
    assert done.returncode in {0, 1}, done.stdout + done.stderr
    (only,) = read()["paths"]
    assert only["arrivals"] == only["arrivals"] | {"planned": 75, "missed": 0}
    recorded = record_file.read(file)
    records = recorded.paths[0].traffic.records
    assert len(records) == 75
    # Nothing begins at the very moment when it is due, so an equal time would be no intended one.
    assert all(record.intended < record.start for record in records)
    assert all(record.latency > record.seconds for record in records)
    assert {record.step for record in records} == {phase["name"] for phase in only["phases"]}
    assert "--arrival-rate 50" in recorded.command


def test_processes_share_the_load_and_tell_one_story(load_run, report, at, client, tmp_path):
    option, read = report
    file, name = tmp_path / "record.jsonl", own_name()
    several = ("--processes", "2", "--collection", name, "--record", str(file))
    done = load_run(*SMALL, "--users", "4", *at, *option, *several)
    assert done.returncode in {0, 1}, done.stdout + done.stderr
    (only,) = read()["paths"]
    assert only["ledger"] == only["ledger"] | {"missing": 0, "stale": 0, "wrong": 0, "phantom": 0}
    assert set(only["cpu_by_worker"]) == {"0", "1"}
    assert only["recall"]["queries"] > 0
    records = record_file.read(file).paths[0].traffic.records
    assert {record.worker for record in records} == {0, 1}
    total = sum(phase["figures"]["requests"] for phase in only["phases"])
    assert len(records) == total
    assert not client.collection_exists(name)


def test_a_workload_file_is_run_and_options_win_over_it(load_run, report, at, tmp_path):
    option, read = report
    file = tmp_path / "workload.toml"
    file.write_text(
        'name = "Steps"\nthresholds = ["errors == 0"]\n'
        "[collection]\ndim = 384\npoints = 100\n"
        '[traffic]\nusers = 4\nduration = "20s"\n'
        '[[operations]]\nkind = "query"\nname = "ask"\n'
    )
    changed = ("--set", "collection.dim=16", "--duration", "1", "--threshold", "ask.p50 < 1us")
    done = load_run(*at, *option, "--workload", str(file), *changed)
    assert done.returncode == 1, done.stdout + done.stderr
    data = read()
    assert data["title"].startswith("Steps")
    assert data["workload"]["collection"]["vectors"][""]["dim"] == 16
    (only,) = data["paths"]
    assert [line["name"] for line in only["operations"]] == ["ask", "total"]
    verdicts = {check["name"]: check["verdict"] for check in only["checks"]}
    assert verdicts["ask.p50 < 1us"] == "failed"


@pytest.mark.parametrize("processes", ["1", "2"])
def test_a_key_reaches_the_server_and_no_output(load_run, report, tmp_path, processes):
    option, read = report
    key, record, page = "a-secret-key", tmp_path / "record.jsonl", tmp_path / "page.html"
    outputs = (*option, "--record", str(record), "--html", str(page), "--processes", processes)
    with EmbeddedServer(api_key=key) as server:
        done = load_run(*SMALL, "--host", server.url, "--api-key", key, *outputs)
    assert done.returncode in {0, 1}, done.stdout + done.stderr
    data = read()
    assert data["paths"][0]["operations"][-1]["requests"] > 0
    assert "--api-key *** " in data["command"]
    written = done.stdout + done.stderr + json.dumps(data) + record.read_text() + page.read_text()
    assert key not in written


def test_an_existing_collection_keeps_what_was_in_it(load_run, at, client):
    name = own_name()
    size = models.VectorParams(size=16, distance=models.Distance.DOT)
    client.create_collection(name, vectors_config=size)
    client.upsert(name, [models.PointStruct(id=1, vector=[1.0] * 16, payload={"mine": True})])
    done = load_run(*SMALL, *at, "--collection", name, "--use-existing", "--write")
    assert done.returncode == 0, done.stdout + done.stderr
    points, _ = client.scroll(name, limit=10)
    assert [(point.id, point.payload) for point in points] == [(1, {"mine": True})]
    client.delete_collection(name)


class TestLostWrites:
    """Someone takes acknowledged points away while the run goes on: the run must notice."""

    @pytest.fixture
    def tampered(self, start, at, client, report):
        """Run, and let `tamper` change points of the collection meanwhile; return the read-back."""
        option, read = report

        def run(tamper):
            name = own_name()
            command = (*SMALL, "--duration", "4", *at, *option, "--collection", name)
            process = start("-m", "locust_qdrant", "run", *command)
            _wait_until(lambda: client.collection_exists(name) and _filled(client, name))
            found, _ = client.scroll(name, limit=3, scroll_filter=_version(0))
            tamper(name, [point.id for point in found])
            out, err = process.communicate(timeout=60)
            assert process.returncode == 1, out + err
            assert "Verdict: FAILED" in out
            assert not client.collection_exists(name)
            return read()["paths"][0]["ledger"], out

        return run

    def test_a_point_that_is_gone_fails_the_run(self, tampered, client):
        audit, out = tampered(lambda name, ids: client.delete(name, points_selector=ids))
        assert (audit["missing"], audit["stale"], audit["wrong"]) == (3, 0, 0)
        assert "is missing" in out

    def test_a_payload_that_changed_fails_the_run(self, tampered, client):
        audit, out = tampered(lambda name, ids: client.set_payload(name, {"version": 99}, ids))
        assert (audit["missing"], audit["stale"], audit["wrong"]) == (0, 0, 3)
        assert "is wrong" in out


class TestInterrupts:
    """Ctrl-C, SIGTERM and SIGHUP: the report of what ran, and nothing left behind."""

    @pytest.mark.parametrize(
        ("path", "number"),
        [("async", signal.SIGINT), ("sync", signal.SIGTERM), ("async", signal.SIGHUP)],
    )
    def test_traffic_that_is_cut_short_is_reported(self, start, at, client, report, path, number):
        option, read = report
        name = own_name()
        command = (*SMALL, *ENDLESS, "--path", path, "--collection", name)
        process = start("-m", "locust_qdrant", "run", *command, *at, *option)
        _wait_until(lambda: client.collection_exists(name) and _written(client, name) > 200)
        os.kill(process.pid, number)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 128 + number, out + err
        assert "Verdict: INTERRUPTED" in out
        assert "Interrupted: these are the figures of what ran" in out
        assert "Traceback" not in err
        assert read()["interrupted"]
        assert read()["paths"][0]["operations"][-1]["requests"] > 0
        assert read()["paths"][0]["ledger"]["missing"] == 0
        assert not client.collection_exists(name)

    def test_several_processes_end_together(self, start, at, client, report):
        option, read = report
        name = own_name()
        several = (*ENDLESS, "--processes", "2", "--collection", name)
        process = start("-m", "locust_qdrant", "run", *SMALL, *several, *at, *option)
        _wait_until(lambda: client.collection_exists(name) and _written(client, name) > 200)
        # A terminal sends it to all of them.
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 130, out + err
        assert "Traceback" not in err
        assert read()["paths"][0]["ledger"]["missing"] == 0
        assert not client.collection_exists(name)

    def test_a_collection_that_is_being_filled_is_removed(
        self, start, at, client, report, tmp_path
    ):
        option, read = report
        name, junit = own_name(), tmp_path / "junit.xml"
        command = ("run", "--points", "1000000", "--dim", "16", "--collection", name, *at)
        command += (*option, "--junit", str(junit))
        process = start("-m", "locust_qdrant", *command)
        _wait_until(lambda: client.collection_exists(name) and _written(client, name) > 100)
        os.kill(process.pid, signal.SIGTERM)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 143, out + err
        assert "The run was interrupted before its traffic began." in out
        assert "Verdict: INTERRUPTED" in out
        assert (read()["verdict"], read()["paths"]) == ("interrupted", [])
        assert 'type="interrupted"' in junit.read_text()
        assert "Traceback" not in err
        assert not client.collection_exists(name)

    def test_points_that_are_being_read_back_are_no_verdict(self, start, engine, client, report):
        option, read = report
        name = own_name()
        with FaultyProxy(engine.url, slow_seconds=2) as proxy:
            command = (*SMALL, "--duration", "1", "--host", proxy.url, "--collection", name)
            process = start("-m", "locust_qdrant", "run", *command, *option)
            for line in process.stderr:
                if line.startswith("Traffic"):
                    proxy.break_with(Fault.LOSE_WRITE)
                if line.startswith("Reading back"):
                    proxy.break_with(Fault.SLOW)
                    break
            time.sleep(0.3)
            os.kill(process.pid, signal.SIGHUP)
            out, err = process.communicate(timeout=60)
        assert process.returncode == 129, out + err
        assert "Verdict: INTERRUPTED" in out
        assert read()["verdict"] == "interrupted"
        checks = {each["name"]: each["verdict"] for each in read()["paths"][0]["checks"]}
        assert checks["ledger"] == "not measured"
        assert not client.collection_exists(name)

    def test_ctrl_c_in_a_terminal_reaches_the_embedded_engine_too_and_does_no_harm(
        self, start, report
    ):
        option, read = report
        process = start("-m", "locust_qdrant", "run", *SMALL, *ENDLESS, *option)
        url = process.stderr.readline().split()[-1].rstrip(".")
        client = QdrantClient(url=url, check_compatibility=False)
        _wait_until(lambda: any(_written(client, each) > 200 for each in _names(client)))
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 130, out + err
        assert read()["paths"][0]["ledger"]["unreadable"] == ""
        assert "could not be removed" not in " ".join(read()["notes"])


def test_a_process_that_dies_ends_the_run_with_a_report(start, at, client, report):
    option, read = report
    name = own_name()
    several = (*ENDLESS, "--processes", "2", "--collection", name)
    process = start("-m", "locust_qdrant", "run", *SMALL, *several, *at, *option)
    _wait_until(lambda: client.collection_exists(name) and _written(client, name) > 200)
    ours = psutil.Process(process.pid).children()
    victim = next(each for each in ours if "spawn_main" in " ".join(each.cmdline()))
    victim.kill()
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1, out + err
    assert "Traceback" not in err
    said = " ".join(out.split())
    assert "of 2 was lost (signal 9), and what it knew with it" in said
    # What nobody knows any more is not called a phantom.
    assert "phantom" not in said
    data = read()
    checks = {each["name"]: each["verdict"] for each in data["paths"][0]["checks"]}
    assert checks["errors"] == checks["ledger"] == "failed"
    assert not data["interrupted"]
    assert data["paths"][0]["operations"][-1]["requests"] > 0
    assert not client.collection_exists(name)


def test_a_server_that_dies_fails_the_run_with_a_report(start, report):
    option, read = report
    name = own_name()
    with EmbeddedServer() as server:
        command = (*SMALL, "--duration", "4", "--host", server.url, "--collection", name)
        process = start("-m", "locust_qdrant", "run", *command, *option)
        client = QdrantClient(url=server.url, check_compatibility=False)
        _wait_until(lambda: client.collection_exists(name) and _written(client, name) > 200)
        os.kill(server.pid, signal.SIGKILL)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 1, out + err
    assert "Traceback" not in err
    data = read()
    assert data["verdict"] == "failed"
    assert "could not be removed" in data["notes"][-1]
    assert re.search(r"locust-qdrant cleanup [0-9a-f]{16} --collection", data["notes"][-1])
    assert "reading back failed" in data["paths"][0]["ledger"]["unreadable"]
    assert data["paths"][0]["operations"][-1]["requests"] > 0


def _version(number: int) -> models.Filter:
    condition = models.FieldCondition(key="version", match=models.MatchValue(value=number))
    return models.Filter(must=[condition])


def _written(client: QdrantClient, name: str) -> int:
    return client.count(name).count


def _names(client: QdrantClient) -> list[str]:
    return [each.name for each in client.get_collections().collections]


def _filled(client: QdrantClient, name: str) -> bool:
    return client.count(name, count_filter=_version(0)).count == 200


def _wait_until(happened) -> None:
    for attempt in itertools.count():
        if happened():
            return
        assert attempt < 600, "it did not happen within a minute"
        time.sleep(0.1)
