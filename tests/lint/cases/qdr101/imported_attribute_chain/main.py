"""`service.store.client`: three modules, one sync client."""

from container import container


async def size(name: str) -> int:
    return container.store.client.count(name).count  # error: QDR101


async def exists(name: str) -> bool:
    return container.store.raw.collection_exists(name)  # error: QDR101


async def main() -> None:
    await size("docs")
    await exists("docs")
