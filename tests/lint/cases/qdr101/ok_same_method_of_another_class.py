"""A class of one's own may have methods with the same names."""


class InMemoryIndex:
    def __init__(self) -> None:
        self.points: dict[int, list[float]] = {}

    def upsert(self, collection_name: str, points: dict[int, list[float]]) -> None:
        self.points.update(points)

    def count(self, collection_name: str) -> int:
        return len(self.points)


async def main() -> None:
    client = InMemoryIndex()
    client.upsert("docs", {1: [0.1, 0.2]})
    assert client.count("docs") == 1
