"""The module exports one service object, made at import."""

import httpx
from fastapi import FastAPI
from services.qdrant_service import qdrant_service

app = FastAPI()


@app.get("/documents")
async def list_documents() -> list[int | str]:
    return qdrant_service.all_ids()  # error: QDR102


async def main() -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
        assert (await http.get("/documents")).json() == [1, 2]
