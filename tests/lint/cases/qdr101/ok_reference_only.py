"""A method that is handed on without being called blocks nothing."""

from collections.abc import Callable
from typing import Any

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")


def register(name: str, tool: Callable[..., Any], tools: dict[str, Callable[..., Any]]) -> None:
    tools[name] = tool


async def build_tools() -> dict[str, Callable[..., Any]]:
    tools: dict[str, Callable[..., Any]] = {"count": client.count}
    register("scroll", client.scroll, tools)
    register("exists", lambda name: client.collection_exists(name), tools)
    return tools


async def main() -> None:
    assert set(await build_tools()) == {"count", "scroll", "exists"}
