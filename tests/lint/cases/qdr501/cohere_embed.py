"""Both generations of the sync Cohere client block."""

import cohere
from cohere import Client
from qdrant_client import AsyncQdrantClient

v2 = cohere.ClientV2()
v1 = Client()
client = AsyncQdrantClient(url="http://localhost:6333")
MODEL = "embed-english-v3.0"


async def embed(texts: list[str]) -> None:
    v2.embed(  # error: QDR501
        model=MODEL, texts=texts, input_type="search_query", embedding_types=["float"]
    )
    v1.embed(model=MODEL, texts=texts, input_type="search_query")  # error: QDR501
    await client.count("docs")


async def main() -> None:
    await embed(["desert planet"])
