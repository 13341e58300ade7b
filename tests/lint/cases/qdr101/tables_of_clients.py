"""Clients in tables that are made of pairs, filled in two steps, or of the project's own class."""

from qdrant_client import AsyncQdrantClient, QdrantClient

client = QdrantClient(url="http://localhost:6333")
async_client = AsyncQdrantClient(url="http://localhost:6333")


class Table:
    def __init__(self) -> None:
        self._held = {}

    def __setitem__(self, key, value):
        self._held[key] = value

    def __getitem__(self, key):
        return self._held[key]


own = Table()
own["docs"] = client
zipped = dict(zip(("sync", "async"), (client, async_client), strict=True))
paired = dict([("async", async_client), ("sync", client)])
nested = {"europe": {}}
nested["europe"]["sync"] = client
nested["europe"]["async"] = async_client


async def main() -> None:
    own["docs"].count("docs")  # error: QDR101
    zipped["sync"].count("docs")  # error: QDR101
    await zipped["async"].count("docs")
    paired["sync"].count("docs")  # error: QDR101
    await paired["async"].count("docs")
    nested["europe"]["sync"].count("docs")  # error: QDR101
    await nested["europe"]["async"].count("docs")
    await async_client.close()
