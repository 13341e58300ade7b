"""Objects that only hold something: named tuples, a namespace, a dataclass, a queue, a proxy."""

from collections import deque, namedtuple
from dataclasses import dataclass
from types import MappingProxyType, SimpleNamespace
from typing import Any

from qdrant_client import QdrantClient

Pair = namedtuple("Pair", "client name")


@dataclass
class Job:
    client: Any
    name: str


client = QdrantClient(url="http://localhost:6333")
pair = Pair(client, "docs")
space = SimpleNamespace(client=client)
job = Job(client, "docs")
waiting = deque([client])
settings = MappingProxyType({"client": client})


async def sizes() -> None:
    pair.client.count("docs")  # error: QDR101
    space.client.count("docs")  # error: QDR101
    job.client.count("docs")  # error: QDR101
    waiting[0].count("docs")  # error: QDR101
    settings["client"].count("docs")  # error: QDR101


async def unpacked() -> None:
    one, name = pair
    one.count(name)  # error: QDR101


async def main() -> None:
    await sizes()
    await unpacked()
