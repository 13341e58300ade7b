from dataclasses import dataclass

import qdrant_client as qc


@dataclass
class Settings:
    url: str = "http://localhost:6333"


class BaseStore:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.connect()

    def connect(self) -> None:
        self.client = qc.QdrantClient(url=self.settings.url)
