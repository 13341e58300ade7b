"""The synchronous client in local mode works on the thread that calls it, as well."""

from qdrant_client import QdrantClient


class Shelf:
    def __init__(self) -> None:
        self.client = QdrantClient(location=":memory:")

    async def books(self) -> int:
        return len(self.client.get_collections().collections)  # error: QDR106


async def main() -> None:
    await Shelf().books()
