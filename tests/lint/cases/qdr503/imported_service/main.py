"""The service with the language model lives in another module."""

from llm import Assistant
from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")
assistant = Assistant()


async def answer(question: str, vector: list[float]) -> str:
    hits = (await client.query_points("docs", query=vector)).points
    return assistant.ask(question, [str(hit.payload) for hit in hits])  # error: QDR503


async def main() -> None:
    assert await answer("Who?", [0.1, 0.2]) == "Dune"
