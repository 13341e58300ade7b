"""A subclass switches the work off: in its constructor, its body, or as its settings' default."""

from dataclasses import dataclass

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")


@dataclass
class Settings:
    persist: bool = True


@dataclass
class QuietSettings(Settings):
    persist: bool = False


class Notes:
    keeps = True

    def __init__(self, settings: Settings, persist: bool = True) -> None:
        self.settings = settings
        self.persist = persist

    def add(self) -> None:
        if self.settings.persist and self.persist and self.keeps:
            client.delete("docs", points_selector=[1])


class QuietNotes(Notes):
    def __init__(self) -> None:
        super().__init__(Settings(), persist=False)


class NoNotes(Notes):
    keeps = False


async def main() -> None:
    Notes(QuietSettings()).add()
    QuietNotes().add()
    NoNotes(Settings()).add()
    Notes(Settings()).add()  # error: QDR102
