"""A function of the project gives the decorator that moves the work to a thread."""

from collections.abc import Callable
from typing import Any

from asgiref.sync import sync_to_async
from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")


def in_thread(reason: str) -> Callable[..., Any]:
    print(reason)
    return sync_to_async


def in_thread_for_reads(limit: int) -> Callable[..., Any]:
    return in_thread(f"at most {limit} reads")


@in_thread("it counts")
def size() -> int:
    return client.count("docs").count


@in_thread_for_reads(2)
def exists() -> bool:
    return client.collection_exists("docs")


async def main() -> None:
    await size()
    await exists()
