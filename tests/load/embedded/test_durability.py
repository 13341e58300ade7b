"""Every acknowledged write is there after the server was killed."""

from __future__ import annotations

import os
import random
import signal
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

import httpx
import psutil
import pytest
from locust_qdrant.embedded import EmbeddedServer
from qdrant_client import QdrantClient
from qdrant_client.http import models
from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

if TYPE_CHECKING:
    from pathlib import Path

DIMENSION = 16
WRITERS, ROUNDS = 4, 4
PARAMS = models.VectorParams(size=DIMENSION, distance=models.Distance.DOT)


def kill(server: EmbeddedServer) -> None:
    """Kill the server and its engine at once, so that neither can do anything more."""
    family = [psutil.Process(server.pid), *psutil.Process(server.pid).children(recursive=True)]
    for process in family:
        with suppress(psutil.NoSuchProcess):  # some end when the one before them does
            process.send_signal(signal.SIGKILL)
    psutil.wait_procs(family)
    server.stop()


def vector(number: int) -> list[float]:
    return [float(number), *([1.0] * (DIMENSION - 1))]


class Writer(threading.Thread):
    """Writes, overwrites and deletes points of its own until the server is gone."""

    def __init__(self, server: EmbeddedServer, index: int, expected: dict[int, int | None]) -> None:
        super().__init__()
        self._client = QdrantClient(url=server.url, timeout=60)
        self._random = random.Random(index)
        self._index = index
        self.expected = expected
        self.unsure: set[int] = set()

    def run(self) -> None:
        number = 0
        while True:
            number += 1
            id_ = self._index * 1_000_000 + self._random.randrange(300)
            wait = self._random.random() < 0.5
            try:
                self._write(id_, number, wait=wait)
            except (ResponseHandlingException, UnexpectedResponse):
                # Not acknowledged: it may have happened or not.
                self.unsure.add(id_)
                return

    def _write(self, id_: int, number: int, *, wait: bool) -> None:
        if self._random.random() < 0.2:
            self._client.delete("points", [id_], wait=wait)
            self.expected[id_] = None
            return
        point = models.PointStruct(id=id_, vector=vector(number), payload={"number": number})
        self._client.upsert("points", [point], wait=wait)
        self.expected[id_] = number


def held(client: QdrantClient) -> dict[int, int]:
    records, _ = client.scroll("points", limit=10_000, with_vectors=True)
    for record in records:
        assert record.vector[0] == record.payload["number"]
    return {int(record.id): record.payload["number"] for record in records}


@pytest.mark.slow
def test_every_acknowledged_write_survives_kill_9(tmp_path: Path) -> None:
    expected: dict[int, int | None] = {}
    for round_ in range(ROUNDS):
        server = EmbeddedServer(tmp_path / "data")
        client = QdrantClient(url=server.url, timeout=60)
        if round_ == 0:
            client.create_collection("points", vectors_config=PARAMS)
        writers = [Writer(server, index, expected) for index in range(WRITERS)]
        for writer in writers:
            writer.start()
        # How far the writers come decides when, not the clock.
        goal = len(expected) + 150
        while len(expected) < goal and all(writer.is_alive() for writer in writers):
            client.count("points")
        kill(server)
        unsure: set[int] = set()
        for writer in writers:
            writer.join()
            unsure |= writer.unsure
        with EmbeddedServer(tmp_path / "data") as reopened:
            found = held(QdrantClient(url=reopened.url, timeout=60))
        for id_, number in expected.items():
            if id_ not in unsure:
                assert found.get(id_) == number, f"round {round_}, point {id_}"
        expected = {**dict.fromkeys(expected), **found}
        assert sum(number is not None for number in expected.values()) > 50 * (round_ + 1)


def test_settings_aliases_and_indexes_survive_kill_9(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path)
    client = QdrantClient(url=server.url)
    client.create_collection(
        "kept",
        vectors_config={"dense": PARAMS},
        sparse_vectors_config={"words": models.SparseVectorParams()},
        hnsw_config=models.HnswConfigDiff(m=9),
    )
    client.create_collection("dropped", vectors_config=PARAMS)
    client.create_collection("changed", vectors_config=PARAMS)
    client.create_payload_index(
        "kept", "rank", models.IntegerIndexParams(type="integer", range=True, lookup=False)
    )
    client.create_payload_index("kept", "gone", models.PayloadSchemaType.KEYWORD)
    client.delete_payload_index("kept", "gone")
    alias = models.CreateAlias(collection_name="kept", alias_name="known-as")
    client.update_collection_aliases([models.CreateAliasOperation(create_alias=alias)])
    client.delete_collection("dropped")
    client.update_collection("changed", hnsw_config=models.HnswConfigDiff(ef_construct=33))
    before = {name: client.get_collection(name) for name in ("kept", "changed")}
    last = client.upsert("kept", [models.PointStruct(id=1, vector={"dense": vector(1)})])
    kill(server)
    with EmbeddedServer(tmp_path) as reopened:
        client = QdrantClient(url=reopened.url)
        names = sorted(c.name for c in client.get_collections().collections)
        assert names == ["changed", "kept"]
        for name, info in before.items():
            after = client.get_collection(name)
            assert after.config == info.config
            assert after.payload_schema == info.payload_schema
        assert client.get_collection("kept").payload_schema["rank"].params.lookup is False
        assert client.count("known-as").count == 1
        again = client.upsert("kept", [models.PointStruct(id=2, vector={"dense": vector(2)})])
        assert again.operation_id > last.operation_id


def test_a_refused_write_does_not_come_back_with_the_log(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path)
    client = QdrantClient(url=server.url)
    client.create_collection("points", vectors_config=PARAMS)
    good = models.PointStruct(id=1, vector=vector(1))
    with pytest.raises(UnexpectedResponse):
        client.upsert("points", [good, models.PointStruct(id=2, vector=[1.0])])
    client.upsert("points", [models.PointStruct(id=3, vector=vector(3))])
    kill(server)
    with EmbeddedServer(tmp_path) as reopened:
        client = QdrantClient(url=reopened.url)
        assert [record.id for record in client.scroll("points")[0]] == [3]


def test_the_engine_process_alone_may_be_killed(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path)
    client = QdrantClient(url=server.url)
    client.create_collection("points", vectors_config=PARAMS)
    client.upsert("points", [models.PointStruct(id=1, vector=vector(1))])
    (engine,) = psutil.Process(server.pid).children()
    os.kill(engine.pid, signal.SIGKILL)
    assert server.stop() == 1
    with pytest.raises(httpx.ConnectError):
        httpx.get(server.url)
    with EmbeddedServer(tmp_path) as reopened:
        assert QdrantClient(url=reopened.url).count("points").count == 1
