"""What the probe costs a service at rest: throughput and processor time, with and without it.

    python benchmarks/probe.py [--rounds 40] [--seconds 0.5] [--loop uvloop] [--connections 8]

A plain ASGI app under uvicorn, in a process of its own, answers requests as fast as it can. It is
the same process in all rounds, and the probe is switched on and off between them, so that neither
the memory's layout nor the machine's mood is measured; which comes first changes from pair to pair.
Printed are medians of the ratios of each pair, with a 95 % interval from a bootstrap.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import random
import statistics
import time
from typing import TYPE_CHECKING, Any, NamedTuple

import uvicorn
from locust_qdrant.probe import LoopProbe

if TYPE_CHECKING:
    from collections.abc import Sequence
    from multiprocessing.connection import Connection

_RESAMPLES = 5_000
_WARM_UP_ROUNDS = 2
#: Traffic between a switch and its round, so that the start of a probe is not measured with it.
_SETTLING_SECONDS = 0.1
_INTERVAL = (0.025, 0.975)


class Round(NamedTuple):
    """What one round gave: requests a wall second, and processor seconds a request."""

    rate: float
    cost: float


def serve(loop: str, ready: Connection) -> None:
    """Run the service; `/on` and `/off` switch the probe, and every answer has the time used."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            raise NotImplementedError  # meant: nobody asks for a websocket here
        if scope["path"] in {"/on", "/off"}:
            probes.pop().stop()
            probes.append(LoopProbe())
            if scope["path"] == "/on":
                probes[0].start()
        body = json.dumps({"cpu": time.process_time()}).encode()
        head = [(b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        await send({"type": "http.response.body", "body": body})

    async def main() -> None:
        config = uvicorn.Config(
            app, port=0, loop=loop, http="httptools", lifespan="off", log_level="error"
        )
        server = uvicorn.Server(config)
        serving = asyncio.ensure_future(server.serve())
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)
        ready.send(server.servers[0].sockets[0].getsockname()[1])
        await serving

    probes = [LoopProbe()]
    if loop == "uvloop":
        import uvloop

        uvloop.run(main())
    else:
        asyncio.run(main())


async def ask(port: int, path: str) -> float:
    """Send one request, and return the processor time that the service had used by then."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    used = await _exchange(reader, writer, path)
    writer.close()
    return used


async def _exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> float:
    writer.write(f"GET {path} HTTP/1.1\r\nhost: x\r\n\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    return float(json.loads(await reader.readexactly(length))["cpu"])


async def measure(port: int, connections: int, seconds: float) -> Round:
    """Drive closed traffic over some connections for a time."""
    end = time.perf_counter() + seconds

    async def user() -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        count = 0
        while time.perf_counter() < end:
            await _exchange(reader, writer, "/")
            count += 1
        writer.close()
        return count

    cpu, began = await ask(port, "/"), time.perf_counter()
    requests = sum(await asyncio.gather(*(user() for _ in range(connections))))
    took, used = time.perf_counter() - began, await ask(port, "/") - cpu
    return Round(requests / took, used / requests)


def interval(ratios: Sequence[float]) -> tuple[float, float]:
    """Return the 95 % percentile bootstrap interval of a median (Efron 1979)."""
    draw = random.Random(0)
    medians = sorted(
        statistics.median(draw.choices(ratios, k=len(ratios))) for _ in range(_RESAMPLES)
    )
    low, high = (medians[int(share * (_RESAMPLES - 1))] for share in _INTERVAL)
    return low, high


def report(name: str, ratios: Sequence[float]) -> None:
    """Print a ratio as percent more or less than without the probe."""
    low, high = interval(ratios)
    shown = [f"{(ratio - 1) * 100:+.2f} %" for ratio in (statistics.median(ratios), low, high)]
    print(f"{name:28} {shown[0]:>9}   95 % interval {shown[1]} to {shown[2]}")


async def rounds(port: int, options: argparse.Namespace) -> tuple[list[Round], list[Round]]:
    """Return the rounds without and with the probe, in pairs."""
    found: dict[str, list[Round]] = {"/off": [], "/on": []}
    for number in range(-_WARM_UP_ROUNDS, options.rounds):
        for switch in ("/off", "/on") if number % 2 else ("/on", "/off"):
            await ask(port, switch)
            await measure(port, options.connections, _SETTLING_SECONDS)
            one = await measure(port, options.connections, options.seconds)
            if number >= 0:
                found[switch].append(one)
    return found["/off"], found["/on"]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=0.5)
    parser.add_argument("--loop", choices=("asyncio", "uvloop"), default="uvloop")
    parser.add_argument("--connections", type=int, default=8)
    options = parser.parse_args()
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    service = context.Process(target=serve, args=(options.loop, sender), daemon=True)
    service.start()
    try:
        without, having = asyncio.run(rounds(receiver.recv(), options))
    finally:
        service.kill()
    print(
        f"{options.loop}, {options.rounds} pairs of rounds of {options.seconds} s, "
        f"{options.connections} connections: with the probe, against without"
    )
    pairs = list(zip(without, having, strict=True))
    report("requests a second", [with_.rate / bare.rate for bare, with_ in pairs])
    report("processor time a request", [with_.cost / bare.cost for bare, with_ in pairs])


if __name__ == "__main__":
    main()
