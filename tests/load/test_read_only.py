"""A collection that the run did not make is read, and written to only if somebody says so."""

from __future__ import annotations

import json
import uuid

import pytest
from locust_qdrant.client.factory import ClientSettings, plain_client
from locust_qdrant.config.file import from_options
from locust_qdrant.errors import UsageError
from qdrant_client import models

THEIRS = {"collection.name": "theirs", "collection.use_existing": True}


def test_by_default_a_run_only_reads_from_it(run, engine, tmp_path):
    name, report = f"theirs-{uuid.uuid4()}", tmp_path / "report.json"
    client = plain_client(ClientSettings(engine.url))
    size = models.VectorParams(size=8, distance=models.Distance.COSINE)
    client.create_collection(name, vectors_config=size)
    points = [models.PointStruct(id=n, vector=[n % 7 + 1.0] * 8, payload={}) for n in range(40)]
    client.upsert(name, points)
    done = run(
        "-m", "locust_qdrant", "run", "--allow-invalid", "--host", engine.url, "--collection", name,
        "--use-existing", "--dim", "8", "--users", "2", "--duration", "1", "--json", str(report),
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    data = json.loads(report.read_text())
    assert data["title"].endswith(f"what the collection {name!r} has")
    (path,) = data["paths"]
    assert [each["name"] for each in path["operations"]] == ["query", "total"]
    assert path["ledger"]["points"] == 0
    assert "was empty" not in " ".join(data["notes"])
    assert client.count(name).count == 40
    client.delete_collection(name)
    client.close()


@pytest.mark.parametrize("distance", [models.Distance.EUCLID, models.Distance.DOT])
def test_it_is_taken_as_it_is_under_its_own_name(run, engine, tmp_path, distance):
    name, alias, report = f"theirs-{uuid.uuid4()}", f"live-{uuid.uuid4()}", tmp_path / "report.json"
    client = plain_client(ClientSettings(engine.url))
    client.create_collection(name, vectors_config=models.VectorParams(size=8, distance=distance))
    vectors = {n: [n % 7 + 1.0, *([0.5] * 7)] for n in range(40)}
    client.upsert(name, [models.PointStruct(id=n, vector=v) for n, v in vectors.items()])
    names = models.CreateAlias(collection_name=name, alias_name=alias)
    client.update_collection_aliases([models.CreateAliasOperation(create_alias=names)])
    done = run(
        "-m", "locust_qdrant", "run", "--allow-invalid", "--host", engine.url,
        "--collection", alias, "--use-existing", "--dim", "8", "--users", "1",
        "--duration", "1", "--json", str(report),
    )  # fmt: skip
    client.delete_collection(name)
    client.close()
    assert done.returncode == 0, done.stdout + done.stderr
    data = json.loads(report.read_text())
    assert f"{alias!r} was an alias of the collection {name!r}" in " ".join(data["notes"])


def test_what_nobody_said_is_not_written():
    workload = from_options(THEIRS)
    assert [each.kind for each in workload.operations] == ["query"]
    assert workload.collection.points == 0
    allowed = from_options({**THEIRS, "collection.write": True})
    assert {each.kind for each in allowed.operations} == {"upsert", "query"}
    assert allowed.collection.points == 2000


@pytest.mark.parametrize(
    ("options", "words"),
    [({"mix": "upsert=1,query=4"}, "writes, and the collection"), ({"points": 5}, "leave it out")],
)
def test_what_would_write_is_refused(options, words):
    keys = {"points": "collection.points"}
    with pytest.raises(UsageError, match=words):
        from_options({**THEIRS, **{keys.get(key, key): each for key, each in options.items()}})
