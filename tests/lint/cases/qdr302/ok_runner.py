"""A runner keeps one loop for all it runs."""
# requires: 3.11

import asyncio

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def size(name: str) -> int:
    return (await client.count(name)).count


def main() -> None:
    with asyncio.Runner() as runner:
        total = runner.run(size("docs")) + runner.run(size("images"))
        runner.run(client.close())
    assert total == 4
