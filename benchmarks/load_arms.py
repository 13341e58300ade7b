"""One run of one arm of `benchmarks/load.py`, in a process of its own.

    python benchmarks/load_arms.py ARM '{"rest": 6333, "grpc": 6334, ...}'

Prints one line of JSON: the requests a second that were answered in the measured seconds, the
processor time of one in seconds, and p50 and p99 of their latency in milliseconds. Every arm sends
the same: four queries for ten points of 384 dimensions, then an upsert of sixteen points.
"""

from __future__ import annotations

import json
import math
import os
import sys
import threading
import time
from dataclasses import dataclass
from itertools import cycle
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

DIMENSION, BATCH, LIMIT = 384, 16, 10
COLLECTION = "bench"
KINDS = ("query", "query", "query", "query", "upsert")
WARM_UP_SECONDS = 1.0


@dataclass
class Asked:
    """What a run is asked to do.

    Attributes:
        rest: port of the REST stub.
        grpc: port of the gRPC stub.
        prefer_grpc: which one to use.
        users: number of virtual users.
        seconds: how long to measure.
        think: pause of a user between two requests, in seconds.
        own_clients: each user has a client of its own, instead of one for all.
    """

    rest: int
    grpc: int
    prefer_grpc: bool
    users: int
    seconds: float
    think: float = 0.0
    own_clients: bool = False

    @property
    def url(self) -> str:
        """Address of the REST stub."""
        return f"http://127.0.0.1:{self.rest}"

    def settings(self) -> Any:
        """Return the client's settings: what a remote host gets."""
        from locust_qdrant.aio.clients import ClientSettings

        return ClientSettings(
            self.url,
            grpc=self.prefer_grpc,
            grpc_port=self.grpc,
            timeout=30,
            clients=self.users if self.own_clients else 1,
        )


class Window:
    """Latencies of the requests that ended while it was open, and what they cost."""

    def __init__(self) -> None:
        self.opens = self.closes = math.inf
        self._latencies: list[float] = []
        self._cpu_seconds = 0.0

    def begin(self, seconds: float) -> None:
        """Open after the warm-up, and close after `seconds`."""
        self.opens = time.perf_counter() + WARM_UP_SECONDS
        self.closes = self.opens + seconds
        threading.Thread(target=self._watch_cpu, daemon=True).start()

    def _watch_cpu(self) -> None:
        time.sleep(max(0.0, self.opens - time.perf_counter()))
        began = time.process_time()
        time.sleep(max(0.0, self.closes - time.perf_counter()))
        self._cpu_seconds = time.process_time() - began

    def add(self, ended: float, latency: float) -> None:
        """Note a request: its end by `time.perf_counter`, and its latency in seconds."""
        if self.opens <= ended < self.closes:
            self._latencies.append(latency)

    def print(self) -> None:
        """Print the outcome."""
        ordered = sorted(self._latencies)
        if not ordered:
            sys.exit("No request was answered.")
        p50, p99 = (ordered[int(share * (len(ordered) - 1))] * 1000 for share in (0.5, 0.99))
        outcome = {
            "rate": len(ordered) / (self.closes - self.opens),
            "cpu": self._cpu_seconds / len(ordered),
            "p50": p50,
            "p99": p99,
        }
        print(json.dumps(outcome), flush=True)


def requests() -> dict[str, tuple[str, dict[str, Any]]]:
    """Return the method and the arguments of each kind of request."""
    from qdrant_client import models

    vector = [i / DIMENSION for i in range(DIMENSION)]
    points = [
        models.PointStruct(id=i, vector=vector, payload={"group": i, "text": "x" * 50})
        for i in range(BATCH)
    ]
    return {
        "query": ("query_points", {"query": vector, "limit": LIMIT}),
        "upsert": ("upsert", {"points": points}),
    }


def bare(asked: Asked) -> None:
    """Run plain coroutines on a plain loop, with the same client and the same settings."""
    import asyncio

    import uvloop
    from qdrant_client import AsyncQdrantClient

    what = requests()

    async def user(client: Any, window: Window) -> None:
        for kind in cycle(KINDS):
            method, arguments = what[kind]
            began = time.perf_counter()
            await getattr(client, method)(COLLECTION, **arguments)
            ended = time.perf_counter()
            window.add(ended, ended - began)
            if ended >= window.closes:
                return
            if asked.think:
                await asyncio.sleep(asked.think)

    async def run() -> None:
        count = asked.users if asked.own_clients else 1
        clients = [AsyncQdrantClient(**asked.settings().arguments()) for _ in range(count)]
        window = Window()
        window.begin(asked.seconds)
        await asyncio.gather(*(user(clients[i % count], window) for i in range(asked.users)))
        window.print()
        os._exit(0)  # closing thousands of channels is not what is measured

    uvloop.run(run())


def harness(asked: Asked) -> None:
    """Run the users of this project under Locust."""
    from locust_qdrant import AsyncQdrantUser  # noqa: I001 - before Locust
    from locust import constant, task
    from locust_qdrant.control.session import session_of
    from locust_qdrant.records import now

    what = requests()

    class User(AsyncQdrantUser):
        wait_time = constant(asked.think)
        host = asked.url
        kinds: Any = None

        def client_settings(self) -> Any:
            return asked.settings()

        @task
        async def work(self) -> None:
            self.kinds = self.kinds or cycle(KINDS)
            method, arguments = what[next(self.kinds)]
            await getattr(self.client, method)(COLLECTION, **arguments)

    def prepare(environment: Any) -> None:
        session = session_of(environment)
        offset = now() - time.perf_counter()
        for _ in range(asked.users if asked.own_clients else 1):
            session.async_client("User", asked.settings())
        session.listeners.append(lambda record: window.add(record.end - offset, record.seconds))

    window = Window()
    _under_locust(User, asked, prepare, window)


def peer(asked: Asked) -> None:
    """Run Locust's own user for Qdrant, as it is meant to be run, and gRPC made to work."""
    from gevent import monkey

    monkey.patch_all()
    from locust import constant, task
    from locust.contrib.qdrant import QdrantUser

    if asked.prefer_grpc:
        from grpc.experimental import gevent as grpc_gevent

        grpc_gevent.init_gevent()
    what = requests()
    settings = asked.settings().arguments()
    for each in ("url", "api_key", "timeout"):
        settings.pop(each)

    class User(QdrantUser):
        wait_time = constant(asked.think)
        host = url = asked.url
        collection_name = COLLECTION
        timeout = 30
        client_kwargs = settings
        kinds: Any = None

        @task
        def work(self) -> None:
            self.kinds = self.kinds or cycle(KINDS)
            kind = next(self.kinds)
            began = time.perf_counter()
            if kind == "query":
                self.search(what["query"][1]["query"], limit=LIMIT)
            else:
                self.upsert(what["upsert"][1]["points"])
            ended = time.perf_counter()
            window.add(ended, ended - began)

    window = Window()
    _under_locust(User, asked, lambda _: None, window)


def _under_locust(user: Any, asked: Asked, prepare: Callable[[Any], None], window: Window) -> None:
    import gevent
    from locust import events
    from locust.env import Environment

    environment = Environment(user_classes=[user], events=events)
    runner = environment.create_local_runner()
    prepare(environment)
    runner.start(asked.users, spawn_rate=asked.users)
    while runner.user_count < asked.users:
        gevent.sleep(0.05)
    window.begin(asked.seconds)
    gevent.sleep(WARM_UP_SECONDS + asked.seconds + 0.3)
    for problem in runner.exceptions.values():
        sys.exit(str(problem))
    window.print()
    os._exit(0)


ARMS = {"bare": bare, "harness": harness, "peer": peer}

if __name__ == "__main__":
    ARMS[sys.argv[1]](Asked(**json.loads(sys.argv[2])))
