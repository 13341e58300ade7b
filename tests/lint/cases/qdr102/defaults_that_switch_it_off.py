"""The defaults of settings and parameters decide where a call says nothing else."""

from dataclasses import dataclass
from enum import Enum

from qdrant_client import QdrantClient


class Backend(Enum):
    MEMORY = "memory"
    QDRANT = "qdrant"


@dataclass
class Settings:
    backend: Backend = Backend.MEMORY
    mode: str = "quiet"
    level: int = 0


class Store:
    def __init__(self, settings: Settings, url: str | None = None) -> None:
        self.settings = settings
        self.client = QdrantClient(url=url) if url else None

    def sizes(self) -> None:
        other = QdrantClient(url="http://localhost:6333")
        if self.settings.backend == Backend.QDRANT or self.settings.level > 0:
            other.count("docs")
        if self.settings.mode == "loud":
            other.count("docs")

    def names(self) -> object:
        return [] if self.client is None else self.client.get_collections()


async def main() -> None:
    Store(Settings()).sizes()
    Store(Settings()).names()
    Store(Settings(Backend.QDRANT)).sizes()  # error: QDR102
    Store(Settings(mode="loud")).sizes()  # error: QDR102
    Store(Settings(level=1)).sizes()  # error: QDR102
    Store(Settings(), url="http://localhost:6333").names()  # error: QDR102
