"""How much the load test itself costs: beside a bare loop, beside Locust's own user, beside a stub.

    python benchmarks/load.py [--rounds 7] [--seconds 1] [--users 1 10 50 200]
        [--protocols REST aiohttp gRPC] [--parts others floor]
        [--host http://127.0.0.1:6333 --grpc-port 6334]

Everything talks to `load_stub.py`, a process that answers after a constant time and computes
nothing; or with `--host`, all but the floor to a Qdrant server, in a collection of its own that is
removed. The arms take turns, in an order drawn for each round, so that a change of the machine's
mood hits all of them; a ratio is that of two runs of the same round, printed as the median of the
rounds with a bootstrap interval. `throughput` is requests a second, `CPU` the processor time of a
request. On a machine with other work to do, the second is the steadier of the two. Over REST, all
but the peer ask for answers that are not compressed: a server would hold compressed ones back.

1. harness / bare: users of this project under Locust, beside coroutines on a plain uvloop loop, all
   with one client and what a remote host gets for a pool. Goal: a throughput of at least 0.95.
2. harness / peer: beside `locust.contrib.qdrant.QdrantUser`, as it comes, which makes a client for
   each user. So does the harness over REST; over gRPC its users share one, and over aiohttp, which
   the peer has not, they share one and the peer talks REST. Goals: above 1; over aiohttp at 50
   users, 2. With `--host` also beside a peer that asks for no compression either.
3. harness / blind: beside itself with nobody looking at the stations of a request. Goal: a
   throughput of at least 0.97.
4. run / bare, with `--host`: `locust-qdrant run`, which makes vectors for each request, checks each
   answer and keeps books of each write, beside that plain loop, which does nothing of the kind.
5. floor: at moderate load, p50 and p99 as the harness reports them, less what the stub imposed from
   a request's arrival to its answer. Goal: at most 1 ms or 5 %, whichever is more. The client's own
   work is in it, so a bare loop with the same client stands beside it.
"""

from __future__ import annotations

import argparse
import json
import random
import secrets
import statistics
import subprocess
import sys
from collections import defaultdict
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from load_arms import DIMENSION, POINTS, ArmConfig, requests

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import TracebackType

HERE = Path(__file__).parent
RESAMPLES = 2_000

#: Milliseconds after which the stub answers: under load, and at the floor.
BUSY_MS, FLOOR_MS = 10, 20
FLOOR_USERS, FLOOR_THINK_SECONDS, FLOOR_FACTOR = 10, 0.1, 2
ALLOWED_MS, ALLOWED_SHARE = 1.0, 0.05


class Child:
    """A process that answers each line of its input with one line."""

    def __init__(self, script: str, *arguments: str) -> None:
        self._command = [sys.executable, str(HERE / script), *arguments]

    def __enter__(self) -> Child:
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.greeting = self._line()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def ask(self, question: object = "") -> str:
        """Return the answer to a line."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{question}\n")
        self._process.stdin.flush()
        return self._line()

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            sys.exit(f"{' '.join(self._command[1:])} ended.")
        return line


class Server(NamedTuple):
    """Whom the arms ask: address of the REST API, port of gRPC, name of the collection."""

    url: str
    grpc: int
    collection: str = "bench"


def stubbed(stub: Child) -> Server:
    """Return the stub as a server."""
    rest, grpc = map(int, stub.greeting.split())
    return Server(f"http://127.0.0.1:{rest}", grpc)


@contextmanager
def filled(url: str, grpc: int) -> Iterator[Server]:
    """Enter with a Qdrant server that has a collection for the arms, and leave it without."""
    from qdrant_client import QdrantClient, models

    client = QdrantClient(url, grpc_port=grpc, timeout=60, check_compatibility=False)
    server = Server(url, grpc, f"locust_qdrant_load_{secrets.token_hex(4)}")
    vectors = models.VectorParams(size=DIMENSION, distance=models.Distance.COSINE)
    client.create_collection(server.collection, vectors_config=vectors)
    try:
        (first, *_) = requests()["upsert"][1]["points"]
        points = [
            first.model_copy(update={"id": i, "vector": [random.random() for _ in first.vector]})
            for i in range(POINTS)
        ]
        client.upload_points(server.collection, points, wait=True)
        print(f"Qdrant {client.info().version}")
        yield server
    finally:
        client.delete_collection(server.collection)
        client.close()


class Arm(NamedTuple):
    """What runs, whether each user has a client of its own, whether it asks for compression."""

    name: str
    own_clients: bool = False
    compression: bool = False

    def start(self, server: Server, protocol: str, users: int, think: float = 0.0) -> Child:
        """Return the process that will run it against the server."""
        # The peer knows no other transport.
        other = protocol == "aiohttp" and self.name != "peer"
        config = ArmConfig(
            **server._asdict(),
            prefer_grpc=protocol == "gRPC",
            users=users,
            transport="aiohttp" if other else "httpx",
            compression=self.compression,
            think=think,
            own_clients=self.own_clients,
        )
        return Child("load_arms.py", self.name, json.dumps(asdict(config)))


BARE, HARNESS = Arm("bare"), Arm("harness")
PEER, PEER_PLAIN = Arm("peer", own_clients=True, compression=True), Arm("peer", own_clients=True)
HARNESS_OWN, BLIND, RUN = Arm("harness", own_clients=True), Arm("blind"), Arm("run")


def ratio(over: Sequence[float], under: Sequence[float]) -> str:
    """Return the median of the rounds' ratios, and the interval in which 95 % of resamples fall."""
    ratios = [a / b for a, b in zip(over, under, strict=True)]
    rng = random.Random(0)
    medians = sorted(
        statistics.median(rng.choices(ratios, k=len(ratios))) for _ in range(RESAMPLES)
    )
    low, high = medians[int(0.025 * RESAMPLES)], medians[int(0.975 * RESAMPLES) - 1]
    return f"{statistics.median(ratios):.2f} [{low:.2f}, {high:.2f}]"


def beside_others(server: Server, options: argparse.Namespace) -> None:
    """Print what the harness costs beside a bare loop and beside Locust's own user."""
    real = options.host is not None
    heads = ["harness / bare", "harness / peer", "harness / blind"]
    heads += ["harness / plain peer", "run / bare"] if real else []
    print(f"{'':8} {'':6} " + "   ".join(f"{head:^39}" for head in heads))
    figures = "   ".join([f"{'throughput':^19} {'CPU':^19}"] * len(heads))
    print(f"{'':8} {'users':>6} {figures}   requests/s of bare and peer")
    for protocol in options.protocols:
        beside_peer = HARNESS_OWN if protocol == "REST" else HARNESS
        pairs = [(HARNESS, BARE), (beside_peer, PEER), (HARNESS, BLIND)]
        pairs += [(beside_peer, PEER_PLAIN), (RUN, BARE)] if real else []
        arms = list(dict.fromkeys(arm for pair in pairs for arm in pair))
        for users in options.users:
            found: dict[str, dict[Arm, list[float]]] = {
                figure: defaultdict(list) for figure in ("rate", "cpu")
            }
            with ExitStack() as stack:
                running = {
                    arm: stack.enter_context(arm.start(server, protocol, users)) for arm in arms
                }
                for number in range(options.rounds):
                    for arm in random.Random(number).sample(arms, len(arms)):
                        outcome = json.loads(running[arm].ask(options.seconds))
                        for figure, values in found.items():
                            values[arm].append(outcome[figure])
            cells = [
                ratio(values[over], values[under])
                for over, under in pairs
                for values in found.values()
            ]
            line = "   ".join(f"{rate:^19} {cpu:^19}" for rate, cpu in batched(cells))
            rates = " ".join(
                f"{statistics.median(found['rate'][arm]):,.0f}" for arm in (BARE, PEER)
            )
            print(f"{protocol:8} {users:6} {line}   {rates}", flush=True)


def batched(cells: Sequence[str]) -> list[tuple[str, str]]:
    """Return the cells in pairs."""
    return list(zip(cells[::2], cells[1::2], strict=True))


def floor(stub: Child, options: argparse.Namespace) -> None:
    """Print what the harness, and a bare client, report above what the stub imposed."""
    print(
        f"\nfloor: {FLOOR_USERS} users, {FLOOR_THINK_SECONDS:g} s apart, answers after "
        f"{FLOOR_MS} ms; in ms, medians of the rounds"
    )
    print(f"{'':12} {'':4} {'imposed':>8} {'harness':>8} {'bare':>8} {'allowed':>8}")
    for protocol in options.protocols:
        above: dict[Arm, list[tuple[float, float]]] = defaultdict(list)
        imposed: list[tuple[float, float]] = []
        with ExitStack() as stack:
            running = {
                arm: stack.enter_context(
                    arm.start(stubbed(stub), protocol, FLOOR_USERS, FLOOR_THINK_SECONDS)
                )
                for arm in (HARNESS, BARE)
            }
            for number in range(options.rounds):
                for arm in random.Random(number).sample(list(running), len(running)):
                    stub.ask()
                    outcome = json.loads(running[arm].ask(FLOOR_FACTOR * options.seconds))
                    p50, p99 = map(float, stub.ask().split())
                    imposed.append((p50, p99))
                    above[arm].append((outcome["p50"] - p50, outcome["p99"] - p99))
        for place, name in enumerate(("p50", "p99")):
            base = statistics.median(each[place] for each in imposed)
            harness, bare = (
                statistics.median(each[place] for each in above[arm]) for arm in (HARNESS, BARE)
            )
            allowed = max(ALLOWED_MS, ALLOWED_SHARE * base)
            print(
                f"{protocol:12} {name:4} {base:8.1f} {harness:+8.1f} {bare:+8.1f} {allowed:+8.1f}",
                flush=True,
            )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=1.0, help="measured in each run")
    parser.add_argument("--users", type=int, nargs="+", default=[1, 10, 50, 200])
    parser.add_argument("--protocols", nargs="+", default=["REST", "aiohttp", "gRPC"])
    parser.add_argument("--parts", nargs="+", default=["others", "floor"])
    parser.add_argument("--host", help="a Qdrant server; without it, the stub is asked")
    parser.add_argument("--grpc-port", type=int, default=6334)
    options = parser.parse_args()
    print(f"{options.rounds} rounds of {options.seconds:g} s")
    if "others" in options.parts and options.host:
        with filled(options.host, options.grpc_port) as server:
            beside_others(server, options)
    elif "others" in options.parts:
        print(f"stub, answers after {BUSY_MS} ms")
        with Child("load_stub.py", str(BUSY_MS)) as stub:
            beside_others(stubbed(stub), options)
    if "floor" in options.parts:
        with Child("load_stub.py", str(FLOOR_MS)) as stub:
            floor(stub, options)


if __name__ == "__main__":
    main()
