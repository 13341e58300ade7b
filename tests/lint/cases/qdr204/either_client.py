"""In a plain function the coroutine of the one client is lost; the other one would block."""

from qdrant_client import AsyncQdrantClient, QdrantClient


def forget(client: QdrantClient | AsyncQdrantClient) -> None:
    client.delete("docs", points_selector=[1])  # error: QDR204


class Depot:
    def __init__(self, client: AsyncQdrantClient | QdrantClient) -> None:
        self.client = client

    def wipe(self) -> None:
        self.client.delete_collection("docs")  # error: QDR204


async def main() -> None:
    client = AsyncQdrantClient(url="http://localhost:6333")
    forget(client)
    Depot(client).wipe()
