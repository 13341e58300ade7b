"""Elements of lists and tuples, fields of named tuples, values of typed dictionaries."""

from typing import NamedTuple, TypedDict

from qdrant_client import QdrantClient

URL = "http://localhost:6333"


class Pair(NamedTuple):
    reader: QdrantClient
    writer: QdrantClient


class Services(TypedDict):
    vectors: QdrantClient


async def work(pair: Pair, services: Services, clients: list[QdrantClient]) -> None:
    pair.writer.create_snapshot("docs")  # error: QDR101
    reader, writer = pair
    reader.count("docs")  # error: QDR101
    services["vectors"].count("docs")  # error: QDR101
    first, *others = clients
    first.count("docs")  # error: QDR101
    others[0].count("docs")  # error: QDR101
    next(iter(clients)).count("docs")  # error: QDR101


async def main() -> None:
    one, two = QdrantClient(url=URL), QdrantClient(url=URL)
    await work(Pair(one, two), {"vectors": one}, [one, two])
