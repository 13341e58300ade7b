"""The client is a field of a dataclass and is reached through a chain of attributes."""

from dataclasses import dataclass, field

from qdrant_client import QdrantClient


@dataclass
class Resources:
    vectors: QdrantClient
    archive: QdrantClient = field(
        default_factory=lambda: QdrantClient(url="http://localhost:6333"),
    )


class Service:
    def __init__(self, resources: Resources) -> None:
        self.resources = resources

    async def sizes(self) -> tuple[int, int]:
        docs = self.resources.vectors.count("docs")  # error: QDR101
        old = self.resources.archive.count("docs")  # error: QDR101
        return docs.count, old.count


async def main() -> None:
    resources = Resources(vectors=QdrantClient(url="http://localhost:6333"))
    await Service(resources).sizes()
