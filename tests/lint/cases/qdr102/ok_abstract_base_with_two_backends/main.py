"""One implementation blocks, the other does not: nobody knows which one comes in."""

from backends import MemoryDatabase, VectorDatabase


async def delete(database: VectorDatabase, name: str) -> None:
    database.delete(name)


async def main() -> None:
    await delete(MemoryDatabase(), "docs")
