"""The client keeps its type under another name."""

import qdrant_client as qc
from qdrant_client import QdrantClient as Qdrant

vectors = Qdrant(url="http://localhost:6333")
archive = qc.QdrantClient(url="http://localhost:6333")


async def count_everything() -> int:
    current = vectors.count("docs").count  # error: QDR101
    archived = archive.count("archive").count  # error: QDR101
    return current + archived


async def main() -> None:
    await count_everything()
