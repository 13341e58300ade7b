"""Recall beside the traffic: the workload's queries against exact ones."""

from __future__ import annotations

import asyncio
import itertools
import uuid

import pytest
from locust_qdrant.client.factory import ClientSettings
from locust_qdrant.embedded import EmbeddedServer
from locust_qdrant.metrics.results import Recall
from locust_qdrant.targets.qdrant.recall import (
    RecallProbe,
    as_request,
    can_be_exact,
    merge,
    share_found,
    summarise,
)
from qdrant_client import QdrantClient, models


@pytest.mark.parametrize(
    ("found", "exact", "share"),
    [([1, 2, 3], [3, 2, 1], 1.0), ([1, 2, 9], [1, 2, 3, 4], 0.5), ([], [1], 0.0), ([1], [], None)],
)
def test_recall_is_the_share_of_the_exact_hits(found, exact, share):
    assert share_found(found, exact) == share


def test_turns_and_processes_are_put_together_query_by_query():
    one = Recall(queries=3, k=10, mean=1.0, worst=1.0)
    other = Recall(queries=1, k=10, mean=0.6, worst=0.6, indexed=500)
    assert merge([one, other]) == Recall(4, 10, pytest.approx(0.9), 0.6, indexed=500)
    assert merge([]) is None


def test_without_an_answer_there_is_no_figure():
    assert summarise([], 0, "").queries == 0
    assert summarise([], 10, "the server is gone") == Recall(0, 10, 0.0, 0.0, "the server is gone")
    assert summarise([1.0, 0.5], 10, "") == Recall(2, 10, 0.75, 0.5)


@pytest.mark.parametrize(
    ("query", "plain"),
    [
        ({"query": [1.0, 2.0]}, True),
        ({"query": models.FusionQuery(fusion=models.Fusion.RRF)}, False),
        ({"query": [1.0], "prefetch": [models.Prefetch(query=[1.0])]}, False),
        ({}, False),
    ],
)
def test_only_one_plain_search_has_an_exact_counterpart(query, plain):
    assert can_be_exact(query) is plain


def test_the_exact_search_keeps_the_filter_and_the_limit():
    only = models.Filter(must=[models.HasIdCondition(has_id=[1])])
    query = {"collection_name": "c", "query": [1.0], "limit": 7, "query_filter": only, "using": "a"}
    exact = as_request(query | {"with_payload": True}, exact=True)
    assert (exact.limit, exact.filter, exact.using, exact.with_payload) == (7, only, "a", False)
    assert exact.params.exact


class TestServer:
    """Against the embedded engine, which is stopped in the end."""

    @staticmethod
    def filled(server: EmbeddedServer) -> str:
        client = QdrantClient(url=server.url, check_compatibility=False)
        name = f"recall-{uuid.uuid4()}"
        size = models.VectorParams(size=2, distance=models.Distance.DOT)
        client.create_collection(name, vectors_config=size)
        points = [models.PointStruct(id=n, vector=[float(n), 1.0]) for n in range(9)]
        client.upsert(name, points, wait=True)
        client.close()
        return name

    @staticmethod
    async def probed(
        settings: ClientSettings, collection: str, meanwhile=None, counts=lambda: True
    ) -> Recall | None:
        query = {"collection_name": collection, "query": [1.0, 0.0], "limit": 3}
        probe = RecallProbe(itertools.repeat(query))
        await probe.open(settings)
        task = asyncio.create_task(probe.run(counts))
        if meanwhile is not None:
            await asyncio.sleep(0.2)
            await asyncio.to_thread(meanwhile)
        await asyncio.wait({task}, timeout=1.2)
        task.cancel()
        await asyncio.wait({task})
        return probe.result()

    @pytest.mark.parametrize("grpc", [False, True])
    async def test_an_engine_without_an_index_finds_everything(self, engine, grpc):
        settings = ClientSettings(url=engine.url, grpc=grpc, grpc_port=engine.grpc_port)
        recall = await self.probed(settings, self.filled(engine))  # noqa: QDR102 - nothing else runs
        assert recall.queries >= 1
        assert (recall.k, recall.mean, recall.worst, recall.unreadable) == (3, 1.0, 1.0, "")
        assert recall.indexed == 0

    async def test_in_a_warm_up_nothing_is_asked(self, engine):
        settings = ClientSettings(url=engine.url)
        name = self.filled(engine)  # noqa: QDR102 - nothing else runs
        assert await self.probed(settings, name, counts=lambda: False) == Recall(0, 0, 0.0, 0.0)
        looks = iter([False, False, True])
        recall = await self.probed(settings, name, counts=lambda: next(looks, False))
        assert recall.queries == 1

    @pytest.mark.parametrize("grpc", [False, True])
    async def test_a_server_that_dies_leaves_a_reason(self, grpc):
        with EmbeddedServer() as server:
            settings = ClientSettings(url=server.url, grpc=grpc, grpc_port=server.grpc_port)
            recall = await self.probed(settings, self.filled(server), server.stop)  # noqa: QDR102
        assert recall.queries >= 1
        assert "comparing with an exact search failed" in recall.unreadable
