"""`locust-qdrant diagnose`: the known problems show with the installed client, and say so."""

from __future__ import annotations

import json

import pytest
from json_schemas import validated
from qdrant_client import QdrantClient


@pytest.fixture
def diagnose(run, engine):
    def complete(*options: str):
        at = ("--host", engine.url, "--grpc-port", str(engine.grpc_port))
        return run("-m", "locust_qdrant", "diagnose", *options, *at)

    return complete


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


def test_what_cannot_be_measured_is_unknown_and_says_why(diagnose, tmp_path):
    folder = tmp_path / "no-model"
    folder.mkdir()
    done = diagnose("inference", "--rounds", "1", "--embedding-model-path", str(folder))
    assert done.returncode == 0, done.stderr
    assert "unknown" in done.stdout
    assert "cannot be loaded" in done.stdout


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("upsrt",), "there is no problem 'upsrt': choose from pool, upsert, response,"),
        (("--embedding-model-path", "nowhere"), "'nowhere' is no folder"),
        (("--rounds", "0"), "'0' is no whole number from 1 to 100"),
        (("--json", "no/such/folder/table.json"), "--json 'no/such/folder/table.json' cannot be"),
        (("--host", "http://127.0.0.1:1"), "Cannot reach a Qdrant server"),
    ],
)
def test_bad_input_is_one_sentence(run, options, sentence):
    done = run("-m", "locust_qdrant", "diagnose", *options)
    assert done.returncode == 2
    assert done.stderr.startswith("locust-qdrant: ")
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
