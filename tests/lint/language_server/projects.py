"""A small service, in which a client is made in one file and used in another."""

from __future__ import annotations

DB = """\
from qdrant_client import AsyncQdrantClient, QdrantClient


class Store:
    def __init__(self) -> None:
        self.client = QdrantClient()

    def find(self, text: str) -> object:
        return self.client.query_points("docs", query=text)
"""
APP = """\
from db import Store

store = Store()


async def search(text: str) -> object:
    return store.find(text)
"""
LOST = """\
from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient()


async def store() -> None:
    client.upsert("docs", points=[])


async def count() -> int:
    return await client.count("docs")
"""
SERVICE = {"db.py": DB, "app.py": APP, "lost.py": LOST}
