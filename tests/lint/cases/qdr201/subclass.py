"""Inside a subclass of the async client."""

from qdrant_client import AsyncQdrantClient


class TenantClient(AsyncQdrantClient):
    async def drop_tenant(self, tenant: str) -> None:
        self.delete_collection(f"{tenant}-docs")  # error: QDR201
        super().delete_collection(f"{tenant}-images")  # error: QDR201


async def main() -> None:
    client = TenantClient(url="http://localhost:6333")
    await client.drop_tenant("ada")
    client.delete_collection("ada-archive")  # error: QDR201
