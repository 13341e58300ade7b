from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")


def find(vector: list[float]) -> list[str]:
    return [str(hit.id) for hit in client.query_points("docs", query=vector).points]
