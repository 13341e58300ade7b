"""A flag that nothing takes back lets only the first call scroll."""

from qdrant_client import QdrantClient


class Words:
    def __init__(self) -> None:
        self.client = QdrantClient(url="http://localhost:6333")
        self.known: set[str] = set()
        self._filled = False

    def _fill(self) -> None:
        if not self._filled:
            points, _ = self.client.scroll("docs", limit=1000)
            self.known = {str(point.id) for point in points}
            self._filled = True

    async def has(self, word: str) -> bool:
        self._fill()  # error: QDR107
        return word in self.known


async def main() -> None:
    words = Words()
    await words.has("a")
    await words.has("b")
