"""Overloads by `Literal` say which client a call gets."""

from __future__ import annotations

from typing import Literal, overload

from qdrant_client import AsyncQdrantClient, QdrantClient

URL = "http://localhost:6333"


@overload
def connect(mode: Literal["sync", "blocking"]) -> QdrantClient: ...
@overload
def connect(mode: Literal["async"] = ...) -> AsyncQdrantClient: ...
def connect(mode: str = "async") -> QdrantClient | AsyncQdrantClient:
    return AsyncQdrantClient(url=URL) if mode == "async" else QdrantClient(url=URL)


class Pool:
    @overload
    def client(self, *, sync: Literal[True]) -> QdrantClient: ...
    @overload
    def client(self, *, sync: Literal[False]) -> AsyncQdrantClient: ...
    def client(self, *, sync: bool) -> QdrantClient | AsyncQdrantClient:
        return connect("sync") if sync else connect()


async def main() -> None:
    connect("blocking").count("docs")  # error: QDR101
    client = connect()
    await client.count("docs")
    Pool().client(sync=True).count("docs")  # error: QDR101
    other = Pool().client(sync=False)
    await other.count("docs")
    await client.close()
    await other.close()
