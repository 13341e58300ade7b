"""The manifests fit together, and their commands run: master and worker, on loopback."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
import yaml
from load_places import LOCUSTFILES, free_port
from qdrant_client import QdrantClient, models

FOLDER = Path(__file__).parents[2] / "examples" / "kubernetes"


def documents(name):
    return {each["kind"]: each for each in yaml.safe_load_all((FOLDER / name).read_text())}


def container(job):
    (only,) = job["spec"]["template"]["spec"]["containers"]
    return only


def options(job):
    return dict(arg.partition("=")[::2] for arg in container(job)["args"])


@pytest.fixture
def master():
    return documents("master.yaml")["Job"]


@pytest.fixture
def workers():
    return documents("workers.yaml")["Job"]


def test_the_workers_find_the_master(master, workers):
    service = documents("master.yaml")["Service"]
    labels = master["spec"]["template"]["metadata"]["labels"]
    assert service["spec"]["selector"].items() <= labels.items()
    assert options(workers)["--master-host"] == service["metadata"]["name"]
    (port,) = service["spec"]["ports"]
    (open_port,) = container(master)["ports"]
    assert (port["port"], port["targetPort"]) == (open_port["containerPort"], open_port["name"])


def test_the_master_waits_for_as_many_workers_as_there_are(master, workers):
    expected = int(options(master)["--expect-workers"])
    assert expected == workers["spec"]["parallelism"] == workers["spec"]["completions"]


def test_the_locustfile_is_where_the_master_looks(master):
    (mount,) = container(master)["volumeMounts"]
    (volume,) = master["spec"]["template"]["spec"]["volumes"]
    assert mount["name"] == volume["name"]
    assert options(master)["--locustfile"] == f"{mount['mountPath']}/locustfile.py"


@pytest.mark.slow
def test_their_commands_run(master, workers, engine, start, tmp_path):
    name = f"kubernetes-{uuid.uuid4()}"
    client = QdrantClient(engine.url, check_compatibility=False)
    size = models.VectorParams(size=8, distance=models.Distance.COSINE)
    client.create_collection(name, vectors_config=size)
    port = str(free_port())
    here = {
        "--locustfile": str(LOCUSTFILES / "traffic.py"),
        "--expect-workers": "1",
        "--users": "4",
        "--run-time": "4s",
        "--host": engine.url,
    }
    environment = {
        "LOCUST_SKIP_MONKEY_PATCH": "1",
        "LOCUST_QDRANT_ALLOW_INVALID": "1",  # the machine may have other work to do
        "COLLECTION": name,
        "COUNTS": str(tmp_path / "counts"),
    }
    (tmp_path / "counts").mkdir()
    of_worker = options(workers) | {"--master-host": "127.0.0.1", "--master-port": port}
    of_master = options(master) | here | {"--master-bind-port": port}
    worker = start("-m", "locust", *_command(of_worker), **environment)
    boss = start("-m", "locust", *_command(of_master), "Async", **environment)
    _, err = boss.communicate(timeout=120)
    worker.communicate(timeout=60)
    client.delete_collection(name)
    client.close()
    assert (boss.returncode, worker.returncode) == (0, 0), err
    assert f"query_points {name}" in err
    assert "Event loop lag of 1 worker: p50" in err


def _command(options):
    return [f"{name}={value}" if value else name for name, value in options.items()]
