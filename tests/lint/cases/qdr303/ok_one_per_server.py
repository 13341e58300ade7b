"""A loop over servers needs a client for each of them."""

from qdrant_client import AsyncQdrantClient

URLS = {"eu": "http://localhost:6333", "us": "http://localhost:6334"}
clients = {region: AsyncQdrantClient(url=url) for region, url in URLS.items()}


async def sizes() -> dict[str, int]:
    result = {}
    for region, url in URLS.items():
        client = AsyncQdrantClient(url=url)
        result[region] = (await client.count("docs")).count
        await client.close()
    return result


async def main() -> None:
    assert await sizes() == {"eu": 2, "us": 2}
