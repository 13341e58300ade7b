"""Runs a service of this folder in this process, and measures what its mistakes cost.

The service talks to a real engine over HTTP; only the way from the client to the service is short.
A ticker on the service's own event loop notes for how long the loop ran nothing else.
"""

from __future__ import annotations

import asyncio
import importlib
import os
import warnings
from contextlib import asynccontextmanager
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

import httpx
from locust_qdrant.embedded import EmbeddedServer
from locust_qdrant.probe.loop_lag import LoopLag, summarise
from qdrant_client import AsyncQdrantClient

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

IMPORTED = 2000
IMPORTS = 3
ADDED = 10
SEARCHERS = 20
SEARCHES = 10
COLLECTION = "articles"


@dataclass(frozen=True)
class Cost:
    """What one version of a service did; times in seconds.

    Attributes:
        import_status: HTTP status of the import of `IMPORTED` articles.
        import_hold: longest time that the loop ran nothing else during an import; the median of
            `IMPORTS` of them, since a busy machine holds up loops, too.
        search_delay: how late the loop runs what is due with `SEARCHERS` searching (median).
        stored: articles there after `ADDED` were added and answered with 201.
        health_status: HTTP status of the health check when the collection is gone.
    """

    import_status: int
    import_hold: float
    search_delay: float
    stored: int
    health_status: int


@asynccontextmanager
async def running(service: str, url: str) -> AsyncIterator[httpx.AsyncClient]:
    """Run a service such as `fastapi_service.wrong` against a Qdrant; yields a client of it."""
    os.environ["QDRANT_URL"] = url
    module = importlib.import_module(f"{service}.app")
    if hasattr(module, "create_app"):
        app = module.create_app()
        lifespan = app.test_app()
    else:
        app = module.app
        lifespan = app.router.lifespan_context(app)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        lifespan,
        httpx.AsyncClient(transport=transport, base_url="http://service", timeout=60) as client,
    ):
        yield client


def measure(service: str) -> Cost:
    """Measure a service on an engine of its own."""
    with EmbeddedServer() as engine, warnings.catch_warnings():
        # Lost coroutines are what is shown, as figures.
        warnings.simplefilter("ignore", RuntimeWarning)
        return asyncio.run(_measure(service, engine.url))


async def _measure(service: str, url: str) -> Cost:
    async with running(service, url) as client:
        articles = [article(number) for number in range(IMPORTED)]
        holds = []
        for _ in range(IMPORTS):
            async with _watched_loop() as import_lag:
                imported = await client.post("/articles/import", json=articles)
            holds.append(summarise(import_lag.samples()).worst)
        async with _watched_loop() as search_lag:
            await asyncio.gather(*(_search(client) for _ in range(SEARCHERS)))
        before = await _count(client)
        for number in range(ADDED):
            (await client.post("/articles", json=article(number))).raise_for_status()
        stored = await _count(client) - before
        await drop_collection(url)
        health = await client.get("/health")
    return Cost(
        import_status=imported.status_code,
        import_hold=median(holds),
        search_delay=summarise(search_lag.samples()).p50,
        stored=stored,
        health_status=health.status_code,
    )


async def _search(client: httpx.AsyncClient) -> None:
    for number in range(SEARCHES):
        (await client.get("/search", params={"q": f"topic {number}"})).raise_for_status()


@asynccontextmanager
async def _watched_loop() -> AsyncIterator[LoopLag]:
    lag = LoopLag()
    lag.start()
    yield lag
    await asyncio.sleep(2 * lag.interval)  # the tick that was held up comes now
    lag.stop()


async def _count(client: httpx.AsyncClient) -> int:
    return (await client.get("/count")).json()["count"]


async def drop_collection(url: str) -> None:
    """Remove the articles behind the service's back."""
    client = AsyncQdrantClient(url=url)
    await client.delete_collection(COLLECTION)
    await client.close()


def article(number: int) -> dict[str, str]:
    """Return an article as the services take it."""
    return {"title": f"Article {number}", "text": f"What is known of topic {number % 50}."}
