"""A prefetch with a document is embedded as well."""

from qdrant_client import AsyncQdrantClient
from qdrant_client.models import Document, Fusion, FusionQuery, Prefetch

client = AsyncQdrantClient(url="http://localhost:6333")
MODEL = "BAAI/bge-small-en-v1.5"


async def hybrid(text: str) -> int:
    document = Document(text=text, model=MODEL)
    response = await client.query_points(  # error: QDR105
        "docs",
        prefetch=[Prefetch(query=document, using="dense"), Prefetch(query=[0.1], using="old")],
        query=FusionQuery(fusion=Fusion.RRF),
    )
    return len(response.points)


async def main() -> None:
    await hybrid("desert planet")
