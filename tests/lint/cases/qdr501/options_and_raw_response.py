"""`with_options` and `with_raw_response` lead to the same blocking call."""

from openai import OpenAI
from qdrant_client import AsyncQdrantClient

openai = OpenAI()
client = AsyncQdrantClient(url="http://localhost:6333")
MODEL = "text-embedding-3-small"


async def index(text: str) -> int:
    patient = openai.with_options(max_retries=5, timeout=30)
    embedding = patient.embeddings.create(model=MODEL, input=text)  # error: QDR501
    raw = openai.embeddings.with_raw_response.create(model=MODEL, input=text)  # error: QDR501
    assert raw.parse().data[0].embedding == embedding.data[0].embedding
    return (await client.count("docs")).count


async def main() -> None:
    await index("desert planet")
