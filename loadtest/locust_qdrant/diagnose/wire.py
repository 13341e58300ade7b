"""What happens on the wire between client and server: six problems that no profile shows."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import deque
from contextlib import suppress
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from statistics import median
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from qdrant_client import AsyncQdrantClient, models

from locust_qdrant.client.factory import ClientSettings, async_client
from locust_qdrant.client.failures import SERVER_FAILURES
from locust_qdrant.diagnose.bench import vectors
from locust_qdrant.diagnose.problem import Diagnosis, in_rounds
from locust_qdrant.diagnose.stub import Manners, forgetful_relay, stub

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from locust_qdrant.diagnose.bench import Bench
    from locust_qdrant.metrics.results import Client

_DIM = 64
_HITS, _PAYLOAD = 10, 400
#: Queries for one figure, and before them: Linux acknowledges the first of a connection at once.
_QUERIES, _QUICK = 20, 25
_STUB = "on a stub that does on the wire what Qdrant 1.18.2 does"


async def _query(client: AsyncQdrantClient, name: str = "any") -> None:
    await client.query_points(name, vectors(_DIM, 1)[0], limit=_HITS, with_payload=True)


async def _p50(client: AsyncQdrantClient, name: str = "any", queries: int = _QUERIES) -> float:
    """Return the median time of a query in milliseconds, on a connection that is not new."""
    taken = []
    for _ in range(_QUICK):
        await _query(client, name)
    for _ in range(queries):
        began = time.perf_counter()
        await _query(client, name)
        taken.append(time.perf_counter() - began)
    return median(taken) * 1000


async def _p50_of(settings: ClientSettings, name: str = "any", **extra: Any) -> float:  # noqa: ANN401
    client = AsyncQdrantClient(**{**settings.async_arguments(), **extra})
    try:
        return await _p50(client, name)
    finally:
        await client.close()


class Compression:
    """Compressed answers come in two pieces, 40 ms apart."""

    name = "compression"
    title = "compressed answers are held back 40 ms"
    remedy = "`AsyncQdrantClient(..., metadata={'accept-encoding': 'identity'})`, or prefer gRPC"
    rule = ""
    versions = "Qdrant 1.18.2; the source of 1.19.0 says the same"
    heading = "compressed-answers"

    async def examine(self, bench: Bench) -> Diagnosis:
        """Compare queries with payload on the given server with and without compression."""
        rest = replace(bench.settings, grpc=False)
        async with bench.collection(_DIM) as (name, client):
            payload = {"text": secrets.token_urlsafe(_PAYLOAD)[:_PAYLOAD]}
            await client.upsert(
                name,
                [
                    models.PointStruct(id=number, vector=vector, payload=payload)
                    for number, vector in enumerate(vectors(_DIM, _HITS))
                ],
            )
            comparison = await in_rounds(
                bench.rounds,
                "ms",
                partial(_p50_of, rest, name),
                partial(_p50_of, replace(rest, compression=False), name),
            )
        with stub(Manners(0, _HITS, _PAYLOAD, two_writes=True)) as url:
            there = replace(rest, url=url, api_key=None)
            held = await _p50_of(there)
            quick = await _p50_of(replace(there, compression=False))
        return Diagnosis(
            present=median(comparison.before) >= 20 + median(comparison.after),
            meaning=f"p50 of a query for {_HITS} hits with {_PAYLOAD} characters of payload",
            comparison=comparison,
            details=(
                "on the given server",
                f"{_STUB}: {held:,.1f} ms, without compression {quick:,.1f} ms",
            ),
        )


class Http2:
    """Frames of HTTP/2 that are written one by one."""

    name = "http2"
    title = "`http2=True` costs 40 ms a request"
    remedy = "leave out `http2=True`; gRPC is HTTP/2 without this"
    rule = ""
    versions = "Qdrant 1.18.2 over TLS"
    heading = "http2"

    async def examine(self, bench: Bench) -> Diagnosis:
        """Compare HTTP/2 with HTTP/1.1, on the given server if it has TLS, else on a stub."""
        meaning = "p50 of a query"
        if find_spec("h2") is None:
            return Diagnosis(None, meaning, None, ("it needs the package h2: pip install h2",))
        rest = replace(bench.settings, grpc=False, compression=False)
        if bench.settings.url.startswith("https:"):
            async with bench.collection(_DIM, points=_HITS) as (name, _):
                comparison = await in_rounds(
                    bench.rounds,
                    "ms",
                    partial(_p50_of, replace(rest, http2=True), name),
                    partial(_p50_of, rest, name),
                )
            where = "on the given server"
        else:
            where = f"{_STUB}, since the given one has no TLS"
            with stub(Manners(0, http2=True)) as framed, stub(Manners(0)) as plain:
                there = replace(rest, api_key=None)
                before = partial(_p50_of, replace(there, url=framed, http2=True), http1=False)
                comparison = await in_rounds(
                    bench.rounds, "ms", before, partial(_p50_of, replace(there, url=plain))
                )
        present = median(comparison.before) >= 20 + median(comparison.after)
        return Diagnosis(present, meaning, comparison, (where,))


class GivingUp:
    """Requests that are cancelled when they get a place in the pool."""

    name = "give-up"
    title = "callers that give up take connections with them"
    remedy = "another HTTP library under the client (aiohttp, httpx2), or gRPC"
    rule = ""
    versions = "httpcore 1.0.9; not httpcore 2, not aiohttp 3.14"
    heading = "callers-that-give-up"

    async def examine(self, bench: Bench) -> Diagnosis:
        """Compare how many of a few connections are held by nobody afterwards."""
        others = [name for name, module in _OTHERS if find_spec(module) is not None]
        with stub(Manners(latency=0.05)) as url:
            here = ClientSettings(url, connections=_POOL, timeout=1)
            remedy = replace(here, transport=others[0]) if others else here
            rounds = min(2, bench.rounds)
            comparison = await in_rounds(
                rounds, "held", partial(_held_after, here), partial(_held_after, remedy)
            )
        if not others:
            comparison.after[:] = [0.0] * rounds
        how = f"with {others[0]}" if others else "no other library is installed to compare with"
        return Diagnosis(
            present=median(comparison.before) > median(comparison.after),
            meaning=f"of {_POOL} connections, those held by nobody after callers gave up",
            comparison=comparison,
            details=("on a stub that answers after 50 ms", how),
        )


#: What else could move the bytes, and the module that it needs.
_OTHERS = (("aiohttp", "httpx_aiohttp"), ("httpx2", "httpx2"))
_POOL = 3
#: In one of so many turns of the loop a waiting request gets the place of a cancelled one.
_TURNS = 16


async def _held_after(settings: ClientSettings) -> float:
    """Return how many connections are held after requests were given up in every moment."""
    client = async_client(settings, deque(maxlen=0))
    for turns in range(_TURNS):
        every = [asyncio.create_task(client.get_collections()) for _ in range(_POOL + 1)]
        first, *_, waiting = every
        for _ in range(_TURNS):
            await asyncio.sleep(0)
        first.cancel()
        for _ in range(turns):
            await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(*every, return_exceptions=True)
    held = (await _once_quiet(settings, client)).held or 0
    await client.close()
    return float(held)


async def _once_quiet(settings: ClientSettings, client: AsyncQdrantClient) -> Client:
    # Who was cancelled cleans up behind itself.
    await asyncio.sleep(0.1)
    return settings.facts([client])


class Timeout:
    """A limit for each read, not for the request."""

    name = "timeout"
    title = "`timeout` is no limit over REST"
    remedy = "`async with asyncio.timeout(seconds):` around the call, or prefer gRPC"
    rule = ""
    versions = "httpx 0.28.1, every version of qdrant-client"
    heading = "timeout-is-no-limit"

    async def examine(self, bench: Bench) -> Diagnosis:
        """Compare how long a request takes whose answer comes in drops, with both limits."""
        pieces, pause = 3, 0.7
        with stub(Manners(0, drip=pieces, drip_seconds=pause)) as url:
            client = AsyncQdrantClient(**ClientSettings(url, timeout=1).arguments())

            async def as_it_is() -> float:
                return await _seconds(_query(client))

            async def limited() -> float:
                return await _seconds(asyncio.wait_for(_query(client), 1))

            comparison = await in_rounds(min(2, bench.rounds), "s", as_it_is, limited)
            await client.close()
        return Diagnosis(
            present=median(comparison.before) > NOTICEABLE,
            meaning="a request with `timeout=1` whose answer comes in drops",
            comparison=comparison,
            details=(f"on a stub that answers in {pieces} pieces, {pause:g} s apart",),
        )


#: Seconds from which a limit of one second was not kept.
NOTICEABLE = 1.15


class IdleConnections:
    """Both sides close what is idle, and one of them a moment too early."""

    name = "idle"
    title = "idle connections are closed under the client"
    remedy = "`limits=httpx.Limits(keepalive_expiry=4)`, below the server's 5 s"
    rule = ""
    versions = "Qdrant 1.18.2 closes after 5 s, httpx 0.28.1 after 5 s"
    heading = "idle-connections"

    async def examine(self, bench: Bench) -> Diagnosis:
        """Compare how many requests fail, with the server's limit and one below it."""
        idle, requests = 0.1, 5
        with stub(Manners(0, idle=idle)) as url:
            late = ClientSettings(url)
            soon = replace(late, keepalive_expiry=idle / 2)
            comparison = await in_rounds(
                min(2, bench.rounds),
                "failed",
                partial(_failed_after_pauses, late, requests, idle * 1.2),
                partial(_failed_after_pauses, soon, requests, idle * 1.2),
            )
        return Diagnosis(
            present=median(comparison.before) > median(comparison.after),
            meaning=f"failed of {requests} requests, each after a pause just above the server's",
            comparison=comparison,
            details=(
                f"on a stub that closes after {idle:g} s, just when the next request comes",
                "in life the two cross now and then",
            ),
        )


class IdleChannel:
    """Something between client and server that forgets a connection."""

    name = "grpc-idle"
    title = "gRPC does not notice that an idle connection was forgotten"
    remedy = (
        "`grpc_options={'grpc.keepalive_time_ms': 10_000, "
        "'grpc.keepalive_permit_without_calls': 1}`"
    )
    rule = ""
    versions = "grpcio 1.85"
    heading = "grpc-and-idle-connections"

    async def examine(self, bench: Bench) -> Diagnosis:
        """Compare how many calls fail after a pause, behind a relay that forgets."""
        host = urlsplit(bench.settings.url).hostname or ""
        meaning = f"failed of {_CALLS} calls after a pause of {_PAUSE:g} s"
        if bench.settings.url.startswith("https:"):
            why = "the relay that forgets has no certificate for a server with TLS"
            return Diagnosis(None, meaning, None, (why,))
        async with forgetful_relay(host, bench.settings.grpc_port, _FORGETS) as port:
            relayed = replace(
                bench.settings, url=_LOOPBACK, grpc=True, grpc_port=port, grpc_channels=1, timeout=1
            )
            alive = replace(
                relayed,
                grpc_options={
                    "grpc.keepalive_time_ms": int(_FORGETS * 200),
                    "grpc.keepalive_timeout_ms": 1000,
                    "grpc.keepalive_permit_without_calls": 1,
                    "grpc.http2.max_pings_without_data": 0,
                },
            )
            comparison = await in_rounds(
                1, "failed", partial(_failed_calls, relayed), partial(_failed_calls, alive)
            )
        return Diagnosis(
            present=median(comparison.before) > median(comparison.after),
            meaning=meaning,
            comparison=comparison,
            details=(f"through a relay that forgets what is idle for {_FORGETS:g} s",),
        )


_LOOPBACK = "http://127.0.0.1:6333"
#: gRPC sends no two pings within a second, whatever it is told, and counts those with which it
#: measures the line: what forgets sooner could forget in spite of them.
_CALLS, _FORGETS, _PAUSE = 3, 2.0, 2.6


async def _failed_calls(settings: ClientSettings) -> float:
    """Return how many of a few calls over gRPC fail that come after a pause."""
    # Channels to the same address would share a connection.
    options = {**settings.grpc_options, "grpc.use_local_subchannel_pool": 1}
    client = AsyncQdrantClient(**replace(settings, grpc_options=options).arguments())
    await client.get_collections()
    await asyncio.sleep(_PAUSE)
    failed = [await _fails(client.get_collections()) for _ in range(_CALLS)]
    await client.close()
    return float(sum(failed))


async def _failed_after_pauses(settings: ClientSettings, requests: int, pause: float) -> float:
    """Return how many of `requests` fail, each sent `pause` seconds after the one before."""
    client = AsyncQdrantClient(**settings.arguments())
    failed = 0
    for _ in range(requests):
        failed += await _fails(_query(client))
        await asyncio.sleep(pause)
    await client.close()
    return float(failed)


async def _fails(call: Awaitable[object]) -> bool:
    try:
        await call
    except SERVER_FAILURES:
        return True
    return False


async def _seconds(call: Awaitable[object]) -> float:
    """Return how long `call` takes, in seconds, however it ends."""
    began = time.perf_counter()
    with suppress(asyncio.TimeoutError, *SERVER_FAILURES):
        await call
    return time.perf_counter() - began
