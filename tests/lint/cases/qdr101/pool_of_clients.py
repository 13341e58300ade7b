"""A pool that is filled later: `setdefault`, `get`, `items`, `pop`."""

from collections import defaultdict

from qdrant_client import QdrantClient

URL = "http://localhost:6333"
pool: dict[str, QdrantClient] = {}
by_region = defaultdict(lambda: QdrantClient(url=URL))


async def sizes(name: str) -> int:
    pool["eu"] = QdrantClient(url=URL)
    total = pool.setdefault("us", QdrantClient(url=URL)).count(name).count  # error: QDR101
    for region, client in pool.items():
        total += client.count(f"{region}-{name}").count  # error: QDR101
    last = pool.get("eu")
    if last is not None:
        total += last.count(name).count  # error: QDR101
    total += by_region["asia"].count(name).count  # error: QDR101
    return total + pool.pop("us").count(name).count  # error: QDR101


async def main() -> None:
    assert await sizes("docs") == 12
