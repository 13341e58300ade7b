"""The `await` makes the upload look right, and fails after all has been uploaded."""

import logging

from qdrant_client import AsyncQdrantClient

logger = logging.getLogger(__name__)
client = AsyncQdrantClient(url="http://localhost:6333")


async def load(vectors: list[list[float]]) -> None:
    try:
        await client.upload_collection("docs", vectors=vectors)  # error: QDR103
    except TypeError:
        logger.exception("upload failed")


async def main() -> None:
    await load([[0.1, 0.2], [0.3, 0.4]])
