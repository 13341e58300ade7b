"""A Quart view with a client of its own."""

from qdrant_client import AsyncQdrantClient
from quart import Quart

app = Quart(__name__)


@app.route("/size")
async def size() -> dict[str, int]:
    client = AsyncQdrantClient(url="http://localhost:6333")  # error: QDR303
    try:
        return {"docs": (await client.count("docs")).count}
    finally:
        await client.close()


async def main() -> None:
    http = app.test_client()
    for _ in range(2):
        assert await (await http.get("/size")).get_json() == {"docs": 2}
