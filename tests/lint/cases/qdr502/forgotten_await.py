"""The coroutine of the async OpenAI client is made and thrown away."""

from openai import AsyncOpenAI
from qdrant_client import AsyncQdrantClient

openai = AsyncOpenAI()
client = AsyncQdrantClient(url="http://localhost:6333")


async def warm_up() -> None:
    openai.embeddings.create(model="text-embedding-3-small", input="hello")  # error: QDR502
    await client.count("docs")


async def main() -> None:
    await warm_up()
