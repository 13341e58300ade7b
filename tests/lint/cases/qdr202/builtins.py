"""`list()`, `sorted()` and `sum()` want something to iterate."""

from qdrant_client import AsyncQdrantClient, models

client = AsyncQdrantClient(url="http://localhost:6333")


async def as_list(ids: list[int]) -> list[models.Record]:
    try:
        return list(client.retrieve("docs", ids=ids))  # error: QDR202
    except TypeError:
        return []


async def ordered(ids: list[int]) -> list[models.Record]:
    records = client.retrieve("docs", ids=ids)  # error: QDR202
    return sorted(records, key=lambda record: record.id)


async def main() -> None:
    await as_list([1, 2])
    await ordered([1, 2])
