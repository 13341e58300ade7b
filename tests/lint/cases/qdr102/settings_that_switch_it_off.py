"""The settings that are handed over decide, be they of a class of their own."""

from qdrant_client import QdrantClient


class Settings:
    use_index = True
    backend = "qdrant"


class QuietSettings(Settings):
    use_index = False


class LocalSettings(Settings):
    backend = "memory"


class Store:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.client = QdrantClient(url="http://localhost:6333")

    def size(self) -> int:
        if not self.settings.use_index:
            return 0
        if self.settings.backend == "memory":
            return 0
        return self.client.count("docs").count


def size_with(settings: Settings) -> int:
    return Store(settings).size()


async def main() -> None:
    size_with(QuietSettings())
    size_with(LocalSettings())
    size_with(Settings())  # error: QDR102
