"""Production code sets attributes by `setattr` and assignment; that is no test's patch."""

from types import SimpleNamespace

from qdrant_client import QdrantClient


class Rules:
    def __init__(self, client: QdrantClient) -> None:
        self.client = client

    async def update(self, rule: SimpleNamespace, updates: dict[str, object]) -> None:
        for key, value in updates.items():
            setattr(rule, key, value)
        rule.updated = True
        self.client.upsert("rules", points=[])  # error: QDR101


async def main() -> None:
    rules = Rules(QdrantClient(url="http://localhost:6333"))
    await rules.update(SimpleNamespace(), {"text": "x"})
