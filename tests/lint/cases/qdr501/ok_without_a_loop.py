"""An indexing script uses sync clients throughout."""

from openai import OpenAI
from qdrant_client import QdrantClient, models


def main() -> None:
    openai = OpenAI()
    client = QdrantClient(url="http://localhost:6333")
    texts = ["Dune", "Solaris"]
    embeddings = openai.embeddings.create(model="text-embedding-3-small", input=texts).data
    points = [
        models.PointStruct(id=item.index, vector=item.embedding, payload={"text": text})
        for item, text in zip(embeddings, texts, strict=True)
    ]
    client.upsert("docs", points=points)
