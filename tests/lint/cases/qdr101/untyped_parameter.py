"""A parameter without a type: every caller passes a sync client."""

from qdrant_client import QdrantClient


class Pages:
    def __init__(self, client, name):
        self.client = client
        self.name = name

    async def first(self):
        return self.client.scroll(self.name, limit=10)[0]  # error: QDR101


async def size(client, name):
    return client.count(name).count  # error: QDR101


async def main() -> None:
    client = QdrantClient(url="http://localhost:6333")
    await size(client, "docs")
    await Pages(client, name="docs").first()
