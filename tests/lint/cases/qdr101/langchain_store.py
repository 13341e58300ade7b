"""LangChain's store and its retriever call the synchronous client; their coroutines use a thread."""

from langchain_core.embeddings import DeterministicFakeEmbedding
from langchain_qdrant import QdrantVectorStore
from qdrant_client import QdrantClient

store = QdrantVectorStore(
    client=QdrantClient(url="http://localhost:6333"),
    collection_name="docs",
    embedding=DeterministicFakeEmbedding(size=4),
    validate_collection_config=False,
)
retriever = store.as_retriever(search_kwargs={"k": 3})


async def search(text: str) -> list:
    return store.similarity_search(text)  # error: QDR101


async def retrieve(text: str) -> list:
    return retriever.invoke(text)  # error: QDR101


async def behind() -> object:
    return store.client.get_collections()  # error: QDR101


async def search_beside(text: str) -> list:
    return await store.asimilarity_search(text) + await retriever.ainvoke(text)


async def main() -> None:
    await search("dune")
    await retrieve("dune")
    await behind()
    await search_beside("dune")
