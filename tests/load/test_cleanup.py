"""What a run that was killed left behind is found by the name of the run, and removed."""

from __future__ import annotations

import uuid

import pytest
from locust_qdrant.client.factory import ClientSettings, plain_client
from locust_qdrant.config.dataset import RUN, PointNames, run_name, run_of
from qdrant_client import models

DIM = 4
VECTORS = models.VectorParams(size=DIM, distance=models.Distance.COSINE)


@pytest.fixture
def client(engine):
    client = plain_client(ClientSettings(engine.url))
    yield client
    client.close()


@pytest.fixture
def cleanup(run, engine):
    def complete(*options: str):
        return run("-m", "locust_qdrant", "cleanup", *options, "--host", engine.url)

    return complete


def left_by(client, collection: str, number: int, points: int = 5) -> str:
    """Put points of a run into a collection, and return its name."""
    names = PointNames(number)
    structs = [
        models.PointStruct(id=names.name(n), vector=[1.0] * DIM, payload={RUN: run_name(number)})
        for n in range(points)
    ]
    client.upsert(collection, structs)
    return run_name(number)


@pytest.fixture(params=[False, True], ids=["plain", "strict"])
def theirs(client, request):
    """A collection with points of somebody else, whose server may refuse filters."""
    name = f"theirs-{uuid.uuid4()}"
    limits = models.StrictModeConfig(
        enabled=request.param,
        unindexed_filtering_retrieve=False,
        unindexed_filtering_update=False,
        max_query_limit=200,
    )
    client.create_collection(name, vectors_config=VECTORS, strict_mode_config=limits)
    client.upsert(name, [models.PointStruct(id=n, vector=[1.0] * DIM) for n in range(3)])
    yield name
    client.delete_collection(name)


def test_only_points_of_that_run_are_removed_and_only_if_asked(client, cleanup, theirs):
    mine, other = left_by(client, theirs, 0xABC), left_by(client, theirs, 0xDEF)
    dry = cleanup(mine, "--collection", theirs)
    assert dry.returncode == 0, dry.stdout + dry.stderr
    said = " ".join(dry.stdout.split())
    assert f"Would remove 5 points in the collection '{theirs}'" in said
    assert "say --delete" in said
    assert client.count(theirs).count == 13
    done = cleanup(mine, "--collection", theirs, "--delete")
    assert done.returncode == 0, done.stdout + done.stderr
    records, _ = client.scroll(theirs, limit=100)
    assert len(records) == 8
    assert {run_of(str(each.id)) for each in records if isinstance(each.id, str)} == {other}


def test_a_collection_that_a_run_made_goes_whole(client, cleanup):
    name = f"locust_qdrant_{uuid.uuid4().hex[:8]}"
    client.create_collection(name, vectors_config=VECTORS)
    mine = left_by(client, name, uuid.uuid4().int)
    done = cleanup(mine, "--delete")
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"Removed the collection '{name}', 5 points." in " ".join(done.stdout.split())
    assert not client.collection_exists(name)
    again = cleanup(mine)
    assert f"Nothing of run {mine} is on the server." in again.stdout


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("cleanup", "abc", "--host", "http://127.0.0.1:1"), "'abc' is no name of a run"),
        (("cleanup", "0" * 16), "cleanup needs --host"),
        (("cleanup", "0" * 16, "--host", "http://127.0.0.1:1"), "Cannot reach a Qdrant server"),
    ],
)
def test_bad_input_is_one_sentence(run, command, words):
    done = run("-m", "locust_qdrant", *command)
    assert done.returncode == 2
    assert words in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
