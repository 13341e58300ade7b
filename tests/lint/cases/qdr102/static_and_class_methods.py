"""Static and class methods block as functions do."""

from qdrant_client import QdrantClient


class Maintenance:
    client = QdrantClient(url="http://localhost:6333")

    @staticmethod
    def drop_index(client: QdrantClient, name: str) -> None:
        client.delete_payload_index(name, "title")

    @classmethod
    def snapshot(cls, name: str) -> None:
        cls.client.create_snapshot(name)

    @classmethod
    async def run(cls, name: str) -> None:
        Maintenance.drop_index(cls.client, name)  # error: QDR102
        cls.snapshot(name)  # error: QDR102


async def main() -> None:
    await Maintenance.run("docs")
