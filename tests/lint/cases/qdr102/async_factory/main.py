"""The store is made by an awaited class method, and blocks afterwards."""

from store import Store, open_store


class Service:
    def __init__(self) -> None:
        self._store: Store | None = None

    async def store(self) -> Store:
        if self._store is None:
            self._store = await Store.create("http://localhost:6333")
        return self._store

    async def size(self, name: str) -> int:
        return (await self.store()).size(name)  # error: QDR102


async def main() -> None:
    await Service().size("docs")
    store = await open_store()
    store.size("docs")  # error: QDR102
