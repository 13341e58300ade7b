"""A coroutine of LangChain's store that nobody awaits adds nothing."""

from langchain_core.embeddings import DeterministicFakeEmbedding
from langchain_qdrant import QdrantVectorStore
from qdrant_client import QdrantClient

store = QdrantVectorStore(
    client=QdrantClient(url="http://localhost:6333"),
    collection_name="docs",
    embedding=DeterministicFakeEmbedding(size=4),
    validate_collection_config=False,
)


async def add(text: str) -> None:
    store.aadd_texts([text])  # error: QDR201


async def main() -> None:
    await add("dune")
