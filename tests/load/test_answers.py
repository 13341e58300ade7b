"""Answers are looked at: the engine is never accused, and a server that lies is found out."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from typing import Any

import pytest
from faulty_proxy import Fault, FaultyProxy
from locust_qdrant.checks.answers import assess
from locust_qdrant.checks.interface import Verdict
from locust_qdrant.checks.loading import load_answer_checks
from locust_qdrant.client.factory import ClientSettings, async_client, plain_client, sync_client
from locust_qdrant.config.file import from_options
from locust_qdrant.metrics.results import Answers
from locust_qdrant.targets.qdrant.answer_log import merge
from locust_qdrant.targets.qdrant.collection import RunCollection
from locust_qdrant.targets.qdrant.expectation import Expected, Flaw, Order, examine
from locust_qdrant.targets.qdrant.state import WorkloadState
from locust_qdrant.targets.qdrant.target import QdrantTarget
from qdrant_client.http import models

DISTANCES = ("cosine", "dot", "euclid", "manhattan")
FILTERS: tuple[dict[str, Any], ...] = (
    {},
    {"match": "tenant"},
    {"match": "group"},
    {"selectivity": 0.1},
    {"match": "tenant", "selectivity": 0.5},
)


def every_read() -> list[dict[str, Any]]:
    """Return an operation for every kind of read, vector and filter."""
    reads: list[dict[str, Any]] = []
    for at, vector in enumerate([f"{kind}_{d}" for kind in ("one", "many") for d in DISTANCES]):
        reads += [{"kind": "query", "vector": vector, **chosen} for chosen in FILTERS]
        reads.append({"kind": "query", "vector": vector, "exact": True, "limit": 1 + 3 * at})
        reads.append({"kind": "query_batch", "vector": vector, "size": 3, **FILTERS[at % 5]})
        reads.append({"kind": "hybrid", "dense": vector, "fusion": ("rrf", "dbsf")[at % 2]})
    reads += [{"kind": "query", "vector": "words"}, {"kind": "hybrid", "prefetch_limit": 3}]
    reads += [{"kind": "scroll", **chosen} for chosen in FILTERS]
    reads += [{"kind": "retrieve"}, {"kind": "retrieve", "size": 100}]
    return [{**read, "name": f"read_{number}"} for number, read in enumerate(reads)]


WRITES: list[dict[str, Any]] = [
    {"kind": "upsert", "weight": 6, "batch_size": 8},
    {"kind": "set_payload", "weight": 3, "size": 4},
    {"kind": "delete", "weight": 2, "size": 2},
]


def everything(points: int, **more: Any) -> dict[str, Any]:
    """Return a workload of every kind of operation over every kind of vector."""
    vectors = {
        f"{kind}_{distance}": {"dim": 4, "distance": distance, "multi": multi}
        for kind, multi in (("one", 0), ("many", 2))
        for distance in DISTANCES
    }
    return {
        "collection.points": points,
        "collection.vectors": vectors,
        "collection.sparse": ["words"],
        "data.tenants": 7,
        "operations": [*every_read(), *WRITES],
        **more,
    }


class Stage:
    """A filled collection, and who performs on it."""

    def __init__(self, url: str, grpc_port: int, options: dict[str, Any], *, grpc: bool) -> None:
        self.settings = ClientSettings(url=url, grpc=grpc, grpc_port=grpc_port, timeout=30)
        workload = from_options(options)
        self.name = workload.collection.name or f"answers_{id(self)}"
        self.state = WorkloadState(workload, self.name, run_id=id(self))
        self.target = QdrantTarget(self.state, 0, load_answer_checks(workload.answer_checks))
        self._client = plain_client(self.settings)
        self._collection = RunCollection(
            self._client, workload.collection, self.name, self.state.ledger
        )
        self._collection.open()

    def fill(self) -> None:
        self._collection.fill(self.state.filling(), lambda _: None)

    def perform(self, requests: int, users: int = 4) -> Counter[str]:
        """Let users perform side by side, and return what was wrong with the answers."""

        async def everybody() -> None:
            client = async_client(self.settings, deque(maxlen=0))
            turns = iter(range(requests))
            await asyncio.gather(*(one(client, turns) for _ in range(users)))
            await client.close()

        async def one(client: Any, turns: Any) -> None:
            virtual_user = self.target.virtual_user()
            for _ in turns:
                await self.target.perform_async(client, virtual_user, "")

        asyncio.run(everybody())
        return self.wrong()

    def perform_blocking(self, requests: int) -> Counter[str]:
        """Do the same with one user in this thread."""
        client = sync_client(self.settings, deque(maxlen=0))
        virtual_user = self.target.virtual_user()
        for _ in range(requests):
            self.target.perform(client, virtual_user, "")
        client.close()
        return self.wrong()

    def wrong(self) -> Counter[str]:
        self.seen = self.target.answers.take()
        return sum((Counter(dict(each.wrong)) for each in self.seen), Counter())

    def close(self) -> None:
        self._collection.close()
        self._client.close()


@pytest.fixture
def proxy(engine):
    with FaultyProxy(engine.url) as proxy:
        yield proxy


@pytest.fixture
def stage(engine, proxy):
    """Make a stage with a workload, on the engine or on the proxy, which ends after it."""
    stages: list[Stage] = []

    def make(
        options: dict[str, Any], *, url: str = "", grpc: bool = False, fill: bool = True
    ) -> Stage:
        made = Stage(url or engine.url, engine.grpc_port, options, grpc=grpc)
        stages.append(made)
        if fill:
            made.fill()
        return made

    yield make
    for each in stages:
        each.close()


@pytest.mark.parametrize("grpc", [False, True], ids=["REST", "gRPC"])
@pytest.mark.parametrize("points", [0, 300])
def test_the_engine_is_never_accused(stage, points, grpc):
    options = everything(points, **{"collection.optimizers.indexing_threshold": 1})
    made = stage(options, grpc=grpc)
    assert made.perform(requests=400) == {}
    silent = [each.operation for each in made.seen if not each.telling]
    assert points == 0 or not silent
    assert sum(each.seen for each in made.seen) > 400


LIES = {
    Fault.EMPTY: Flaw.SHORT,
    Fault.FEW: Flaw.SHORT,
    Fault.INVENT: Flaw.INVENTED,
    Fault.REVERSE: Flaw.DISORDERED,
    Fault.REPEAT: Flaw.REPEATED,
    Fault.TURN_PAYLOAD: Flaw.PAYLOAD,
    Fault.TURN_VECTOR: Flaw.VECTOR,
    Fault.TURN_SCORE: Flaw.SCORE,
    Fault.NO_FILTER: Flaw.UNFIT,
    Fault.PART_OF_BATCH: Flaw.MISCOUNTED,
}
#: Where the points come in no order, and where none has to come, some lies are none.
TRUE = {("retrieve", Fault.REVERSE), ("words", Fault.EMPTY), ("words", Fault.FEW)}
VECTORS = {"with_vectors": True}
READS: dict[str, dict[str, Any]] = {
    "query": {"kind": "query", **VECTORS},
    "exact": {"kind": "query", "exact": True, **VECTORS},
    "filtered": {"kind": "query", "match": "group", **VECTORS},
    "distance": {"kind": "query", "vector": "one_euclid", **VECTORS},
    "many": {"kind": "query", "vector": "many_dot", **VECTORS},
    "words": {"kind": "query", "vector": "words", **VECTORS},
    "batch": {"kind": "query_batch", "size": 3, **VECTORS},
    "hybrid": {"kind": "hybrid", "match": "tenant"},
    "scroll": {"kind": "scroll", "selectivity": 0.5, **VECTORS},
    "retrieve": {"kind": "retrieve", **VECTORS},
}
#: Lies that only some reads can be told.
TOLD = {
    Fault.TURN_VECTOR: set(READS) - {"hybrid"},
    Fault.TURN_SCORE: {"query", "exact", "filtered", "distance", "many", "words", "batch"},
    Fault.NO_FILTER: {"filtered", "hybrid", "scroll"},
    Fault.PART_OF_BATCH: {"batch"},
}


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.name.lower())
def test_a_server_that_lies_is_found_out_in_every_read(stage, proxy, lie):
    reads = [{**read, "name": name} for name, read in READS.items()]
    told = [read for read in reads if read["name"] in TOLD.get(lie, READS)]
    made = stage(everything(300, operations=told), url=proxy.url)
    proxy.break_with(lie)
    made.perform(requests=80)
    assert {each.operation for each in made.seen} == {read["name"] for read in told}
    for each in made.seen:
        is_true = (each.operation, lie) in TRUE
        # A search of a batch without an answer has no hits, either.
        also = {Flaw.SHORT.value} if lie is Fault.PART_OF_BATCH else set()
        assert set(each.wrong) == (set() if is_true else {LIES[lie].value} | also), each


@pytest.mark.parametrize(
    ("read", "flaw"),
    [
        ("query", Flaw.SCORE),
        ("batch", Flaw.SCORE),
        ("words", Flaw.SCORE),
        ("filtered", Flaw.UNFIT),
        ("scroll", Flaw.EARLY),
        ("retrieve", Flaw.INVENTED),
    ],
)
def test_the_answer_to_another_request_is_found_out(stage, proxy, read, flaw):
    options = everything(300, operations=[{**READS[read], "name": read}])
    made = stage(options, url=proxy.url)
    proxy.break_with(Fault.EARLIER)
    assert flaw.value in made.perform(requests=30, users=1)


def test_an_answer_that_is_only_short_through_an_index_is_not_wrong(stage, proxy):
    made = stage(everything(300, operations=[{"kind": "query"}]), url=proxy.url)
    proxy.break_with(Fault.DROP_HITS)  # not those of an exact search
    assert made.perform(requests=20) == {}
    (seen,) = made.seen
    assert seen.approximate == seen.seen == 20
    check = assess(made.seen)
    assert check.verdict is Verdict.WARNING
    assert "20 of 20 answers of query had fewer hits than an exact search" in check.evidence[0]


def test_a_server_that_fails_when_it_is_asked_again_is_not_called_a_liar(stage, proxy):
    made = stage(everything(300, operations=[{"kind": "query"}]), url=proxy.url)
    proxy.break_with(Fault.EMPTY, every=2, skip=-1)
    proxy.break_with(Fault.OVERLOADED, every=2)
    assert made.perform(requests=3, users=1) == {}
    (seen,) = made.seen
    assert (seen.seen, seen.unconfirmed) == (3, 3)


@pytest.mark.parametrize("honest", [True, False])
def test_points_of_others_are_inventions_only_if_the_server_does_not_know_them(
    stage, proxy, honest
):
    theirs = stage(everything(300))
    shared = {
        "collection.use_existing": True,
        "collection.write": True,
        "collection.name": theirs.name,
    }
    queries = everything(0, operations=[{"kind": "query", "vector": "one_dot"}], **shared)
    ours = stage(queries, url=proxy.url)
    if honest:
        assert ours.perform(requests=20) == {}
        return
    proxy.break_with(Fault.INVENT)
    assert set(ours.perform(requests=20)) == {Flaw.INVENTED.value}


def test_a_client_that_blocks_sees_the_same(stage, proxy):
    made = stage(everything(300, operations=[{"kind": "query"}]), url=proxy.url)
    assert made.perform_blocking(requests=5) == {}
    proxy.break_with(Fault.FEW)
    assert made.perform_blocking(requests=5) == {Flaw.SHORT.value: 5}


def test_a_check_of_the_users_looks_at_each_answer(stage, monkeypatch, tmp_path):
    (tmp_path / "my_answers.py").write_text(
        "def found(operation, arguments, answer):\n"
        "    assert arguments['limit'] == 10\n"
        "    return None if answer.points[0].payload['version'] else 'the first hit is old'\n"
        "def stumbles(operation, arguments, answer):\n"
        "    raise KeyError(operation)\n"
    )
    monkeypatch.chdir(tmp_path)
    names = ["my_answers:found", "my_answers:stumbles"]
    made = stage(everything(50, operations=[{"kind": "query"}], answer_checks=names))
    assert made.perform(requests=4) == {
        "did not please my_answers:found: the first hit is old": 4,
        "made my_answers:stumbles raise KeyError: 'query'": 4,
    }


HITS = [models.ScoredPoint(id=str(n), version=0, score=float(9 - n)) for n in range(4)]


@pytest.mark.parametrize(
    ("hits", "expected", "flaw"),
    [
        (HITS, Expected(4, lambda: 9, Order.BEST_FIRST), None),
        (HITS, Expected(9, lambda: 5, Order.BEST_FIRST), Flaw.SHORT),
        (HITS, Expected(3, lambda: 3, Order.BEST_FIRST), Flaw.LONG),
        (HITS, Expected(4, lambda: 4, Order.NEAREST_FIRST), Flaw.DISORDERED),
        (HITS, Expected(4, lambda: 4, Order.IDS), None),
        (HITS[::-1], Expected(4, lambda: 4, Order.IDS), Flaw.DISORDERED),
        ([HITS[0], *HITS], Expected(5, lambda: 5, Order.NONE), Flaw.REPEATED),
        (HITS, Expected(4, lambda: 0, Order.NONE, among=frozenset("012")), Flaw.INVENTED),
        ([], Expected(4, lambda: 0, Order.BEST_FIRST), None),
    ],
)
def test_hits_are_held_against_what_they_must_be(hits, expected, flaw):
    assert examine(hits, expected, lambda _: True).flaw is flaw


def test_answers_that_can_show_nothing_are_no_evidence():
    assert not examine([], Expected(4, lambda: 0, Order.NONE), bool).is_evidence
    silent = assess([Answers("ask", seen=7, telling=7), Answers("look", seen=5)])
    assert silent.verdict is Verdict.NOT_MEASURED
    assert silent.evidence[0].startswith("look: every answer was empty")
    assert assess([]).verdict is Verdict.NOT_MEASURED


def test_what_processes_saw_adds_up():
    one = Answers("ask", 5, 4, 3, 2, {"was late": 1}, ("a",))
    assert merge([one, Answers("look", 1, 1), one]) == [
        Answers("ask", 10, 8, 6, 4, {"was late": 2}, ("a", "a")),
        Answers("look", 1, 1),
    ]
