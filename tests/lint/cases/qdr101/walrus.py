"""The assignment expression binds the client."""

import os

from qdrant_client import QdrantClient


def connect() -> QdrantClient | None:
    if os.environ.get("QDRANT_DISABLED"):
        return None
    return QdrantClient(url="http://localhost:6333")


async def size() -> int:
    if (client := connect()) is not None:
        return client.count("docs").count  # error: QDR101
    return 0


async def main() -> None:
    await size()
