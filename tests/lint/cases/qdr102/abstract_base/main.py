"""The interface does not say that it blocks; its only implementation does."""

from backends import VectorDatabase, get_database


async def search(database: VectorDatabase, vector: list[float]) -> list[str]:
    return database.search(vector)  # error: QDR102


async def remove(name: str) -> None:
    get_database().delete(name)  # error: QDR102


async def main() -> None:
    await search(get_database(), [0.1, 0.2])
    await remove("docs")
