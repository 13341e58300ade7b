"""A decorator fills a registry, and so does `__init_subclass__`, or Python itself."""

from qdrant_client import QdrantClient

FACTORIES = {}


def register(name: str):
    def keep(factory):
        FACTORIES[name] = factory
        return factory

    return keep


@register("qdrant")
def make() -> QdrantClient:
    return QdrantClient(url="http://localhost:6333")


class Backend:
    client: QdrantClient


class Remote(Backend):
    def __init__(self) -> None:
        self.client = make()


async def size() -> int:
    return FACTORIES["qdrant"]().count("docs").count  # error: QDR101


async def sizes() -> list[int]:
    return [
        cls().client.count("docs").count  # error: QDR101
        for cls in Backend.__subclasses__()
    ]


async def main() -> None:
    assert await size() == 2
    assert await sizes() == [2]
