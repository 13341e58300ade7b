"""All values of the mapping are sync clients."""

from qdrant_client import QdrantClient

clients = {
    "eu": QdrantClient(url="http://localhost:6333"),
    "us": QdrantClient(url="http://localhost:6333"),
}


async def size(region: str) -> int:
    return clients[region].count("docs").count  # error: QDR101


async def total(pool: list[QdrantClient]) -> int:
    result = 0
    for client in pool:
        result += client.count("docs").count  # error: QDR101
    return result


async def main() -> None:
    await size("eu")
    await total(list(clients.values()))
