"""`__del__` cannot close an async client."""

from qdrant_client import AsyncQdrantClient


class Session:
    def __init__(self) -> None:
        self.client = AsyncQdrantClient(url="http://localhost:6333")

    async def size(self) -> int:
        return (await self.client.count("docs")).count

    def __del__(self) -> None:
        self.client.close()  # error: QDR204


async def main() -> None:
    session = Session()
    await session.size()
    del session
