"""A function that sets attributes by their names puts no double in the client's place."""

from qdrant_client import QdrantClient


class Rule:
    text = "none"


class Rules:
    def __init__(self) -> None:
        self.client = QdrantClient(url="http://localhost:6333")

    async def update(self, rule: Rule, changes: dict[str, str]) -> None:
        for key, value in changes.items():
            setattr(rule, key, value)
        self.client.retrieve("docs", ids=[1])  # error: QDR101


async def main() -> None:
    await Rules().update(Rule(), {"text": "some"})
