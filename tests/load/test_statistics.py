"""Every call of the real client is in Locust's statistics: REST, gRPC, workers, CSV, web page."""

from __future__ import annotations

import csv
import json
import os
import signal
import time
import uuid
from collections import Counter

import httpx
import pytest
from load_places import LOCUSTFILES, free_port
from qdrant_client import QdrantClient, models

PROTOCOLS = {"REST": (), "gRPC": ("--qdrant-grpc",)}


@pytest.fixture
def collection(engine):
    name = f"statistics-{uuid.uuid4()}"
    client = QdrantClient(url=engine.url, check_compatibility=False)
    size = models.VectorParams(size=8, distance=models.Distance.COSINE)
    client.create_collection(name, vectors_config=size)
    yield name
    client.delete_collection(name)
    client.close()


@pytest.fixture
def traffic(engine, collection, locust, tmp_path):
    """Run the counting users; return the process, Locust's statistics, and the users' own count."""

    def run(user: str, *options: str, **environment: str):
        counts = tmp_path / "counts"
        counts.mkdir()
        stats = tmp_path / "stats"
        done = locust(
            *(
                "traffic.py",
                user,
                "--host",
                engine.url,
                "--json-file",
                str(stats),
                "--csv",
                str(stats),
            ),
            *("--qdrant-grpc-port", str(engine.grpc_port), *options),
            COLLECTION=collection,
            COUNTS=str(counts),
            **environment,
        )
        lines = json.loads(stats.with_suffix(".json").read_text())
        rows = {(line["method"], line["name"]): line for line in lines}
        own = Counter(line for each in counts.iterdir() for line in each.read_text().split())
        return done, rows, own

    return run


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("user", ["Async", "Sync"])
def test_the_statistics_agree_with_what_users_did(traffic, collection, tmp_path, user, protocol):
    done, rows, own = traffic(user, "-u", "5", "-r", "5", "-t", "2s", *PROTOCOLS[protocol])
    assert done.returncode == 0, done.stderr
    assert set(own) == {"query_points", "upsert"}
    for operation, count in own.items():
        row = rows[protocol, f"{operation} {collection}"]
        assert row["num_requests"] == count
        assert row["num_failures"] == 0
        assert row["min_response_time"] > 0
        assert row["total_content_length"] > count * 10
    # A listener of the locustfile that computes a verdict when the test stops has all of them, too.
    assert int((tmp_path / "seen").read_text()) == own.total()


@pytest.mark.slow
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_two_processes_add_up(traffic, two_processes, collection, tmp_path, protocol):
    # Each user makes 20 calls. Workers report every three seconds, and a master does not wait for
    # the last report of a worker that takes long to stop.
    options = ("-u", "6", "-r", "6", "-t", "8s", *two_processes)
    done, rows, own = traffic("Async", *options, *PROTOCOLS[protocol], CALLS="20")
    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "counts").iterdir())) == 2
    assert own.total() == 6 * 20
    for operation, count in own.items():
        assert rows[protocol, f"{operation} {collection}"]["num_requests"] == count
    assert "Event loop lag of 2 workers: p50" in done.stderr


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_failed_call_is_one_failure_with_the_servers_words(traffic, tmp_path, protocol):
    done, rows, _ = traffic("Wrong", "-u", "1", "-t", "3s", *PROTOCOLS[protocol])
    row = rows[protocol, "query_points nowhere"]
    assert row["num_failures"] == row["num_requests"] > 0
    failures = (tmp_path / "stats_failures.csv").read_text()
    assert "nowhere" in failures
    assert "exist" in failures
    assert "Traceback" not in done.stderr
    assert done.returncode == 1


def test_the_csv_files_have_the_same_lines(traffic, collection, tmp_path):
    _, rows, own = traffic("Async", "-u", "2", "-r", "2", "-t", "3s")
    with (tmp_path / "stats_stats.csv").open() as file:
        lines = {(line["Type"], line["Name"]): line for line in csv.DictReader(file)}
    assert set(rows) <= set(lines)
    # Locust writes the file once a second, so it may lack the last calls.
    count = int(lines["REST", f"query_points {collection}"]["Request Count"])
    assert 0 < count <= own["query_points"]


def test_the_pool_that_is_measured_is_reported(traffic):
    done, _, _ = traffic("Async", "-u", "1", "-t", "1s")
    assert "REST, 100 connections, 20 kept alive" in done.stderr
    assert "Event loop lag: p50" in done.stderr


def test_the_web_page_starts_traffic_and_shows_it(engine, collection, start, tmp_path):
    port = free_port()
    key = "a-secret-key"
    process = start(
        *("-m", "locust", "-f", str(LOCUSTFILES / "traffic.py"), "Async"),
        *("--web-host", "127.0.0.1", "--web-port", str(port), "--host", engine.url),
        COLLECTION=collection,
        COUNTS=str(tmp_path),
        QDRANT_API_KEY=key,
    )
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as page:
        start_page = _wait_for(lambda: page.get("/").text)
        assert key not in start_page
        assert "Event Loop" in start_page
        form = {"user_count": 5, "spawn_rate": 5, "host": engine.url}
        for _ in range(2):  # a second test in the same process starts afresh
            assert page.post("/swarm", data=form).json()["success"]
            _wait_for(lambda: _requests(page) > 20)
            assert _stop(page)["success"]
            _wait_for(lambda: page.get("/stats/requests").json()["state"] == "stopped")
        ((tab, rows),) = [
            (each["key"], each["data"])
            for each in page.get("/stats/requests").json()["extended_stats"]
        ]
        assert (tab, [row["name"] for row in rows]) == ("loop-lag", ["this process"])
        assert rows[0]["max"] >= rows[0]["p99"] >= rows[0]["p50"] > 0
        names = {row["name"] for row in page.get("/stats/requests").json()["stats"]}
        assert f"query_points {collection}" in names
        assert page.get("/stats/requests").json()["fail_ratio"] == 0
        assert key not in page.get("/stats/report").text
    os.kill(process.pid, signal.SIGTERM)
    out, err = process.communicate(timeout=60)
    # On a machine with other work to do, the figures may be invalid, which exits with 3.
    assert process.returncode == (3 if "Invalid figures" in err else 0), err
    assert key not in out + err


def _stop(page: httpx.Client) -> dict[str, object]:
    answer = page.post("/stop")
    # Up to Locust 2.43, it was a GET.
    return (page.get("/stop") if answer.is_client_error else answer).json()


def _requests(page: httpx.Client) -> int:
    stats = page.get("/stats/requests").json()["stats"]
    return next(row["num_requests"] for row in stats if row["name"] == "Aggregated")


def _wait_for(ask):
    for _ in range(600):
        try:
            answer = ask()
        except httpx.TransportError:
            answer = None
        if answer:
            return answer
        time.sleep(0.1)
    raise AssertionError("it did not happen within a minute")
