"""A script without a loop may use the sync client as it likes."""

from qdrant_client import QdrantClient, models


def main() -> None:
    client = QdrantClient(url="http://localhost:6333")
    if not client.collection_exists("docs"):
        client.create_collection(
            "docs",
            vectors_config=models.VectorParams(size=4, distance=models.Distance.COSINE),
        )
    client.upsert("docs", points=[models.PointStruct(id=1, vector=[0.1, 0.2, 0.3, 0.4])])
    for hit in client.query_points("docs", query=[0.1, 0.2, 0.3, 0.4]).points:
        print(hit.id, hit.score)
