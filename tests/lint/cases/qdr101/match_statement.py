"""Calls in the subject, the guard and the body of a `match`."""

from qdrant_client import QdrantClient, models

client = QdrantClient(url="http://localhost:6333")


async def repair(name: str) -> str:
    match client.get_collection(name).status:  # error: QDR101
        case models.CollectionStatus.GREEN if client.count(name).count > 0:  # error: QDR101
            client.create_snapshot(name)  # error: QDR101
            return "saved"
        case models.CollectionStatus.RED:
            return "broken"
    return "waiting"


async def main() -> None:
    assert await repair("docs") == "saved"
