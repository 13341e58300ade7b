"""A Quart service: uvicorn --app-dir examples four_ways.quart_app:app"""

import asyncio

from embedding import embed
from quart import Quart, request

from .store import COLLECTION, async_client, client, new_point, prepare, titles

app = Quart(__name__)
app.before_serving(prepare)
app.after_serving(async_client.close)


# 1. A blocking call in a coroutine: nothing else runs on the event loop until Qdrant answers.


@app.get("/blocking/search")
async def search_blocking() -> list[str]:
    vector = embed(request.args.get("q", "otters"))
    return titles(client.query_points(COLLECTION, query=vector, limit=3))


@app.post("/blocking/add")
async def add_blocking() -> dict[str, str]:
    client.upsert(COLLECTION, points=[new_point(request.args.get("title", "Otters"))])
    return {}


# 2. A plain function: Quart runs it in a pool of threads, with its `run_sync`.


@app.get("/thread-pool/search")
def search_in_pool() -> list[str]:
    vector = embed(request.args.get("q", "otters"))
    return titles(client.query_points(COLLECTION, query=vector, limit=3))


@app.post("/thread-pool/add")
def add_in_pool() -> dict[str, str]:
    client.upsert(COLLECTION, points=[new_point(request.args.get("title", "Otters"))])
    return {}


# 3. A coroutine that hands the blocking call to a thread.


@app.get("/to-thread/search")
async def search_in_thread() -> list[str]:
    vector = embed(request.args.get("q", "otters"))
    return titles(await asyncio.to_thread(client.query_points, COLLECTION, query=vector, limit=3))


@app.post("/to-thread/add")
async def add_in_thread() -> dict[str, str]:
    point = new_point(request.args.get("title", "Otters"))
    await asyncio.to_thread(client.upsert, COLLECTION, points=[point])
    return {}


# 4. The asynchronous client: no thread waits for anything.


@app.get("/async-client/search")
async def search_async() -> list[str]:
    vector = embed(request.args.get("q", "otters"))
    return titles(await async_client.query_points(COLLECTION, query=vector, limit=3))


@app.post("/async-client/add")
async def add_async() -> dict[str, str]:
    point = new_point(request.args.get("title", "Otters"))
    await async_client.upsert(COLLECTION, points=[point])
    return {}
