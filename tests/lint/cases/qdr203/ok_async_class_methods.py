"""The lists of models are coroutines in the async class only."""

from qdrant_client import AsyncQdrantClient, QdrantClient


async def text_models() -> tuple[int, int]:
    asynchronous = await AsyncQdrantClient.list_text_models()
    return len(asynchronous), len(QdrantClient.list_text_models())


async def main() -> None:
    first, second = await text_models()
    assert first == second
