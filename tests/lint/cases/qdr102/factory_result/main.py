"""A factory in a package hands out the store, over a re-export."""

from app import get_store


async def drop(name: str) -> None:
    get_store().drop(name)  # error: QDR102


async def size(name: str) -> int:
    store = get_store()
    return store.size(name)  # error: QDR102


async def main() -> None:
    await drop("docs")
    await size("docs")
