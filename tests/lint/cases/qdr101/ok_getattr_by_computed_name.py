"""`getattr` with a name that the program makes: not known, or of a method that sends nothing."""

from qdrant_client import AsyncQdrantClient, QdrantClient

client = QdrantClient(url="http://localhost:6333")
async_client = AsyncQdrantClient(url="http://localhost:6333")
FIELDS = ("init_options", "collection_exists")


async def fields() -> list[object]:
    return [getattr(client, name) for name in FIELDS]


async def call(method: str) -> object:
    return await getattr(async_client, method)("docs")


async def either(owner: object, name: str) -> object:
    found = getattr(owner, name, None)
    return found("docs") if callable(found) else None


async def main() -> None:
    await fields()
    await call("count")
    await call("collection_exists")
    await either(async_client, "_client" + "s")
    await async_client.close()
