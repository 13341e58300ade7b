from base import Store


class Service:
    def __init__(self, store: Store) -> None:
        self.store = store

    async def one(self, name: str) -> int:
        return self.store.size(name)  # error: QDR102

    async def all(self, names: list[str]) -> list[int]:
        return self.store.sizes(names)  # error: QDR102
