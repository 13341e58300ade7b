"""One client leaves embedding to the cloud, the other one does it itself."""

from qdrant_client import AsyncQdrantClient, models

MODEL = "BAAI/bge-small-en-v1.5"
local = AsyncQdrantClient(url="http://localhost:6333")
cloud = AsyncQdrantClient(url="http://localhost:6334", cloud_inference=True)


async def index(texts: list[str]) -> None:
    points = []
    for number, text in enumerate(texts):
        document = models.Document(text=text, model=MODEL)
        points.append(models.PointStruct(id=number, vector=document))
    await cloud.upsert("docs", points=points)
    await local.upsert("docs", points=points)  # error: QDR105


async def main() -> None:
    await index(["desert", "planet"])
