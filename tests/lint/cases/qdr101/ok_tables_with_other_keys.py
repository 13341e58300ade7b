"""A value under a key that is made while the program runs may replace the client under another."""

from qdrant_client import QdrantClient


class Fake:
    def get_collections(self) -> list[str]:
        return []


def name() -> str:
    return "".join(("d", "b"))


client = QdrantClient(url="http://localhost:6333")
others = {name(): Fake()}


async def main() -> None:
    ({"db": client} | others)["db"].get_collections()
    {"db": client, **others}["db"].get_collections()
    {"db": client, name(): Fake()}["db"].get_collections()
