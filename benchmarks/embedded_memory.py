"""Does the memory of the embedded engine grow while it stands and is used?

    python benchmarks/embedded_memory.py [--minutes 60] [--rate 20]

Traffic of every kind goes to one server over REST and gRPC, at a low rate and over a fixed set of
points, and collections come and go. Every minute the memory of its processes is printed, in MB.
At the end the medians of the second and the last quarter are compared: the first quarter fills
caches. The exit code is 1 if a process has grown by more than a tenth and 5 MB.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from collections import defaultdict
from pathlib import Path

import psutil
from locust_qdrant.embedded import EmbeddedServer
from qdrant_client import QdrantClient, models

_SIZE, _POINTS = 64, 4_000
_MB = 1024 * 1024
_KINDS = (
    "upsert",
    "query",
    "query",
    "upsert",
    "scroll",
    "query",
    "count",
    "upsert",
    "query",
    "delete",
)
_PASSING_EVERY = 500
# The machine may have other work to do.
_PATIENCE_SECONDS = 60


def main() -> int:
    """Make traffic, print the memory, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--rate", type=float, default=20.0, help="requests a second")
    options = parser.parse_args()
    kept: defaultdict[str, list[float]] = defaultdict(list)
    with EmbeddedServer() as server:
        clients = [
            QdrantClient(
                url=server.url,
                grpc_port=server.grpc_port,
                prefer_grpc=grpc,
                timeout=_PATIENCE_SECONDS,
            )
            for grpc in (False, True)
        ]
        _create(clients[0], "kept")
        begin = time.monotonic()
        next_sample = begin
        now, number = begin, 0
        while now < begin + options.minutes * 60:
            _request(random.choice(clients), number)
            number += 1
            now = time.monotonic()
            if now >= next_sample:
                next_sample += 60
                memory = resident(server.pid)
                for name, size in memory.items():
                    kept[name].append(size)
                shown = "  ".join(f"{name} {size:.1f}" for name, size in memory.items())
                print(f"{(now - begin) / 60:5.1f} min  {number:7} requests  {shown}", flush=True)
            time.sleep(max(0.0, begin + number / options.rate - now))
        for client in clients:
            client.close()
    grown = [name for name, sizes in kept.items() if _grown(name, sizes) and name != "files"]
    return 1 if grown else 0


def resident(pid: int) -> dict[str, float]:
    """Return the resident memory of a server's processes, in MB: its frontends and its engine.

    What the engine has mapped of its files, its log above all, stands apart: the operating system
    may take that back.
    """
    front = psutil.Process(pid)
    engine = next(child for child in front.children() if _is_engine(child))
    memory, engine_memory = front.memory_info(), engine.memory_info()
    return {
        "frontends": (memory.rss - memory.shared) / _MB,
        "engine": (engine_memory.rss - engine_memory.shared) / _MB,
        "files": engine_memory.shared / _MB,
    }


def _is_engine(process: psutil.Process) -> bool:
    return any("engine.main" in Path(part).name for part in process.cmdline())


def _grown(name: str, sizes: list[float]) -> bool:
    quarter = max(1, len(sizes) // 4)
    early, late = (
        statistics.median(sizes[quarter : 2 * quarter] or sizes),
        statistics.median(sizes[-quarter:]),
    )
    print(f"{name}: {early:.1f} MB in the second quarter, {late:.1f} MB in the last")
    return late > early * 1.1 and late > early + 5


def _create(client: QdrantClient, name: str) -> None:
    client.create_collection(
        name,
        vectors_config=models.VectorParams(size=_SIZE, distance=models.Distance.COSINE),
        optimizers_config=models.OptimizersConfigDiff(indexing_threshold=500),
    )
    client.create_payload_index(name, "group", models.PayloadSchemaType.INTEGER)


def _points(count: int) -> list[models.PointStruct]:
    return [
        models.PointStruct(
            id=random.randrange(_POINTS),
            vector=_vector(),
            payload={"group": random.randrange(50), "text": "word " * random.randrange(40)},
        )
        for _ in range(count)
    ]


def _vector() -> list[float]:
    return [random.gauss(0, 1) for _ in range(_SIZE)]


def _request(client: QdrantClient, number: int) -> None:
    if (number + 1) % _PASSING_EVERY == 0:
        name = f"passing-{number}"
        _create(client, name)
        client.upsert(name, _points(50))
        client.delete_collection(name)
        return
    group = models.Filter(
        must=[
            models.FieldCondition(key="group", match=models.MatchValue(value=random.randrange(50)))
        ]
    )
    kind = _KINDS[number % len(_KINDS)]
    if kind == "upsert":
        client.upsert("kept", _points(8))
    elif kind == "query":
        client.query_points("kept", query=_vector(), query_filter=group, with_vectors=True)
    elif kind == "scroll":
        client.scroll("kept", limit=50)
    elif kind == "count":
        client.count("kept", count_filter=group)
    else:
        client.delete("kept", models.FilterSelector(filter=group))


if __name__ == "__main__":
    sys.exit(main())
