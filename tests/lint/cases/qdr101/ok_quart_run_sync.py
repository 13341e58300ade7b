"""Quart's `run_sync` and its plain views run in threads."""

from qdrant_client import QdrantClient
from quart import Quart
from quart.utils import run_sync

app = Quart(__name__)
client = QdrantClient(url="http://localhost:6333")


@app.get("/size")
async def size() -> dict[str, int]:
    result = await run_sync(client.count)("docs")
    return {"docs": result.count}


@app.get("/exists")
def exists() -> dict[str, bool]:
    return {"docs": client.collection_exists("docs")}


async def main() -> None:
    http = app.test_client()
    assert await (await http.get("/size")).get_json() == {"docs": 2}
    assert await (await http.get("/exists")).get_json() == {"docs": True}
