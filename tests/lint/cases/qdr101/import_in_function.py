"""The client is imported where it is used."""


async def size(url: str) -> int:
    from qdrant_client import QdrantClient

    client = QdrantClient(url=url)
    return client.count("docs").count  # error: QDR101


async def main() -> None:
    await size("http://localhost:6333")
