"""A record file holds a whole run: what is read is what was written, also when it was cut off."""

from __future__ import annotations

import gzip
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from locust_qdrant.errors import UsageError
from locust_qdrant.ledger import Audit
from locust_qdrant.probe.loop_lag import summarise
from locust_qdrant.record_file import RecordWriter, read
from locust_qdrant.records import Outcome, Record
from locust_qdrant.results import (
    Arrivals,
    Lateness,
    Leftovers,
    PathResult,
    Phase,
    Recall,
    Run,
    Traffic,
)
from locust_qdrant.workload.model import Threshold

START = 1_764_000_000.0

seconds = st.floats(0, 1000, allow_nan=False)
records = st.lists(
    st.builds(
        Record,
        operation=st.sampled_from(["query", "upsert"]),
        collection=st.text(max_size=5),
        protocol=st.sampled_from(["REST", "gRPC"]),
        start=seconds,
        end=seconds,
        outcome=st.sampled_from(Outcome),
        error=st.text(max_size=20),
        response_bytes=st.integers(0, 10**9),
        intended=st.none() | seconds,
        points=st.integers(0, 1000),
        server_seconds=st.none() | seconds,
        loop_wait=seconds,
        cpu_seconds=seconds,
        sends=st.integers(1, 5),
        step=st.text(max_size=5),
        worker=st.integers(0, 7),
        method=st.sampled_from(["", "query_points"]),
    ),
    max_size=20,
)


def a_run(requests=(), *, interrupted=False) -> Run:
    ticks = [Lateness(START + n / 200, 0.001) for n in range(1200)]
    traffic = Traffic(
        records=list(requests),
        seconds=6.0,
        lag=[tick.seconds for tick in ticks],
        cpu_seconds=3.5,
        task_errors=("KeyError: 'x' (1 times)",),
        interrupted=interrupted,
        phases=[Phase("warm-up", START, START + 1, measured=False), Phase("main", START + 1, 2.0)],
        arrivals=Arrivals(100, 3, 1),
        lag_over_time=ticks,
        heartbeat=ticks[:3],
        cpu_by_worker={0: 2.0, 1: 1.5},
        connections_opened=20,
    )
    path = PathResult(
        path="async",
        expected=("query", "upsert"),
        traffic=traffic,
        lag=summarise(list(traffic.lag)),
        audit=Audit(10, 0, 0, 1, 2, examples=("point 1 is wrong",)),
        recall=Recall(5, 10, 0.99, 0.9),
        leftovers=Leftovers(tasks=("a task",), connections=1, never_awaited=()),
        thresholds=(Threshold("query.p99 < 50ms", "query", "p99", "<", 0.05),),
    )
    return Run(
        title="10 users",
        server="Qdrant 1.20 at http://localhost:6333",
        command="locust-qdrant run",
        started=START,
        versions={"python": "3.11"},
        machine={"cores": "2"},
        workload={"seed": 0},
        paths=[path],
        notes=["a note"],
    )


def write(run: Run, file) -> None:
    writer = RecordWriter(file)
    writer.begin(run)
    for path in run.paths:
        writer.add(path.path, path.traffic.records)
    writer.finish(run)


@settings(max_examples=40, deadline=None)
@given(requests=records, packed=st.booleans())
def test_what_is_read_is_what_was_written(tmp_path_factory, requests, packed):
    file = tmp_path_factory.mktemp("run") / ("run.jsonl.gz" if packed else "run.jsonl")
    run = a_run(requests)
    write(run, file)
    back = read(file)
    assert back.paths[0].traffic.records == list(requests)
    assert as_lists(back) == as_lists(run)


def as_lists(run: Run) -> str:
    """Return `run` without the difference between tuples and lists."""
    return repr(run).replace("(", "[").replace(")", "]").replace(",]", "]")


def some_requests() -> list[Record]:
    return [
        Record("query", "c", "REST", START + n, START + n + 0.5, Outcome.OK) for n in range(100)
    ]


def test_every_line_is_json_and_a_request_leaves_out_what_is_default(tmp_path):
    file = tmp_path / "run.jsonl"
    write(a_run(some_requests()), file)
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    (first, *_) = [line for line in lines if line["kind"] == "request"]
    assert first == {
        "kind": "request",
        "path": "async",
        "operation": "query",
        "collection": "c",
        "protocol": "REST",
        "start": START,
        "end": START + 0.5,
        "outcome": "ok",
    }


@pytest.mark.parametrize("name", ["run.jsonl", "run.jsonl.gz"])
def test_a_run_that_was_cut_off_is_what_had_been_recorded(tmp_path, name):
    file = tmp_path / name
    writer = RecordWriter(file)
    writer.begin(a_run())
    writer.add("async", some_requests())
    writer.close()
    whole = file.read_bytes()
    file.write_bytes(whole[: -len(whole) // 50])
    back = read(file)
    assert back.interrupted
    assert "cut off" in back.notes[0]
    (path,) = back.paths
    assert 50 < len(path.traffic.records) < 100
    assert path.expected == ("query",)
    assert path.traffic.seconds == len(path.traffic.records) - 0.5


def lines_of(*, header=None, more=()) -> str:
    begin = header or {
        "kind": "run",
        "format": 1,
        "title": "",
        "server": "",
        "command": "",
        "started": 0,
        "versions": {},
        "machine": {},
        "workload": {},
    }
    return "".join(f"{json.dumps(line)}\n" for line in (begin, *more))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is empty: it was made by no run"),
        ("hello\n", "line 1 is no line of a record file"),
        ("[1]\n", "line 1: a line has to be an object"),
        ('{"kind": "request"}\n', "line 1: this is no record file"),
        (
            lines_of(header={"kind": "run", "format": 7}),
            "line 1: its format is 7, and this version",
        ),
        (
            lines_of(header={"kind": "run", "format": 1, "colour": "red"}),
            "line 1: unknown key 'colour'; allowed are command, machine,",
        ),
        (lines_of(more=[{"kind": "sound"}]), "line 2: there is no kind 'sound'"),
        (
            lines_of(more=[{"kind": "request", "path": "async", "operation": "query"}]),
            "line 2: collection: Field required",
        ),
    ],
)
def test_a_wrong_line_is_named(tmp_path, text, sentence):
    file = tmp_path / "run.jsonl"
    file.write_text(text)
    with pytest.raises(UsageError) as caught:
        read(file)
    assert sentence in str(caught.value)
    assert str(file) in str(caught.value)


def test_what_is_no_text_or_not_there_is_told(tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        read(tmp_path / "nothing")
    (tmp_path / "picture").write_bytes(b"\xff\xfe\x00\x01" * 10)
    with pytest.raises(UsageError, match="is no text"):
        read(tmp_path / "picture")
    (tmp_path / "run.gz").write_text("plain")
    with pytest.raises(UsageError, match="cannot be read"):
        read(tmp_path / "run.gz")


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    with pytest.raises(UsageError, match=r"--record .* cannot be written"):
        RecordWriter(tmp_path / "no" / "folder.jsonl")


def test_pandas_like_readers_find_requests_by_kind(tmp_path):
    file = tmp_path / "run.jsonl.gz"
    write(a_run(some_requests()), file)
    with gzip.open(file, "rt") as opened:
        kinds = [json.loads(line)["kind"] for line in opened]
    assert kinds.count("request") == 100
    assert kinds[0] == "run"
    assert kinds[-1] == "end"
