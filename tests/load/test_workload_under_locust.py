"""A workload file under the `locust` command: one process, or a master and its workers."""

from __future__ import annotations

import json
import os
import re
import signal
import time

import psutil
import pytest
from faulty_proxy import Fault, FaultyProxy
from load_places import EXAMPLES, free_port
from qdrant_client import QdrantClient

FILE = str(EXAMPLES / "workload_locustfile.py")
POINTS = 400
#: The proxy sees the filling as the first upsert.
FILLING = 1
PATIENCE_SECONDS = 60
WORKLOAD = f"""
name = "mixed"
[collection]
dim = 8
points = {POINTS}
[traffic]
think_time = 0.01
[[operations]]
kind = "query"
name = "ask"
[[operations]]
kind = "upsert"
name = "add"
batch_size = 4
update_share = 0
"""


@pytest.fixture
def workload(tmp_path):
    file = tmp_path / "workload.toml"
    file.write_text(WORKLOAD)
    return file


@pytest.fixture
def collections(engine):
    """Return what lists the server's collections that a test of a workload left there.

    Runs of other tests whose faulty connection kept them from removing theirs share the server.
    """
    client = QdrantClient(url=engine.url, check_compatibility=False)

    def names():
        found = {each.name for each in client.get_collections().collections}
        return {name for name in found if name.startswith("locust_qdrant_")}

    before = names()
    yield lambda: names() - before
    client.close()


@pytest.fixture
def traffic_began(collections, engine):
    """Return what waits until a test has filled its collection and its users write to it."""
    client = QdrantClient(url=engine.url, check_compatibility=False)

    def wait(process) -> None:
        limit = time.monotonic() + PATIENCE_SECONDS
        while not any(client.count(name).count > POINTS for name in collections()):
            assert process.poll() is None
            assert time.monotonic() < limit
            time.sleep(0.05)

    yield wait
    client.close()


def books(log: str) -> tuple[int, int]:
    """Return how many points are as acknowledged, of how many."""
    found = re.search(r"Ledger: ([\d,]+) of ([\d,]+) points are as acknowledged", log)
    assert found, log
    right, total = (int(each.replace(",", "")) for each in found.groups())
    return right, total


def requests(stats) -> dict[str, int]:
    rows = json.loads(stats.with_suffix(".json").read_text())
    return {f"{row['method']} {row['name']}": row["num_requests"] for row in rows}


@pytest.mark.parametrize(("protocol", "path"), [("REST", "async"), ("gRPC", "sync")])
def test_one_process_reads_back_what_it_wrote(
    engine, locust, workload, collections, tmp_path, protocol, path
):
    workload.write_text(f'path = "{path}"\n{WORKLOAD}')
    options = ("-u", "3", "-r", "3", "-t", "2s", "--json-file", str(tmp_path / "stats"))
    grpc = ("--qdrant-grpc", "--qdrant-grpc-port", str(engine.grpc_port))
    done = locust(
        *(FILE, "--host", engine.url, *options, *(grpc if protocol == "gRPC" else ())),
        WORKLOAD=str(workload),
    )
    assert done.returncode == 0, done.stderr
    right, total = books(done.stderr)
    assert right == total > POINTS
    count = requests(tmp_path / "stats")
    assert set(count) == {f"{protocol} ask", f"{protocol} add"}
    assert min(count.values()) > 0
    assert not collections()


@pytest.mark.slow
def test_a_master_merges_the_books_of_its_workers(
    engine, locust, two_processes, workload, collections, tmp_path
):
    options = ("-u", "4", "-r", "4", "-t", "4s", "--json-file", str(tmp_path / "stats"))
    done = locust(*(FILE, "--host", engine.url, *options, *two_processes), WORKLOAD=str(workload))
    assert done.returncode == 0, done.stderr
    right, total = books(done.stderr)
    # Each upsert is of four points that nobody wrote before.
    assert right == total == POINTS + 4 * requests(tmp_path / "stats")["REST add"]
    assert not collections()


@pytest.mark.slow
def test_a_write_that_is_lost_between_two_workers_fails_the_test(
    engine, locust, two_processes, workload, collections
):
    with FaultyProxy(engine.url) as proxy:
        proxy.break_with(Fault.LOSE_WRITE, skip=FILLING, most=2)
        options = ("-u", "4", "-r", "4", "-t", "3s", *two_processes)
        done = locust(FILE, "--host", proxy.url, *options, WORKLOAD=str(workload))
    right, total = books(done.stderr)
    assert 0 < total - right <= 2 * 4
    assert re.search(r"Ledger: .*\d (missing|stale)", done.stderr)
    assert done.returncode == 1
    assert not collections()


def test_queries_that_find_nothing_fail_the_test(engine, locust, workload, collections):
    with FaultyProxy(engine.url) as proxy:
        proxy.break_with(Fault.NO_HITS)
        options = ("-u", "2", "-r", "2", "-t", "2s")
        done = locust(FILE, "--host", proxy.url, *options, WORKLOAD=str(workload))
    assert done.returncode == 1
    found = re.search(r"Answers: ([\d,]+) of ([\d,]+) wrong", done.stderr)
    assert found
    assert found[1] == found[2]
    assert "answers of ask had fewer hits than there were points to find" in done.stderr
    assert not collections()


def test_a_test_in_which_nothing_was_asked_fails(engine, locust, workload, collections):
    with FaultyProxy(engine.url, slow_seconds=4) as proxy:
        proxy.break_with(Fault.SLOW, skip=FILLING, most=1)
        options = ("-u", "1", "-t", "1s", "--stop-timeout", "0")
        done = locust(FILE, "--host", proxy.url, *options, WORKLOAD=str(workload))
    assert done.returncode == 1
    assert "Requests: 0 made" in done.stderr
    assert not collections()


def test_filling_takes_nothing_of_the_time_that_was_asked_for(engine, locust, workload):
    with FaultyProxy(engine.url, slow_seconds=3) as proxy:
        proxy.break_with(Fault.SLOW, most=FILLING)
        options = ("-u", "2", "-r", "2", "-t", "2s", "--csv", str(workload.with_name("csv")))
        done = locust(FILE, "--host", proxy.url, *options, WORKLOAD=str(workload))
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_worker_that_is_killed_takes_its_books_with_it(
    engine, start, two_processes, workload, collections, traffic_began
):
    options = ("--headless", "--only-summary", "-u", "4", "-r", "4", "-t", "8s")
    process = start(
        *("-m", "locust", "-f", FILE, "--host", engine.url, *options, *two_processes),
        WORKLOAD=str(workload),
        LOCUST_SKIP_MONKEY_PATCH="1",
    )
    traffic_began(process)
    workers = psutil.Process(process.pid).children()
    os.kill(workers[0].pid, signal.SIGKILL)
    _, log = process.communicate(timeout=60)
    assert "1 of 2 workers left without their books" in log
    assert "Traceback" not in log
    assert process.returncode == 1
    assert not collections()


def test_ctrl_c_reads_back_too(engine, start, workload, collections, traffic_began):
    process = start(
        *("-m", "locust", "-f", FILE, "--host", engine.url, "--headless", "-u", "2"),
        WORKLOAD=str(workload),
        LOCUST_SKIP_MONKEY_PATCH="1",
    )
    traffic_began(process)
    process.send_signal(signal.SIGINT)
    _, log = process.communicate(timeout=30)
    right, total = books(log)
    assert right == total >= POINTS
    assert "Traceback" not in log
    assert not collections()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("trafic = 1", "trafic"),
        ("collection.use_existing = true\ncollection.name = 'yours'", "a collection of its own"),
    ],
)
def test_a_mistake_in_the_file_is_one_sentence(locust, workload, change, message):
    workload.write_text(f"{change}\n")
    done = locust(FILE, "--host", "http://127.0.0.1:1", "-u", "1", WORKLOAD=str(workload))
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("processes", [1, 2])
def test_a_server_that_is_not_there_is_one_sentence(locust, workload, two_processes, processes):
    host = f"http://127.0.0.1:{free_port()}"
    more = two_processes if processes == 2 else ()
    done = locust(FILE, "--host", host, "-u", "2", "-t", "5s", *more, WORKLOAD=str(workload))
    assert done.returncode == 2
    assert done.stderr.count("Cannot reach a Qdrant server") == 1
    assert "Traceback" not in done.stderr
