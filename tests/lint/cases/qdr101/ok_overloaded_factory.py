"""Overloads tell which client the factory makes."""

from typing import Literal, overload

from qdrant_client import AsyncQdrantClient, QdrantClient

URL = "http://localhost:6333"


@overload
def connect(*, asynchronous: Literal[True]) -> AsyncQdrantClient: ...


@overload
def connect(*, asynchronous: Literal[False] = False) -> QdrantClient: ...


def connect(*, asynchronous: bool = False) -> QdrantClient | AsyncQdrantClient:
    return AsyncQdrantClient(url=URL) if asynchronous else QdrantClient(url=URL)


async def main() -> None:
    client = connect(asynchronous=True)
    assert (await client.count("docs")).count == 2
    await client.close()
