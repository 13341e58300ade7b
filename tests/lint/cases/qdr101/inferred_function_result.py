"""A function without annotations still returns a sync client."""

import os

from qdrant_client import QdrantClient


def make_client():
    if url := os.environ.get("QDRANT_CLOUD_URL"):
        return QdrantClient(url=url, api_key=os.environ["QDRANT_API_KEY"])
    return QdrantClient(url="http://localhost:6333")


async def list_collections():
    client = make_client()
    return client.get_collections()  # error: QDR101


async def main() -> None:
    await list_collections()
