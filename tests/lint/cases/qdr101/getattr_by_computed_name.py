"""`getattr` with a name that the program makes."""

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")
READ = "scroll"
METHODS = {"size": "count", "page": READ}


class Proxy:
    def __init__(self, inner: QdrantClient) -> None:
        self.inner = inner

    async def call(self, method: str) -> object:
        return getattr(self.inner, method)("docs")  # error: QDR101


def part(owner: Proxy, name: str = "inner") -> QdrantClient:
    return getattr(owner, name)


async def act(kind: str) -> None:
    getattr(client, METHODS[kind])("docs")  # error: QDR101
    for name in ("count", READ):
        getattr(client, name)("docs")  # error: QDR101
    method = "count" if kind == "size" else "collection_exists"
    getattr(client, method)("docs")  # error: QDR101


async def main() -> None:
    await act("size")
    await Proxy(client).call("count")
    await Proxy(client).call("get_collection")
    part(Proxy(client)).count("docs")  # error: QDR101
