"""A record file holds a whole run: what is read is what was written, also when it was cut off."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from locust_qdrant.config.model import Threshold
from locust_qdrant.errors import UsageError
from locust_qdrant.ledger import Audit
from locust_qdrant.metrics.record import Outcome, Record
from locust_qdrant.metrics.record_file import RecordWriter, read
from locust_qdrant.metrics.results import (
    Arrivals,
    Lateness,
    Leftovers,
    PathResult,
    Phase,
    Recall,
    Run,
    Traffic,
)
from locust_qdrant.probe.loop_lag import summarise

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "reports.md"
START = 1_764_000_000.123456

counts = st.integers(0, 10**9)
times = st.floats(0, 2e9, allow_nan=False)
texts = st.text(max_size=5)
lines = st.lists(texts, max_size=3).map(tuple)
records = st.builds(
    Record,
    operation=texts,
    collection=texts,
    protocol=st.sampled_from(["REST", "gRPC"]),
    start=times,
    end=times,
    outcome=st.sampled_from(Outcome),
    error=texts,
    response_bytes=counts,
    intended=st.none() | times,
    points=counts,
    server_seconds=st.none() | times,
    loop_wait=times,
    busy_seconds=times,
    sends=counts,
    step=texts,
    worker=counts,
    method=texts,
)
latenesses = st.lists(st.builds(Lateness, times, times), max_size=4).map(tuple)
phases = st.builds(Phase, texts, times, times, st.booleans(), counts, times)
audits = st.builds(Audit, counts, counts, counts, counts, counts, lines, texts, phantom=counts)


@st.composite
def paths(draw, name: str) -> PathResult:
    ticks = draw(latenesses)
    lag = draw(st.just(tuple(tick.seconds for tick in ticks)) | st.just((0.5, 0.25)))
    traffic = Traffic(
        records=tuple(draw(st.lists(records, max_size=3))),
        seconds=draw(times),
        lag=lag,
        cpu_seconds=draw(times),
        task_errors=draw(lines),
        interrupted=draw(st.booleans()),
        phases=tuple(draw(st.lists(phases, max_size=2))),
        arrivals=draw(st.none() | st.builds(Arrivals, counts, counts, counts)),
        lag_over_time=ticks,
        heartbeat=draw(latenesses),
        cpu_by_worker=draw(st.dictionaries(counts, times, max_size=2)),
        connections_opened=draw(st.none() | counts),
    )
    return PathResult(
        path=name,
        expected=draw(lines),
        traffic=traffic,
        lag=draw(st.none() | st.just(summarise(list(lag)))),
        audit=draw(st.none() | audits),
        recall=draw(st.none() | st.builds(Recall, counts, counts, times, times, texts)),
        leftovers=draw(st.none() | st.builds(Leftovers, lines, counts, lines)),
        thresholds=(Threshold("query.p99 < 50ms", "query", "p99", "<", 0.05),),
    )


runs = st.builds(
    Run,
    title=texts,
    server=texts,
    command=texts,
    started=times,
    versions=st.dictionaries(texts, texts, max_size=2),
    machine=st.dictionaries(texts, texts, max_size=2),
    workload=st.just({"seed": 0, "operations": [{"name": "query"}]}),
    paths=st.tuples(paths("async"), paths("sync")),
    notes=lines,
)


def write(run: Run, file) -> None:
    writer = RecordWriter(file)
    writer.begin(replace(run, paths=()))
    for path in run.paths:
        writer.add(path.path, path.traffic.records[:2])
        writer.add(path.path, path.traffic.records[2:])
    writer.finish(run)


@settings(max_examples=15, deadline=None)
@given(run=runs, name=st.sampled_from(["run.jsonl", "run.jsonl.gz"]))
def test_what_is_read_is_what_was_written(tmp_path_factory, run, name):
    file = tmp_path_factory.mktemp("run") / name
    write(run, file)
    assert read(file) == run


WORKLOAD = {
    "operations": [{"name": "query"}, {"name": "upsert"}],
    "thresholds": [
        {"text": "p99 < 1s", "operation": "", "figure": "p99", "comparator": "<", "limit": 1.0}
    ],
    "load": {"stages": [{"name": "warm-up", "measured": False}, {"name": "main"}]},
}


def requests() -> tuple[Record, ...]:
    return tuple(
        Record(
            operation="query",
            collection="c",
            protocol="REST",
            start=START + number,
            end=START + number + 0.5,
            outcome=Outcome.OK,
            step="main" if number > 20 else "warm-up",
        )
        for number in range(100)
    )


def a_run() -> Run:
    ticks = tuple(Lateness(START + number / 200, 0.001) for number in range(10))
    traffic = Traffic(requests(), 100.0, tuple(0.001 for _ in ticks), 3.5, lag_over_time=ticks)
    path = PathResult("async", ("query", "upsert"), traffic, summarise(list(traffic.lag)), None)
    return Run("10 users", "Qdrant", "locust-qdrant run", START, {}, {}, WORKLOAD, (path,))


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "run.jsonl"
    write(a_run(), path)
    return path


def test_a_request_leaves_out_what_is_default(file):
    second = json.loads(file.read_text().splitlines()[1])
    assert second == {
        "kind": "request",
        "path": "async",
        "operation": "query",
        "collection": "c",
        "protocol": "REST",
        "start": START,
        "end": START + 0.5,
        "outcome": "ok",
        "step": "warm-up",
    }


def test_the_documented_table_of_latencies_can_be_made(tmp_path, monkeypatch, capsys):
    write(a_run(), tmp_path / "run.jsonl.gz")
    monkeypatch.chdir(tmp_path)
    code = DOCUMENTATION.read_text().partition("import pandas as pd\n")[2].partition("```")[0]
    exec(code, {"pd": pd})
    assert "query" in capsys.readouterr().out


def test_pandas_reads_it_as_a_table(file):
    table = pd.read_json(file, lines=True, precise_float=True)
    requests = table[table.kind == "request"]
    assert len(requests) == 100
    assert (requests.end - requests.start).median() == pytest.approx(0.5, abs=1e-5)
    assert set(table.kind) == {"run", "request", "tick", "path", "end"}


@pytest.mark.parametrize("name", ["run.jsonl", "run.jsonl.gz"])
def test_a_file_that_was_cut_off_anywhere_is_a_run_that_was_interrupted(tmp_path, name):
    file = tmp_path / name
    writer = RecordWriter(file)
    writer.begin(a_run())
    writer.add("async", requests())
    writer.close()
    whole = file.read_bytes()
    seen = set()
    for length in range(len(whole) * 2 // 3, len(whole), 97):
        file.write_bytes(whole[:length])
        back = read(file)
        assert back.interrupted
        assert "ends before the run did" in back.notes[-1]
        assert "the loop's lag, the heartbeat, recall, the ledger" in back.notes[-1]
        (path,) = back.paths
        found = path.traffic.records
        seen.add(len(found))
        assert found == requests()[: len(found)]
        assert path.expected == ("query", "upsert")
        assert [each.text for each in path.thresholds] == ["p99 < 1s"]
        assert [(each.name, each.measured) for each in path.traffic.phases] == [
            ("warm-up", False),
            ("main", True),
        ]
    assert len(seen) > 1


def test_records_that_were_never_added_are_written_at_the_end(tmp_path):
    file = tmp_path / "run.jsonl"
    RecordWriter(file).finish(a_run())
    assert read(file) == a_run()


def test_records_that_are_missing_are_noted(file):
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join([lines[0], *lines[2:]]))
    assert read(file).notes == ("The record file holds 99 of 100 requests of the async path.",)


def test_nothing_is_written_before_the_first_request(tmp_path):
    writer = RecordWriter(tmp_path / "run.jsonl")
    writer.begin(a_run())
    writer.close()
    assert list(tmp_path.iterdir()) == []


HEADER = {
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
REQUEST = {
    "kind": "request",
    "path": "async",
    "operation": "query",
    "collection": "",
    "protocol": "REST",
    "start": 0,
    "end": 1,
    "outcome": "ok",
}
PATH = {
    "kind": "path",
    "path": "async",
    "expected": [],
    "lag": None,
    "audit": None,
    "traffic": {"seconds": 1, "cpu_seconds": 1},
}


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([], "is empty or no record file"),
        (["hello"], "line 1: this is no JSON"),
        ([[1]], "line 1: this is no object"),
        ([REQUEST], "line 1: a record file begins with a line of kind 'run'"),
        ([HEADER | {"format": 7}], "line 1: the file has format 7, and this version"),
        ([HEADER | {"colour": "red"}], "line 1: unknown key 'colour'; allowed are command,"),
        ([HEADER | {"versions": 3}], "line 1: 'versions' cannot be 3"),
        ([HEADER | {"workload": {"thresholds": [{}]}}, REQUEST], "line 1: the key 'text' is"),
        ([HEADER, {"kind": "sound", "path": "async"}], "line 2: there is no line of kind 'sound'"),
        ([HEADER, {"kind": "tick"}], "line 2: the key 'path' is missing"),
        ([HEADER, REQUEST | {"end": "late"}], "line 2: end: "),
        ([HEADER, REQUEST | {"outcome": "great"}], "line 2: outcome: "),
        ([HEADER, REQUEST | {"colour": "red"}], "line 2: unknown key 'colour'"),
        ([HEADER, REQUEST, PATH | {"audit": {"points": 1}}], "line 3: the key 'missing' is"),
        ([HEADER, PATH | {"audit": "good"}], "line 2: 'audit' cannot be 'good'"),
        ([HEADER, PATH | {"traffic": {"speed": 1}}], "line 2: unknown key 'speed'"),
        ([HEADER, {"kind": "end"}, REQUEST], "line 3: nothing may follow the end"),
    ],
)
def test_a_wrong_line_is_named_in_one_sentence(tmp_path, lines, words):
    file = tmp_path / "run.jsonl"
    texts = [each if isinstance(each, str) else json.dumps(each) for each in lines]
    file.write_text("".join(f"{text}\n" for text in texts))
    with pytest.raises(UsageError) as caught:
        read(file)
    assert str(caught.value).startswith(str(file))
    assert words in str(caught.value)


def test_what_is_damaged_no_text_or_not_there_is_told(tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        read(tmp_path / "nothing")
    (tmp_path / "picture").write_bytes(b"\xff\xfe\x00\n" * 10)
    with pytest.raises(UsageError, match="line 1: this is no JSON"):
        read(tmp_path / "picture")
    (tmp_path / "damaged.gz").write_bytes(b"\x1f\x8b" + bytes(100))
    with pytest.raises(UsageError, match="the compressed data are damaged"):
        read(tmp_path / "damaged.gz")
