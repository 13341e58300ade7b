"""A FastAPI service: uvicorn --app-dir examples four_ways.fastapi_app:app"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from embedding import embed
from fastapi import FastAPI

from .store import COLLECTION, async_client, client, new_point, prepare, titles


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
    await prepare()
    yield
    await async_client.close()


app = FastAPI(lifespan=lifespan)


# 1. A blocking call in a coroutine: nothing else runs on the event loop until Qdrant answers.


@app.get("/blocking/search", tags=["blocking"])
async def search_blocking(q: str = "otters") -> list[str]:
    return titles(client.query_points(COLLECTION, query=embed(q), limit=3))


@app.post("/blocking/add", tags=["blocking"])
async def add_blocking(title: str = "Otters") -> None:
    client.upsert(COLLECTION, points=[new_point(title)])


# 2. A plain function: FastAPI runs it in its pool of 40 threads.


@app.get("/thread-pool/search", tags=["thread pool"])
def search_in_pool(q: str = "otters") -> list[str]:
    return titles(client.query_points(COLLECTION, query=embed(q), limit=3))


@app.post("/thread-pool/add", tags=["thread pool"])
def add_in_pool(title: str = "Otters") -> None:
    client.upsert(COLLECTION, points=[new_point(title)])


# 3. A coroutine that hands the blocking call to a thread, of asyncio's own pool.


@app.get("/to-thread/search", tags=["to_thread"])
async def search_in_thread(q: str = "otters") -> list[str]:
    return titles(await asyncio.to_thread(client.query_points, COLLECTION, query=embed(q), limit=3))


@app.post("/to-thread/add", tags=["to_thread"])
async def add_in_thread(title: str = "Otters") -> None:
    await asyncio.to_thread(client.upsert, COLLECTION, points=[new_point(title)])


# 4. The asynchronous client: no thread waits for anything.


@app.get("/async-client/search", tags=["async client"])
async def search_async(q: str = "otters") -> list[str]:
    return titles(await async_client.query_points(COLLECTION, query=embed(q), limit=3))


@app.post("/async-client/add", tags=["async client"])
async def add_async(title: str = "Otters") -> None:
    await async_client.upsert(COLLECTION, points=[new_point(title)])
