"""A default says nothing where the program sets the attribute later."""

from dataclasses import dataclass

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")


@dataclass
class Settings:
    tone: str = "quiet"


class Store:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def sizes(self) -> None:
        if self.settings.tone == "loud":
            client.count("docs")


async def main() -> None:
    settings = Settings()
    settings.tone = "loud"
    Store(settings).sizes()  # error: QDR102
