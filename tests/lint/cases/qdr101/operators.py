"""`operator.methodcaller` and `operator.attrgetter` reach the client."""

from operator import attrgetter, methodcaller

from qdrant_client import QdrantClient


class Store:
    def __init__(self) -> None:
        self.client = QdrantClient(url="http://localhost:6333")


class App:
    def __init__(self) -> None:
        self.store = Store()


size = methodcaller("count", "docs")
client_of = attrgetter("store.client")


async def main() -> None:
    client = App().store.client
    size(client)  # error: QDR101
    methodcaller("collection_exists", "docs")(client)  # error: QDR101
    client_of(App()).scroll("docs")  # error: QDR101
    list(map(methodcaller("get_collections"), [client]))  # error: QDR101
