"""Optimising in the background: nothing waits for it, and nothing is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np
import psutil
import pytest
from locust_qdrant.child import module_command
from locust_qdrant.embedded import EmbeddedServer
from qdrant_client import QdrantClient
from qdrant_client.http import models
from qdrant_client.http.exceptions import ResponseHandlingException

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

COUNT, DIMENSION = 3000, 64
VECTORS = np.random.default_rng(3).normal(size=(COUNT, DIMENSION))
# Reached by the points above: 3000 x 64 floats are 750 KB.
THRESHOLD_KB = 500
PATIENCE_SECONDS = 120
OPTIMIZER = "locust_qdrant.embedded.engine.optimize"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedServer]:
    with EmbeddedServer(tmp_path / "data") as running:
        yield running


@pytest.fixture
def client(server: EmbeddedServer) -> Iterator[QdrantClient]:
    opened = QdrantClient(url=server.url, timeout=60)
    yield opened
    opened.close()


def fill(client: QdrantClient, **options: object) -> None:
    client.create_collection(
        "points",
        vectors_config=models.VectorParams(size=DIMENSION, distance=models.Distance.COSINE),
        optimizers_config=models.OptimizersConfigDiff(indexing_threshold=THRESHOLD_KB),
        hnsw_config=models.HnswConfigDiff(full_scan_threshold=100),
        **options,
    )
    for start in range(0, COUNT, 500):
        ids = list(range(start, start + 500))
        payloads = [{"number": id_} for id_ in ids]
        batch = models.Batch(
            ids=ids, vectors=VECTORS[start : start + 500].tolist(), payloads=payloads
        )
        client.upsert("points", batch, wait=True)


def status(client: QdrantClient) -> models.CollectionStatus:
    return client.get_collection("points").status


def meanwhile(client: QdrantClient, act: Callable[[int], None] = lambda _: None) -> int:
    """Do something again and again until the collection is green; return how often."""
    limit, times = time.monotonic() + PATIENCE_SECONDS, 0
    while status(client) != models.CollectionStatus.GREEN:
        assert time.monotonic() < limit
        act(times)
        times += 1
    return times


def wait_for_rebuild(client: QdrantClient, server: EmbeddedServer) -> psutil.Process:
    """Wait until the engine process has started to optimise, and return the engine process."""
    (engine,) = psutil.Process(server.pid).children()
    # Until it is a program of its own, stopping the child would stop its parent, too.
    while not any(OPTIMIZER in " ".join(child.cmdline()) for child in engine.children()):
        assert status(client) == models.CollectionStatus.YELLOW
    return engine


def write_while_they_stand(server: EmbeddedServer, helpers: list[psutil.Process]) -> None:
    """Write a further point, and leave the rebuild's processes suspended after it."""
    point = models.PointStruct(id=COUNT, vector=VECTORS[0].tolist())
    impatient = QdrantClient(url=server.url, timeout=1)
    while True:
        for helper in helpers:
            helper.suspend()
        try:
            impatient.upsert("points", [point], wait=True)
        except ResponseHandlingException:
            # Writes wait until the shard is copied, and it stands in the middle of that.
            for helper in helpers:
                helper.resume()
            time.sleep(0.01)
        else:
            return


def recall(client: QdrantClient) -> float:
    """Return the share of the ten true neighbours that a search finds, over twenty queries."""
    unit = VECTORS / np.linalg.norm(VECTORS, axis=1, keepdims=True)
    shares = []
    for number in range(20):
        truth = set(np.argsort(unit @ unit[number])[-10:].tolist())
        found = client.query_points("points", VECTORS[number].tolist(), limit=10)
        shares.append(len(truth & {int(p.id) for p in found.points}) / 10)
    return float(np.mean(shares))


def test_a_collection_is_yellow_until_it_is_indexed(client: QdrantClient) -> None:
    fill(client)
    assert status(client) == models.CollectionStatus.YELLOW
    assert client.get_collection("points").indexed_vectors_count == 0
    meanwhile(client)
    assert client.get_collection("points").indexed_vectors_count == COUNT
    assert client.count("points").count == COUNT
    assert recall(client) > 0.9


def test_a_small_collection_stays_green(client: QdrantClient) -> None:
    config = models.VectorParams(size=DIMENSION, distance=models.Distance.COSINE)
    client.create_collection("points", vectors_config=config)
    point = models.PointStruct(id=1, vector=VECTORS[0].tolist())
    client.upsert("points", [point], wait=True)
    assert status(client) == models.CollectionStatus.GREEN


def test_writes_during_a_rebuild_are_kept_and_seen_at_once(client: QdrantClient) -> None:
    fill(client)
    written: dict[int, int] = {}

    def write(times: int) -> None:
        id_ = COUNT + times % 50
        point = models.PointStruct(id=id_, vector=VECTORS[0].tolist(), payload={"number": times})
        client.upsert("points", [point], wait=True)
        written[id_] = times
        (record,) = client.retrieve("points", [id_])
        assert record.payload == {"number": times}
        client.delete("points", [times % COUNT], wait=True)

    times = meanwhile(client, write)
    assert times > 0
    deleted = set(range(min(times, COUNT)))
    records, _ = client.scroll("points", limit=10 * COUNT)
    expected = {id_: id_ for id_ in range(COUNT) if id_ not in deleted} | written
    assert {int(r.id): r.payload["number"] for r in records} == expected


def test_payload_indexes_and_settings_made_during_a_rebuild_are_kept(
    client: QdrantClient, server: EmbeddedServer
) -> None:
    fill(client)
    wait_for_rebuild(client, server)
    client.create_payload_index("points", "number", models.PayloadSchemaType.INTEGER, wait=True)
    client.update_collection("points", hnsw_config=models.HnswConfigDiff(m=7))
    meanwhile(client)
    info = client.get_collection("points")
    assert info.payload_schema["number"].data_type == models.PayloadSchemaType.INTEGER
    assert info.config.hnsw_config.m == 7
    ordered, _ = client.scroll("points", order_by="number", limit=3)
    assert [record.id for record in ordered] == [0, 1, 2]


@pytest.mark.parametrize(
    "quantization",
    [
        models.ScalarQuantization(scalar=models.ScalarQuantizationConfig(type="int8")),
        models.BinaryQuantization(binary=models.BinaryQuantizationConfig()),
    ],
    ids=lambda quantization: type(quantization).__name__,
)
def test_quantized_vectors_are_searched_and_rescored(
    client: QdrantClient, quantization: models.QuantizationConfig
) -> None:
    fill(client, quantization_config=quantization)
    meanwhile(client)
    rescored = models.SearchParams(
        quantization=models.QuantizationSearchParams(rescore=True, oversampling=4.0)
    )
    for number in range(10):
        query = VECTORS[number].tolist()
        found = client.query_points("points", query, search_params=rescored, limit=1)
        assert found.points[0].id == number


def test_a_collection_may_be_deleted_during_its_rebuild(
    client: QdrantClient, server: EmbeddedServer, tmp_path: Path
) -> None:
    fill(client)
    engine = wait_for_rebuild(client, server)
    for helper in engine.children():
        helper.suspend()  # or it might just have been done
    client.delete_collection("points")
    assert not list(tmp_path.glob("data/collections/*"))
    fill(client)
    meanwhile(client)
    assert client.count("points").count == COUNT
    assert engine.children() == []


def test_deleting_while_files_are_copied_is_no_event(
    client: QdrantClient, server: EmbeddedServer, tmp_path: Path
) -> None:
    for _ in range(3):
        fill(client)
        wait_for_rebuild(client, server)
        client.delete_collection("points")
        assert not list(tmp_path.glob("data/collections/*"))
    assert server._child.said(1000) == ""


def test_what_cannot_be_copied_is_told_in_one_line(tmp_path: Path) -> None:
    command = [*module_command(OPTIMIZER), str(tmp_path / "none"), str(tmp_path / "copy")]
    ended = subprocess.run([*command, str(os.getpid())], capture_output=True, text=True, check=True)
    assert len(ended.stdout.splitlines()) == 1
    assert str(tmp_path / "none") in ended.stdout
    assert ended.stderr == ""


def test_a_server_killed_during_a_rebuild_opens_with_every_point(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path)
    client = QdrantClient(url=server.url, timeout=60)
    fill(client)
    helpers = wait_for_rebuild(client, server).children()
    while not list(tmp_path.glob("collections/*/1")):
        assert status(client) == models.CollectionStatus.YELLOW
    write_while_they_stand(server, helpers)
    process = psutil.Process(server.pid)
    family = process.children(recursive=True)
    for member in [process, *family]:
        with suppress(psutil.NoSuchProcess):  # some end when the one before them does
            member.send_signal(signal.SIGKILL)
    server.stop()
    with EmbeddedServer(tmp_path) as reopened:
        client = QdrantClient(url=reopened.url, timeout=60)
        assert client.count("points").count == COUNT + 1
        assert status(client) == models.CollectionStatus.YELLOW
        meanwhile(client)
        assert client.get_collection("points").indexed_vectors_count >= COUNT
        assert client.count("points").count == COUNT + 1


def test_a_failed_rebuild_is_told_and_does_no_harm(
    client: QdrantClient, server: EmbeddedServer
) -> None:
    fill(client)
    engine = wait_for_rebuild(client, server)
    for helper in engine.children():
        helper.kill()
    while status(client) == models.CollectionStatus.YELLOW:
        pass
    info = client.get_collection("points")
    assert info.status == models.CollectionStatus.RED
    assert "optimizing failed" in info.optimizer_status.error
    assert client.count("points").count == COUNT
    point = models.PointStruct(id=COUNT, vector=VECTORS[0].tolist())
    client.upsert("points", [point], wait=True)
    assert client.count("points").count == COUNT + 1


def test_a_rebuild_ends_with_its_engine_process(
    client: QdrantClient, server: EmbeddedServer, tmp_path: Path
) -> None:
    fill(client)
    engine = wait_for_rebuild(client, server)
    helpers = engine.children()
    while not list(tmp_path.glob("data/collections/*/1")):
        assert status(client) == models.CollectionStatus.YELLOW
    for helper in helpers:
        helper.suspend()  # or it might just have been done
    engine.kill()
    _, alive = psutil.wait_procs(helpers, timeout=60)
    assert alive == []


def test_a_server_stopped_during_a_rebuild_stops_cleanly(
    client: QdrantClient, server: EmbeddedServer, tmp_path: Path
) -> None:
    fill(client)
    helpers = wait_for_rebuild(client, server).children()
    for helper in helpers:
        helper.suspend()  # or it might just have been done
    assert server.stop() == 0
    assert not any(helper.is_running() for helper in helpers)
    with EmbeddedServer(tmp_path / "data") as reopened:
        assert QdrantClient(url=reopened.url, timeout=60).count("points").count == COUNT
