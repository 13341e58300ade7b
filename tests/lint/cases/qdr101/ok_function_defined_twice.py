"""The function exists in a plain and in an async version, and only one of them is used."""

import os

from qdrant_client import AsyncQdrantClient, QdrantClient

if os.environ.get("QDRANT_SYNC"):

    def connect():
        return QdrantClient(url="http://localhost:6333")

else:

    def connect():
        return AsyncQdrantClient(url="http://localhost:6333")


async def main() -> None:
    client = connect()
    assert (await client.count("docs")).count == 2
    await client.close()
