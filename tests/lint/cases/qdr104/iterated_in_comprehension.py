"""fastembed is lazy: it computes while the comprehension iterates, on the loop."""

from fastembed import TextEmbedding
from qdrant_client import AsyncQdrantClient

model = TextEmbedding("BAAI/bge-small-en-v1.5")
client = AsyncQdrantClient(url="http://localhost:6333")


async def embed(texts: list[str]) -> list[list[float]]:
    return [vector.tolist() for vector in model.embed(texts)]  # error: QDR104


async def question(text: str) -> list[float]:
    return next(iter(model.query_embed(text))).tolist()  # error: QDR104


async def main() -> None:
    await embed(["desert", "planet"])
    await client.query_points("docs", query=await question("Who?"))
