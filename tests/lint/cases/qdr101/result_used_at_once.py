"""The call is an argument, a subscript's value, the start of a chain."""

from qdrant_client import QdrantClient, models

client = QdrantClient(url="http://localhost:6333")


def titles(records: list[models.Record]) -> list[str]:
    return [str((record.payload or {}).get("title")) for record in records]


async def first_page() -> list[str]:
    return titles(client.scroll("docs", limit=10)[0])  # error: QDR101


async def dimension() -> object:
    return client.get_collection("docs").config.params.vectors  # error: QDR101


async def main() -> None:
    await first_page()
    await dimension()
