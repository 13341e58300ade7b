"""A Quart view is a coroutine, so a sync client blocks it."""

from qdrant_client import QdrantClient
from quart import Quart

app = Quart(__name__)
client = QdrantClient(url="http://localhost:6333")


@app.get("/size")
async def size() -> dict[str, int]:
    return {"docs": client.count("docs").count}  # error: QDR101


async def main() -> None:
    response = await app.test_client().get("/size")
    assert await response.get_json() == {"docs": 2}
