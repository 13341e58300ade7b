"""A text is made of what it gets at once, and `**` unpacks it."""

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def formatted() -> str:
    return "{}".format(client.count("docs"))  # error: QDR202


async def unpacked() -> dict[str, object]:
    return {**client.count("docs")}  # error: QDR202


async def main() -> None:
    await formatted()
    try:
        await unpacked()
    except TypeError:
        return
