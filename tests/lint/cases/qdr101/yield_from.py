"""A generator that hands on what another one yields."""

from qdrant_client import QdrantClient


def clients(urls: list[str]):
    for url in urls:
        yield QdrantClient(url=url)


def reachable(urls: list[str]):
    yield from clients(urls)


async def main() -> None:
    for client in reachable(["http://localhost:6333"]):
        client.get_collections()  # error: QDR101
