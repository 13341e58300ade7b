"""`locust-qdrant run`: figures, a verdict that can fail, and nothing left behind."""

from __future__ import annotations

import itertools
import json
import os
import signal
import time
import uuid

import pytest
from locust_qdrant.embedded import EmbeddedServer
from qdrant_client import QdrantClient, models

SMALL = ("--users", "3", "--duration", "1", "--dim", "16", "--points", "200")
CHECKS = ["errors", "throughput", "loop lag", "generator", "read back"]


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
    return ("--json", str(file)), lambda: json.loads(file.read_text())


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
    assert [check["name"] for check in only["checks"]] == CHECKS
    lines = {line["name"]: line for line in only["operations"]}
    assert set(lines) == {"query_points", "upsert", "total"}
    assert lines["total"]["requests"] == (
        lines["upsert"]["requests"] + lines["query_points"]["requests"]
    )
    for line in lines.values():
        assert line["failures"] == 0
        assert 0 < line["p50"] <= line["p95"] <= line["p99"]
        assert line["response_bytes"] > 10
    assert (only["loop_lag"] is None) == (path == "sync")
    # Half of the upserts write new points, the other half write some of them again.
    written = only["read_back"]["points"]
    assert 200 < written <= 200 + 16 * lines["upsert"]["requests"]
    assert only["read_back"] == only["read_back"] | {"missing": 0, "stale": 0, "wrong": 0}


def test_both_paths_are_set_side_by_side(load_run, report, at):
    option, read = report
    done = load_run(*SMALL, *at, *option, "--path", "both")
    assert done.returncode == 0, done.stdout + done.stderr
    data = read()
    first, second = data["paths"]
    assert (first["path"], second["path"]) == ("async", "sync")
    throughput = data["comparison"][0]
    assert throughput["first"] == first["operations"][-1]["rate"]
    assert throughput["ratio"] == pytest.approx(throughput["first"] / throughput["second"])
    assert "async / sync" in done.stdout


def test_the_mix_decides_what_is_asked(load_run, report, at):
    option, read = report
    load_run(*SMALL, *at, *option, "--mix", "query=1")
    (only,) = read()["paths"]
    assert [line["name"] for line in only["operations"]] == ["query_points", "total"]
    assert only["read_back"]["points"] == 200


def test_a_key_reaches_the_server_and_no_output(load_run, report):
    option, read = report
    key = "a-secret-key"
    with EmbeddedServer(api_key=key) as server:
        done = load_run(*SMALL, "--host", server.url, *option, QDRANT_API_KEY=key)
    assert done.returncode == 0, done.stdout + done.stderr
    assert key not in done.stdout + done.stderr + json.dumps(read())


def test_an_existing_collection_keeps_what_was_in_it(load_run, at, client):
    name = own_name()
    size = models.VectorParams(size=16, distance=models.Distance.DOT)
    client.create_collection(name, vectors_config=size)
    client.upsert(name, [models.PointStruct(id=1, vector=[1.0] * 16, payload={"mine": True})])
    done = load_run(*SMALL, *at, "--collection", name, "--use-existing")
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
            return read()["paths"][0]["read_back"], out

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
    """Ctrl-C and SIGTERM: the report of what ran, and nothing left behind."""

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    @pytest.mark.parametrize("path", ["async", "sync"])
    def test_traffic_that_is_cut_short_is_reported(self, start, at, client, report, path, number):
        option, read = report
        name = own_name()
        command = (*SMALL, "--duration", "600", "--path", path, "--collection", name)
        process = start("-m", "locust_qdrant", "run", *command, *at, *option)
        _wait_until(lambda: client.collection_exists(name) and _written(client, name) > 200)
        os.kill(process.pid, number)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 130, out + err
        assert "Interrupted: these are the figures of what ran" in out
        assert "Traceback" not in err
        assert read()["interrupted"]
        assert read()["paths"][0]["operations"][-1]["requests"] > 0
        assert read()["paths"][0]["read_back"]["missing"] == 0
        assert not client.collection_exists(name)

    def test_a_collection_that_is_being_filled_is_removed(self, start, at, client):
        name = own_name()
        command = ("run", "--points", "1000000", "--dim", "16", "--collection", name, *at)
        process = start("-m", "locust_qdrant", *command)
        _wait_until(lambda: client.collection_exists(name) and _written(client, name) > 100)
        os.kill(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 130, out + err
        assert "Interrupted before the traffic began" in err
        assert "Traceback" not in err
        assert not client.collection_exists(name)

    def test_ctrl_c_in_a_terminal_reaches_the_embedded_engine_too_and_does_no_harm(
        self, start, report
    ):
        option, read = report
        process = start("-m", "locust_qdrant", "run", *SMALL, "--duration", "600", *option)
        lines = iter(process.stderr.readline, "")
        next(line for line in lines if line.startswith("Traffic"))
        time.sleep(1)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 130, out + err
        assert read()["paths"][0]["read_back"]["unreadable"] == ""
        assert read()["notes"] == []


def test_a_server_that_dies_fails_the_run_with_a_report(start, report):
    option, read = report
    name = own_name()
    with EmbeddedServer() as server:
        command = (*SMALL, "--duration", "4", "--host", server.url, "--collection", name)
        process = start("-m", "locust_qdrant", "run", *command, *option)
        client = QdrantClient(url=server.url, check_compatibility=False)
        _wait_until(lambda: client.collection_exists(name) and _written(client, name) > 200)
        server.stop()
        out, err = process.communicate(timeout=60)
    assert process.returncode == 1, out + err
    assert "Traceback" not in err
    data = read()
    assert data["verdict"] == "failed"
    assert "could not be removed" in data["notes"][0]
    assert "reading back failed" in data["paths"][0]["read_back"]["unreadable"]
    assert data["paths"][0]["operations"][-1]["requests"] > 0


def _version(number: int) -> models.Filter:
    condition = models.FieldCondition(key="version", match=models.MatchValue(value=number))
    return models.Filter(must=[condition])


def _written(client: QdrantClient, name: str) -> int:
    return client.count(name).count


def _filled(client: QdrantClient, name: str) -> bool:
    return client.count(name, count_filter=_version(0)).count == 200


def _wait_until(happened) -> None:
    for attempt in itertools.count():
        if happened():
            return
        assert attempt < 600, "it did not happen within a minute"
        time.sleep(0.1)
