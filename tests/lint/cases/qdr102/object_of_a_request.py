"""What is done once an object is done in each request that makes its own object."""

import httpx
from fastapi import FastAPI
from qdrant_client import QdrantClient

app = FastAPI()
client = QdrantClient(url="http://localhost:6333")


class Names:
    def __init__(self) -> None:
        self._known: list[str] | None = None

    def all(self) -> list[str]:
        if self._known is None:
            self._known = [one.name for one in client.get_collections().collections]
        return self._known


@app.get("/first")
async def first() -> str:
    names = Names()
    return names.all()[0]  # error: QDR102


@app.get("/count")
async def count() -> int:
    return len(Names().all())  # error: QDR102


async def main() -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://s") as http:
        await http.get("/first")
        await http.get("/count")
