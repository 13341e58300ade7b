"""A table of backends decides by name; the only one in it blocks."""

from vectordb import VECTOR_DB, get_vector_db


async def drop(name: str) -> None:
    VECTOR_DB.drop(name)  # error: QDR102


async def size(provider: str, name: str) -> int:
    return get_vector_db(provider).size(name)  # error: QDR102


async def main() -> None:
    await drop("docs")
    await size("qdrant", "docs")
