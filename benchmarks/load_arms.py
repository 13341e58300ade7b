"""One arm of `benchmarks/load.py`, in a process of its own: with users that are let and stopped.

    python benchmarks/load_arms.py ARM '{"url": "http://127.0.0.1:6333", "grpc": 6334, ...}'

Prints `ready`, and then for each number of seconds on its input one line of JSON: the requests a
second that were answered in that time, the processor time of one in seconds, and p50 and p99 of
their latency in milliseconds. Every arm sends the same: four queries for ten points of 384
dimensions, then an upsert of sixteen points; `run` asks for the same in vectors of its own.
"""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import dataclass
from itertools import cycle
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

DIMENSION, BATCH, LIMIT, POINTS = 384, 16, 10, 1000
KINDS = ("query", "query", "query", "query", "upsert")
WARM_UP_SECONDS, DRAIN_SECONDS = 0.3, 0.3


@dataclass
class ArmConfig:
    """What an arm is asked to do.

    Attributes:
        url: address of the server's REST API.
        grpc: port of its gRPC API.
        prefer_grpc: which one to use.
        collection: name of the collection.
        transport: what moves the bytes over REST.
        compression: whether the client asks for compressed answers, as it does by itself.
        users: number of virtual users.
        think: pause of a user between two requests, in seconds.
        own_clients: each user has a client of its own, instead of one for all.
    """

    url: str
    grpc: int
    prefer_grpc: bool
    collection: str
    users: int
    transport: str = "httpx"
    compression: bool = False
    think: float = 0.0
    own_clients: bool = False

    def settings(self) -> Any:
        """Return the client's settings: what a remote host gets."""
        from locust_qdrant.client.factory import ClientSettings

        return ClientSettings(
            self.url,
            grpc=self.prefer_grpc,
            grpc_port=self.grpc,
            timeout=30,
            transport=self.transport,
            compression=self.compression,
            clients=self.users if self.own_clients else 1,
        )


class Window:
    """Latencies of the requests that ended while it was open."""

    def __init__(self) -> None:
        self._latencies: list[float] = []
        self._opened = self._closed = self._cpu = 0.0

    def open(self) -> None:
        """Begin anew."""
        self._opened, self._closed = time.perf_counter(), float("inf")
        self._latencies.clear()
        self._cpu = time.process_time()

    def close(self) -> None:
        """Let nothing more in."""
        self._cpu = time.process_time() - self._cpu
        self._closed = time.perf_counter()

    def add(self, ended: float, latency: float) -> None:
        """Note a request: its end by `time.perf_counter`, and its latency in seconds."""
        if self._opened <= ended < self._closed:
            self._latencies.append(latency)

    def outcome(self) -> dict[str, float]:
        """Return what the arm prints."""
        ordered = sorted(self._latencies)
        if not ordered:
            sys.exit("No request was answered.")
        p50, p99 = (ordered[int(share * (len(ordered) - 1))] * 1000 for share in (0.5, 0.99))
        return {
            "rate": len(ordered) / (self._closed - self._opened),
            "cpu": self._cpu / len(ordered),
            "p50": p50,
            "p99": p99,
        }


def serve(
    window: Window,
    read: Callable[[], str],
    sleep: Callable[[float], None],
    let: Callable[[bool], None],
) -> None:
    """Measure whenever asked; `let` allows the users to work, or stops them."""
    print("ready", flush=True)
    while line := read():
        let(True)
        sleep(WARM_UP_SECONDS)
        window.open()
        sleep(float(line))
        window.close()
        let(False)
        # What is under way is answered, and handed over.
        sleep(DRAIN_SECONDS)
        print(json.dumps(window.outcome()), flush=True)
    # Closing hundreds of clients is not what is measured.
    os._exit(0)


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


def bare(config: ArmConfig) -> None:
    """Run plain coroutines on a plain loop, with the same client and the same settings."""
    import asyncio
    import threading

    import uvloop
    from qdrant_client import AsyncQdrantClient

    what = requests()
    window = Window()
    loop = uvloop.new_event_loop()

    async def user(client: Any, allowed: asyncio.Event) -> None:
        for kind in cycle(KINDS):
            await allowed.wait()
            method, arguments = what[kind]
            began = time.perf_counter()
            await getattr(client, method)(config.collection, **arguments)
            ended = time.perf_counter()
            window.add(ended, ended - began)
            if config.think:
                await asyncio.sleep(config.think)

    async def run() -> None:
        allowed = asyncio.Event()
        count = config.users if config.own_clients else 1
        clients = [AsyncQdrantClient(**config.settings().async_arguments()) for _ in range(count)]

        def let(work: bool) -> None:
            loop.call_soon_threadsafe(allowed.set if work else allowed.clear)

        arguments = (window, sys.stdin.readline, time.sleep, let)
        threading.Thread(target=serve, args=arguments, daemon=True).start()
        await asyncio.gather(*(user(clients[i % count], allowed) for i in range(config.users)))

    loop.run_until_complete(run())


def harness(config: ArmConfig) -> None:
    """Run the users of this project under Locust."""
    import asyncio

    from locust_qdrant import AsyncQdrantUser  # isort: skip - before Locust
    from locust import constant, task
    from locust_qdrant.locust_plugin.session import session_of
    from locust_qdrant.metrics.record import now

    what = requests()
    window = Window()
    allowed = asyncio.Event()
    offset = now() - time.perf_counter()

    class User(AsyncQdrantUser):
        wait_time = constant(config.think)
        host = config.url
        kinds: Any = None

        def client_settings(self) -> Any:
            return config.settings()

        @task
        async def work(self) -> None:
            await allowed.wait()
            self.kinds = self.kinds or cycle(KINDS)
            method, arguments = what[next(self.kinds)]
            await getattr(self.client, method)(config.collection, **arguments)

    environment = _environment(User)
    session = session_of(environment)
    session.bridge.listeners.append(lambda record: window.add(record.end - offset, record.seconds))

    def let(work: bool) -> None:
        session.loop.call(allowed.set if work else allowed.clear)

    _serve_under_locust(environment, config, window, let)


def blind(config: ArmConfig) -> None:
    """Run the same, but let nobody look at the stations of a request."""
    from locust_qdrant import AsyncQdrantUser  # noqa: F401 - before whatever Locust imports
    from locust_qdrant.client import observed

    observed.observe_async = lambda client: None
    harness(config)


def run(config: ArmConfig) -> None:
    """Run `locust-qdrant run`, with a collection, vectors and checks of its own, when told to."""
    import subprocess
    import tempfile
    from pathlib import Path

    client = ["--grpc"] if config.prefer_grpc else ["--transport", config.transport]
    client += [] if config.prefer_grpc or config.compression else ["--no-compression"]
    print("ready", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        while line := sys.stdin.readline():
            subprocess.run(
                [
                    *(sys.executable, "-m", "locust_qdrant", "run", "--host", config.url),
                    *("--grpc-port", str(config.grpc), *client, "--timeout", "30"),
                    *("--mix", "query=4,upsert=1", "--points", str(POINTS)),
                    *("--dim", str(DIMENSION), "--limit", str(LIMIT)),
                    *("--users", str(config.users), "--think-time", f"{config.think}s"),
                    *("--warm-up", f"{WARM_UP_SECONDS}s", "--duration", f"{float(line)}s"),
                    *("--allow-invalid", "--json", str(report)),
                ],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                check=True,
            )
            (path,) = json.loads(report.read_text())["paths"]
            total = path["operations"][-1]
            made = sum(each["figures"]["requests"] for each in path["phases"])
            outcome = {
                "rate": total["rate"],
                "cpu": path["cpu_seconds"] / made,
                "p50": total["latency"]["p50"] * 1000,
                "p99": total["latency"]["p99"] * 1000,
            }
            print(json.dumps(outcome), flush=True)


def peer(config: ArmConfig) -> None:
    """Run Locust's own user for Qdrant, as it is meant to be run, and gRPC made to work."""
    from gevent import monkey

    monkey.patch_all()
    from gevent.event import Event
    from locust import constant, task
    from locust.contrib.qdrant import QdrantUser

    if config.prefer_grpc:
        from grpc.experimental import gevent as grpc_gevent

        grpc_gevent.init_gevent()
    what = requests()
    window = Window()
    allowed = Event()
    settings = config.settings().arguments()
    for each in ("url", "api_key", "timeout"):
        settings.pop(each)

    class User(QdrantUser):
        wait_time = constant(config.think)
        host = url = config.url
        collection_name = config.collection
        timeout = 30
        client_kwargs = settings
        kinds: Any = None

        @task
        def work(self) -> None:
            allowed.wait()
            self.kinds = self.kinds or cycle(KINDS)
            kind = next(self.kinds)
            began = time.perf_counter()
            if kind == "query":
                self.search(what["query"][1]["query"], limit=LIMIT)
            else:
                self.upsert(what["upsert"][1]["points"])
            ended = time.perf_counter()
            window.add(ended, ended - began)

    def let(work: bool) -> None:
        if work:
            allowed.set()
        else:
            allowed.clear()

    _serve_under_locust(_environment(User), config, window, let)


def _environment(user: Any) -> Any:
    from locust import events
    from locust.env import Environment

    # With Locust's global events, which its own user fires.
    environment = Environment(user_classes=[user], events=events)
    environment.create_local_runner()
    return environment


def _serve_under_locust(
    environment: Any, config: ArmConfig, window: Window, let: Callable[[bool], None]
) -> None:
    import gevent

    runner = environment.runner
    runner.start(config.users, spawn_rate=config.users)
    while runner.user_count < config.users:
        gevent.sleep(0.05)
    threads = gevent.get_hub().threadpool
    serve(window, lambda: threads.apply(sys.stdin.readline), gevent.sleep, let)


ARMS = {"bare": bare, "harness": harness, "blind": blind, "peer": peer, "run": run}

if __name__ == "__main__":
    ARMS[sys.argv[1]](ArmConfig(**json.loads(sys.argv[2])))
