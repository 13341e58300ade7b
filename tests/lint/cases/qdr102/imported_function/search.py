from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")


def is_ready() -> bool:
    return bool(client.get_collections().collections)


def find_similar(vector: list[float]) -> list[str]:
    hits = client.query_points("docs", query=vector, limit=5).points
    return [str(hit.payload) for hit in hits]
