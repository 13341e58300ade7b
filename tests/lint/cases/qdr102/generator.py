"""A plain generator asks for each page while the coroutine iterates it."""

from collections.abc import Iterator

from qdrant_client import QdrantClient, models


def scroll_all(client: QdrantClient, name: str) -> Iterator[models.Record]:
    offset = None
    while True:
        records, offset = client.scroll(name, limit=100, offset=offset)
        yield from records
        if offset is None:
            return


async def export(client: QdrantClient) -> list[object]:
    rows = []
    for record in scroll_all(client, "docs"):  # error: QDR102
        rows.append(record.payload)
    return rows


async def load(client: QdrantClient) -> list[models.Record]:
    return list(scroll_all(client, "docs"))  # error: QDR102


async def main() -> None:
    client = QdrantClient(url="http://localhost:6333")
    await export(client)
    await load(client)
