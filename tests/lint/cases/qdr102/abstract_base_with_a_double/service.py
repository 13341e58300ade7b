from store import Store


async def search(store: Store) -> int:
    return store.size()  # error: QDR102
