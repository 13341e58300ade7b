"""The client is a field of a pydantic model."""

from pydantic import BaseModel, ConfigDict, Field
from qdrant_client import QdrantClient


class Services(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)

    vectors: QdrantClient
    collection: str = Field(default="docs")


async def size(services: Services) -> int:
    return services.vectors.count(services.collection).count  # error: QDR101


async def main() -> None:
    await size(Services(vectors=QdrantClient(url="http://localhost:6333")))
