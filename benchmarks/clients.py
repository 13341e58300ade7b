"""What each way to make an asynchronous client gives on a server.

Prints the table of docs/why-is-my-async-client-slow.md.

    python benchmarks/clients.py --host http://localhost:6333 [--grpc-port 6334] [--seconds 2]

Bare clients on uvloop, in one process: queries of 10 hits with 400 characters of payload, in a
collection of its own that is removed. The arms take turns, in an order drawn for each round; a cell
is the median of the rounds: requests a second; p50 in ms; processor time of this process in ms a
request.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import secrets
import statistics
import time
from importlib.metadata import version
from typing import NamedTuple

import uvloop
from locust_qdrant.client.factory import ClientSettings
from qdrant_client import AsyncQdrantClient, models

DIM, POINTS, HITS, PAYLOAD = 64, 500, 10, 400
PACKAGES = ("qdrant-client", "httpx", "httpcore", "aiohttp", "httpx2", "grpcio", "uvloop")

#: Each arm by the words of its row: what its client is made of besides the address.
ARMS = {
    "as it comes for a remote host (100 connections, 20 kept)": {},
    "the same, `accept-encoding: identity`": {"compression": False},
    "over the transport of `httpx-aiohttp`": {"transport": "aiohttp"},
    "aiohttp and `identity`": {"transport": "aiohttp", "compression": False},
    "httpx2 and `identity`": {"transport": "httpx2", "compression": False},
    "gRPC": {"grpc": True},
}


class Cell(NamedTuple):
    """Requests a second, p50 and processor time of a request in milliseconds."""

    rate: float
    p50: float
    cpu: float


async def measure(settings: ClientSettings, name: str, users: int, seconds: float) -> Cell:
    """Let that many users query for that long with a new client, and return their figures."""
    client = AsyncQdrantClient(**settings.async_arguments())
    vector = [random.random() for _ in range(DIM)]
    taken: list[float] = []

    async def user(end: float) -> None:
        while (began := time.perf_counter()) < end:
            await client.query_points(name, vector, limit=HITS, with_payload=True)
            taken.append(time.perf_counter() - began)

    # A connection is quick at first: Linux acknowledges its first answers at once.
    await asyncio.gather(*(user(time.perf_counter() + seconds / 4) for _ in range(users)))
    taken.clear()
    began, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(user(began + seconds) for _ in range(users)))
    passed, used = time.perf_counter() - began, time.process_time() - cpu
    await client.close()
    count = len(taken)
    return Cell(count / passed, statistics.median(taken) * 1000, used / count * 1000)


async def main(options: argparse.Namespace) -> None:
    """Fill a collection, let the arms take turns, and print the table."""
    plain = ClientSettings(options.host, grpc_port=options.grpc_port, timeout=60)
    helper = AsyncQdrantClient(**plain.plumbing().arguments())
    name = f"locust_qdrant_clients_{secrets.token_hex(4)}"
    config = models.VectorParams(size=DIM, distance=models.Distance.COSINE)
    await helper.create_collection(name, vectors_config=config)
    try:
        points = [
            models.PointStruct(
                id=number,
                vector=[random.random() for _ in range(DIM)],
                payload={"text": secrets.token_urlsafe(PAYLOAD)[:PAYLOAD]},
            )
            for number in range(POINTS)
        ]
        await helper.upsert(name, points, wait=True)
        cells: dict[tuple[str, int], list[Cell]] = {}
        for _ in range(options.rounds):
            jobs = [(arm, users) for arm in ARMS for users in options.users]
            random.shuffle(jobs)
            for arm, users in jobs:
                settings = ClientSettings(
                    options.host, grpc_port=options.grpc_port, timeout=60, **ARMS[arm]
                )
                cell = await measure(settings, name, users, options.seconds)
                cells.setdefault((arm, users), []).append(cell)
        server = (await helper.info()).version
    finally:
        await helper.delete_collection(name)
        await helper.close()
    print(f"Qdrant {server}; " + ", ".join(f"{each} {version(each)}" for each in PACKAGES))
    print(
        "\n| client | "
        + " | ".join(f"{users} user{'s' if users > 1 else ''}" for users in options.users)
        + " |"
    )
    print("| --- |" + " --- |" * len(options.users))
    for arm in ARMS:
        row = []
        for users in options.users:
            rate, p50, cpu = (
                statistics.median(values) for values in zip(*cells[arm, users], strict=True)
            )
            row.append(f"{rate:,.0f}; {p50:,.1f}; {cpu:.2f}")
        print(f"| {arm} | " + " | ".join(row) + " |")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", required=True)
    parser.add_argument("--grpc-port", type=int, default=6334)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--users", type=int, nargs="+", default=[1, 10, 50, 200])
    uvloop.run(main(parser.parse_args()))
