"""`locust-qdrant diagnose`: the known problems show with the installed client, and say so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from json_schemas import validated
from locust_qdrant.diagnose import PROBLEMS, Diagnosis
from locust_qdrant.metrics.results import Run
from locust_qdrant.report.diagnosis import report_on
from qdrant_client import QdrantClient
from wire import wire

PAGE = Path(__file__).parents[2] / "docs" / "why-is-my-async-client-slow.md"


@pytest.fixture
def diagnose(run, engine):
    def complete(*options: str):
        at = ("--host", engine.url, "--grpc-port", str(engine.grpc_port))
        return run("-m", "locust_qdrant", "diagnose", "--allow-invalid", *options, *at)

    return complete


@pytest.mark.parametrize(
    ("present", "short", "watched", "allowed", "code"),
    [
        (True, "", (), False, 0),
        (True, "", ("pool",), False, 1),
        (None, "", ("pool",), False, 1),
        (False, "", ("pool",), False, 0),
        (True, "no processor", (), False, 3),
        (True, "no processor", ("pool",), False, 1),
        (True, "no processor", (), True, 0),
    ],
)
def test_a_machine_that_was_short_of_processors_shows_nothing(
    present, short, watched, allowed, code
):
    (problem,) = (each for each in PROBLEMS if each.name == "pool")
    found = [(problem, Diagnosis(present, "waits", None, short=short))]
    about = Run("title", "server", "command", 0.0, {}, {}, {}, ())
    said = report_on(found, about, watched, allow_invalid=allowed)
    assert said.exit_code == code
    assert bool(said.invalid) is bool(short)


@pytest.fixture
def no_collections_left(engine):
    yield
    with_client = QdrantClient(url=engine.url, check_compatibility=False)
    names = [each.name for each in with_client.get_collections().collections]
    with_client.close()
    assert not [name for name in names if "diagnose" in name]


@pytest.mark.parametrize("problem", ["pool", "upsert", "response", "upload", "gather", "client"])
def test_each_problem_shows_with_the_installed_client(
    diagnose, tmp_path, problem, no_collections_left
):
    file = tmp_path / "table.json"
    done = diagnose(problem, "--rounds", "3", "--json", str(file))
    assert done.returncode == 0, done.stderr
    (row,) = validated(json.loads(file.read_text()))["problems"]
    assert row["name"] == problem
    assert row["present"] is True, row
    assert len(row["as_it_is"]) == len(row["with_the_remedy"]) == 3
    assert row["ratio"]["ratio"] > 1
    assert "yes" in done.stdout
    assert f"remedy: {row['remedy']}"[:60] in done.stdout


def test_what_happens_on_the_wire_shows_and_its_remedy_cures_it(
    diagnose, tmp_path, no_collections_left
):
    file = tmp_path / "table.json"
    names = ["http2", "give-up", "timeout", "idle", "grpc-idle"]
    only = [word for name in names for word in ("--only", name)]
    done = diagnose(*only, "--rounds", "1", "--json", str(file))
    assert done.returncode == 0, done.stderr
    rows = {each["name"]: each for each in json.loads(file.read_text())["problems"]}
    assert list(rows) == names
    for row in rows.values():
        assert row["present"] is True, row
        assert row["page"].startswith("https://")
        assert row["page"].partition("#")[0].endswith("/docs/why-is-my-async-client-slow.md")
        assert row["versions"]
        anchor = row["page"].partition("#")[2].replace("-", " ")
        assert f"\n## {anchor}\n" in PAGE.read_text().lower().replace("/", "")
    for name in ("give-up", "idle", "grpc-idle"):
        assert rows[name]["with_the_remedy"] == [0.0]


def test_compressed_answers_show_where_the_server_writes_twice(run, engine, tmp_path):
    port = int(engine.url.rpartition(":")[2])
    file = tmp_path / "table.json"
    options = ("-m", "locust_qdrant", "diagnose", "--allow-invalid", "compression", "--rounds", "1")
    with wire(port, two_writes=True) as relayed:
        url = f"http://127.0.0.1:{relayed}"
        held = run(*options, "--host", url, "--fail-on", "compression", "--json", str(file))
    assert held.returncode == 1, held.stderr
    (row,) = json.loads(file.read_text())["problems"]
    assert (row["present"], row["details"][0]) == (True, "on the given server")
    quick = run(*options, "--host", engine.url, "--fail-on", "any", "--json", str(file))
    assert quick.returncode == 0, quick.stderr
    (row,) = json.loads(file.read_text())["problems"]
    assert row["present"] is False


@pytest.mark.parametrize("place", ["empty folder", "empty cache"])
def test_what_cannot_be_measured_is_unknown_and_says_why(run, engine, tmp_path, place):
    at = ("--host", engine.url, "--grpc-port", str(engine.grpc_port))
    if place == "empty folder":
        at += ("--embedding-model-path", str(tmp_path))
    command = (
        "-m",
        "locust_qdrant",
        "diagnose",
        "--allow-invalid",
        "inference",
        "--rounds",
        "1",
        *at,
    )
    done = run(*command, FASTEMBED_CACHE_PATH=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "unknown" in done.stdout
    assert "is not here" in done.stdout
    assert "download model" not in done.stderr


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("upsrt",), "there is no problem 'upsrt': choose from compression, http2,"),
        (("--embedding-model-path", "nowhere"), "'nowhere' is no folder"),
        (("pool", "--fail-on", "idle"), "--fail-on 'idle': it is not among the problems"),
        (("--rounds", "0"), "'0' is no whole number from 1 to 100"),
        (("--json", "no/such/folder/table.json"), "--json 'no/such/folder/table.json' cannot be"),
        (("--host", "http://127.0.0.1:1"), "Cannot reach a Qdrant server"),
    ],
)
def test_bad_input_is_one_sentence(run, options, sentence):
    done = run("-m", "locust_qdrant", "diagnose", "--allow-invalid", *options)
    assert done.returncode == 2
    assert done.stderr.startswith("locust-qdrant: ")
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
