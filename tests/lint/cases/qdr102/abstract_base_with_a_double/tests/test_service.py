from service import search
from store import Store


class FakeStore(Store):
    def size(self) -> int:
        return 3


async def test_double(store: Store) -> None:
    assert store.size() == 3
    assert await search(store) == 3
