"""The helper is called by plain functions only, and those by threads."""

import threading

import httpx
from fastapi import FastAPI
from qdrant_client import QdrantClient

app = FastAPI()
client = QdrantClient(url="http://localhost:6333")


def size(name: str) -> int:
    return client.count(name).count


@app.get("/size")
def get_size() -> int:
    return size("docs")


class Reporter(threading.Thread):
    def run(self) -> None:
        size("docs")


async def main() -> None:
    Reporter().start()
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
        assert (await http.get("/size")).json() == 2
