"""Sweep, compare and capacity end to end: small loads, real figures, bad input in one sentence."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree as ET

import pytest
from faulty_proxy import Fault, FaultyProxy
from json_schemas import validated

TINY = ("--dim", "16", "--points", "100")


@pytest.fixture
def experiment(run, engine):
    def complete(command: str, *options: str, at_engine: bool = True):
        at = ("--host", engine.url, "--grpc-port", str(engine.grpc_port)) if at_engine else ()
        # The machine of a test may be busy, which is not what is looked for here.
        return run("-m", "locust_qdrant", command, "--allow-invalid", *options, *at)

    return complete


def test_a_sweep_has_a_line_a_step_and_draws_them(experiment, tmp_path):
    data, page = tmp_path / "sweep.json", tmp_path / "sweep.html"
    files = ("--json", str(data), "--html", str(page))
    done = experiment("sweep", "--steps", "1,2,4", "--step-seconds", "0.5", *TINY, *files)
    assert done.returncode == 0, done.stdout + done.stderr
    found = validated(json.loads(data.read_text()))
    assert [step["point"]["concurrency"] for step in found["steps"]] == [1, 2, 4]
    for step in found["steps"]:
        assert step["point"]["throughput"] > 0
        assert 0 < step["p50"] <= step["p99"]
        assert 0 < step["little"] < 1.5
        assert step["cpu"] > 0
    assert "users" in done.stdout
    html = page.read_text()
    assert html.count("<svg") >= 2
    assert "http" not in html.partition("</style>")[0]


def test_variants_take_turns_and_their_ratios_have_intervals(experiment, tmp_path):
    data = tmp_path / "compare.json"
    names = ["async-rest", "async-grpc:grpc_channels=1", "sync-rest", "sync-rest-on-loop"]
    options = ("--variants", ",".join(names), "--rounds", "2", "--users", "10")
    done = experiment("compare", *options, "--turn-seconds", "0.5", *TINY, "--json", str(data))
    assert done.returncode == 0, done.stdout + done.stderr
    variants = validated(json.loads(data.read_text()))["variants"]
    assert list(variants) == names
    for way in variants.values():
        assert len(way["turns"]) == 2
        assert all(turn["throughput"] > 0 and not turn["failures"] for turn in way["turns"])
        ratio = way["ratios"]["req/s"]
        assert ratio["low"] <= ratio["ratio"] <= ratio["high"]
    lag = {name: [turn["lag"] for turn in way["turns"]] for name, way in variants.items()}
    assert lag["sync-rest"] == [None, None]
    # A blocking call holds the loop for as long as the server takes, whoever else waits.
    assert sum(lag["sync-rest-on-loop"]) > sum(lag["async-rest"])


def test_wrong_answers_compare_nothing(experiment, engine):
    with FaultyProxy(engine.url) as proxy:
        proxy.break_with(Fault.NO_HITS)
        options = ("--variants", "async-rest,sync-rest", "--rounds", "1", "--users", "2")
        at = (*TINY, "--turn-seconds", "0.5", "--host", proxy.url)
        done = experiment("compare", *options, *at, at_engine=False)
    assert done.returncode == 1, done.stdout + done.stderr
    said = " ".join(done.stdout.split())
    for way in ("async-rest", "sync-rest"):
        assert re.search(
            rf"{way}: [\d,]+ answers were wrong .* so its figures compare nothing", said
        )


def test_a_recorded_run_is_not_worse_than_itself_and_a_slower_one_is(experiment, tmp_path):
    base, slower = tmp_path / "base.jsonl", tmp_path / "slower.jsonl"
    done = experiment("run", *TINY, "--users", "2", "--duration", "9", "--record", str(base))
    assert done.returncode == 0, done.stdout + done.stderr
    lines = [json.loads(line) for line in base.read_text().splitlines()]
    for line in lines:
        if line["kind"] == "request":
            line["end"] += 1.0
    slower.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    same = experiment("compare", str(base), str(base), at_engine=False)
    assert same.returncode == 0, same.stdout + same.stderr
    assert "No figure is worse" in same.stdout
    data = tmp_path / "worse.json"
    files = ("--json", str(data), "--markdown", str(tmp_path / "worse.md"))
    worse = experiment("compare", str(base), str(slower), *files, at_engine=False)
    assert any(change["worse"] for change in validated(json.loads(data.read_text()))["changes"])
    assert "| worse |" in (tmp_path / "worse.md").read_text()
    assert worse.returncode == 1, worse.stdout + worse.stderr
    assert "Worse by more than 10%" in worse.stdout


def test_runs_of_a_few_seconds_are_not_told_from_noise(run, experiment, tmp_path):
    short = tmp_path / "short.jsonl"
    done = experiment("run", *TINY, "--users", "2", "--duration", "1", "--record", str(short))
    assert done.returncode == 0, done.stdout + done.stderr
    done = run("-m", "locust_qdrant", "compare", str(short), str(short))
    assert done.returncode == 3, done.stdout + done.stderr
    said = " ".join(done.stdout.split())
    assert "Whether a figure is worse cannot be told." in said
    assert "it takes 6 to tell a change from noise: let both runs last for 10 s or more" in said


def test_a_limit_that_is_easily_kept_holds_at_the_highest_rate(experiment, tmp_path):
    data = tmp_path / "capacity.json"
    options = ("--begin", "10", "--most", "20", "--trial-seconds", "1", "--repeats", "1")
    files = {name: tmp_path / f"capacity.{name}" for name in ("html", "junit", "markdown")}
    written = [part for name, file in files.items() for part in (f"--{name}", str(file))]
    written += ["--json", str(data)]
    done = experiment("capacity", "--slo", "p50 < 30s", *options, *TINY, *written)
    assert done.returncode == 0, done.stdout + done.stderr
    found = validated(json.loads(data.read_text()))
    assert (found["rate"], found["fails_at"]) == (20, None)
    # A second at these rates has too few arrivals for a median: a trial lasts until there is one.
    assert "not measured" not in {trial["figure"] for trial in found["trials"]}
    sentence = "20.0 arrivals a second hold p50"
    for text in (done.stdout, *(file.read_text("utf-8") for file in files.values())):
        assert sentence in text
    (suite,) = ET.parse(files["junit"]).getroot()
    assert (suite.get("tests"), suite.get("failures")) == ("1", "0")


def test_a_limit_that_nobody_keeps_has_no_rate(experiment, tmp_path):
    options = ("--begin", "1", "--trial-seconds", "5", "--repeats", "1")
    junit = tmp_path / "junit.xml"
    done = experiment("capacity", "--slo", "mean < 1us", *options, *TINY, "--junit", str(junit))
    if "Nobody knows" in done.stdout:
        pytest.skip("the machine is too busy for a trial that says something")
    assert done.returncode == 1, done.stdout + done.stderr
    (suite,) = ET.parse(junit).getroot()
    assert suite.get("failures") == "1"
    assert "No rate holds mean < 1us" in done.stdout
    assert "not measured" not in done.stdout


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (("sweep", "--steps", "5,2"), "'5,2' is no list such as 1,2,5,10, ascending"),
        (
            ("compare", "--variants", "async-rest,carrier-pigeon"),
            "there is no variant 'carrier-pigeon'",
        ),
        (("compare", "--variants", "async-rest"), "name at least two, each once"),
        (("compare", "--variants", "async-rest,async-rest:speed=9"), "there is no setting 'speed'"),
        (("compare", "--variants", "async-rest,async-rest:clients=0"), "a whole number from 1"),
        (("sweep", "--threshold", "p99 < 1s"), "'p99 < 1s' is no limit on errors or error_rate"),
        (("capacity", "--slo", "p50 < 1s", "--threshold", "x"), "'x' is not of the form FIGURE"),
        (("compare", "one.jsonl"), "two record files, the base and the new one, or none"),
        (("compare", "no.jsonl", "file.jsonl"), "'no.jsonl' cannot be read"),
        (("capacity", "--slo", "colour < 3"), "colour"),
        (("sweep", "--host", "http://127.0.0.1:1"), "Cannot reach a Qdrant server"),
    ],
)
def test_bad_input_is_one_sentence(experiment, command, sentence):
    done = experiment(*command, at_engine=False)
    assert done.returncode == 2, done.stdout + done.stderr
    assert done.stderr.splitlines()[-1].startswith("locust-qdrant: ")
    assert sentence in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
