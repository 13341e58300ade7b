"""Helpers under a retry policy that is kept in a variable."""

from qdrant_client import QdrantClient
from tenacity import AsyncRetrying, Retrying, retry, stop_after_attempt

client = QdrantClient(url="http://localhost:6333")
policy = retry(stop=stop_after_attempt(3), reraise=True)
again = AsyncRetrying(stop=stop_after_attempt(3), reraise=True)
retrying = Retrying(stop=stop_after_attempt(3), reraise=True)


@policy
def size() -> int:
    return client.count("docs").count


@retrying.wraps
def names() -> list[str]:
    return [one.name for one in client.get_collections().collections]


def plain_size(name: str) -> int:
    return client.count(name).count


async def main() -> None:
    size()  # error: QDR102
    names()  # error: QDR102
    await again(plain_size, "docs")  # error: QDR102
