"""The workloads in `examples/workloads/`: each loads, opens and fills, and its requests succeed."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from locust_qdrant.config.file import load
from locust_qdrant.ledger import audit
from locust_qdrant.targets.qdrant.collection import RunCollection
from locust_qdrant.targets.qdrant.state import WorkloadState
from qdrant_client import QdrantClient

FOLDER = Path(__file__).parents[3] / "examples" / "workloads"
FILES = sorted(FOLDER.glob("*.toml"))


def test_there_are_those_that_the_guide_lists():
    guide = (FOLDER.parents[1] / "docs" / "workloads.md").read_text("utf-8")
    assert len(FILES) == 5
    assert all(f"examples/workloads/{file.name}" in guide for file in FILES)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_it_is_as_short_as_an_example_and_says_how_to_run_it(file):
    workload = load(file)
    assert 10 <= workload.load.seconds <= 20
    assert any(not stage.measured for stage in workload.load.stages)
    assert workload.thresholds
    assert f"--workload examples/workloads/{file.name}" in file.read_text("utf-8")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
@pytest.mark.parametrize("model", ["closed", "open"])
def test_it_can_be_run_closed_and_open_and_for_as_long_as_one_likes(file, model):
    level = {"traffic.users": 3} if model == "closed" else {"traffic.rate": 30.5}
    workload = load(file, {**level, "traffic.duration": 60})
    assert workload.load.open == (model == "open")
    assert workload.load.seconds == pytest.approx(60, abs=5)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
@pytest.mark.parametrize("grpc", [False, True], ids=["rest", "grpc"])
def test_its_collection_is_made_and_filled_and_its_requests_succeed(engine, file, grpc):
    workload = load(file, {"collection.points": 200})
    client = QdrantClient(
        url=engine.url,
        grpc_port=engine.grpc_port,
        prefer_grpc=grpc,
        check_compatibility=False,
        timeout=60,
    )
    name = f"ready-made-{uuid.uuid4()}"
    state = WorkloadState(workload, name, run_id=uuid.uuid4().int)
    collection = RunCollection(client, workload.collection, name, state.ledger)
    collection.open()
    collection.fill(state.filling(), lambda _: None)
    virtual_user = state.virtual_user(0)
    for operation in state.operations * 2:
        request = operation.plan(virtual_user)
        with state.ledger.writing(request.write):
            assert getattr(client, request.method)(**request.arguments) is not None
    found = audit(state.ledger, collection.read_back(lambda _: None), state.dataset)
    assert (found.lost, found.in_doubt) == (0, 0), found
    assert found.points >= 200
    assert collection.close() == ""
    client.close()
