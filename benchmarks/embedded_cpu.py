"""What does a query cost the embedded engine, and what a Qdrant server?

    python benchmarks/embedded_cpu.py [--server URL GRPC_PORT PID] [--rounds 9] [--queries 300]

2,000 points of 128 dimensions are asked for their 10 nearest with payload, one query after the
other, over REST and over gRPC. The CPU time of the processes that answer is divided by the number
of queries. The servers take turns, round by round, so that both have the same machine; printed are
the medians in milliseconds, with the lowest and highest round.

--server names a Qdrant that runs on this machine, and its process id; without it only the embedded
engine is measured, which is started here.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import statistics
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import grpc
import psutil
from locust_qdrant.embedded import EmbeddedServer
from qdrant_client import grpc as pb

if TYPE_CHECKING:
    from collections.abc import Callable

_POINTS, _SIZE, _LIMIT, _BATCH = 2_000, 128, 10, 500
_NAME = "embedded_cpu"
_WARM_UP = 300
_JSON = {"content-type": "application/json"}
_MS = 1_000


class Server:
    """One server: how it is asked, and which processes answer."""

    def __init__(self, name: str, url: str, grpc_port: int, pid: int) -> None:
        self.name = name
        host = urlsplit(url).hostname or "127.0.0.1"
        self._rest = http.client.HTTPConnection(host, urlsplit(url).port)
        self._query = grpc.insecure_channel(f"{host}:{grpc_port}").unary_unary(
            "/qdrant.Points/Query"
        )
        whole = psutil.Process(pid)
        self._processes = [whole, *whole.children(recursive=True)]

    def reconnect(self) -> None:
        """Open the connection anew: one that was idle while others had their turn is closed."""
        self._rest.close()

    def ask(self, method: str, path: str, body: bytes) -> None:
        """Send one request over REST, and read the answer."""
        self._rest.request(method, path, body, _JSON)
        answer = self._rest.getresponse()
        said = answer.read()
        if answer.status != http.HTTPStatus.OK and method != "DELETE":
            raise SystemExit(f"{self.name}: {method} {path}: {said[:300]!r}")

    def query_rest(self, vector: list[float]) -> None:
        """Send one query over REST."""
        body = {"query": vector, "limit": _LIMIT, "with_payload": True}
        self.ask("POST", f"/collections/{_NAME}/points/query", json.dumps(body).encode())

    def query_grpc(self, vector: list[float]) -> None:
        """Send one query over gRPC."""
        nearest = pb.Query(nearest=pb.VectorInput(dense=pb.DenseVector(data=vector)))
        wanted = pb.WithPayloadSelector(enable=True)
        message = pb.QueryPoints(
            collection_name=_NAME, query=nearest, limit=_LIMIT, with_payload=wanted
        )
        self._query(message.SerializeToString(), timeout=60)

    def cpu_seconds(self) -> float:
        """Return what its processes have used so far."""
        return sum(sum(process.cpu_times()[:2]) for process in self._processes)


def main() -> None:
    """Measure, and print a line a server and protocol."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--server", nargs=3, metavar=("URL", "GRPC_PORT", "PID"))
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--queries", type=int, default=300, help="in a round")
    options = parser.parse_args()
    with EmbeddedServer() as started:
        servers = [Server("embedded engine", started.url, started.grpc_port, started.pid)]
        if options.server is not None:
            url, grpc_port, pid = options.server
            servers.append(Server("server", url, int(grpc_port), int(pid)))
        for server in servers:
            fill(server)
        for protocol in ("REST", "gRPC"):
            costs = measured(servers, protocol, options.rounds, options.queries)
            for server, rounds in zip(servers, costs, strict=True):
                middle = statistics.median(rounds)
                span = f"{min(rounds):.2f} to {max(rounds):.2f}"
                print(f"{protocol:5} {server.name:16} {middle:.2f} ms a query ({span})")
        for server in servers:
            server.reconnect()
            server.ask("DELETE", f"/collections/{_NAME}", b"")


def fill(server: Server) -> None:
    """Make the collection."""
    chance = random.Random(0)
    server.ask("DELETE", f"/collections/{_NAME}", b"")
    vectors = {"size": _SIZE, "distance": "Cosine"}
    server.ask("PUT", f"/collections/{_NAME}", json.dumps({"vectors": vectors}).encode())
    for begin in range(0, _POINTS, _BATCH):
        points: list[dict[str, Any]] = [
            {
                "id": number,
                "vector": a_vector(chance),
                "payload": {"group": number % 10, "text": "a few words", "number": number / 7},
            }
            for number in range(begin, begin + _BATCH)
        ]
        body = json.dumps({"points": points}).encode()
        server.ask("PUT", f"/collections/{_NAME}/points?wait=true", body)


def a_vector(chance: random.Random) -> list[float]:
    """Return some vector."""
    return [round(chance.uniform(-1, 1), 6) for _ in range(_SIZE)]


def measured(servers: list[Server], protocol: str, rounds: int, queries: int) -> list[list[float]]:
    """Return what a query took each server in each round, in milliseconds."""
    chance = random.Random(1)
    vectors = [a_vector(chance) for _ in range(queries)]
    variants: list[Callable[[list[float]], None]] = [
        server.query_rest if protocol == "REST" else server.query_grpc for server in servers
    ]
    for server, variant in zip(servers, variants, strict=True):
        server.reconnect()
        for number in range(_WARM_UP):
            variant(vectors[number % queries])
    costs: list[list[float]] = [[] for _ in servers]
    for _ in range(rounds):
        for server, variant, cost in zip(servers, variants, costs, strict=True):
            server.reconnect()
            before = server.cpu_seconds()
            for vector in vectors:
                variant(vector)
            cost.append((server.cpu_seconds() - before) / queries * _MS)
    return costs


if __name__ == "__main__":
    main()
