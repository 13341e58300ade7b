"""Tables that are made of other tables, and what several iterables give one after the other."""

from itertools import chain, islice

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")
clients = [client]
table = {"a": client}


def others() -> dict[str, object]:
    return {str(number): None for number in range(2)}


async def main() -> None:
    (table | {"b": client})["b"].get_collections()  # error: QDR101
    {**table, "b": client}["a"].get_collections()  # error: QDR101
    for one in {**table}.values():
        one.get_collections()  # error: QDR101
    for one in chain(clients, table.values()):
        one.get_collections()  # error: QDR101
    for one in islice(clients, 1):
        one.get_collections()  # error: QDR101
    mixed = {"a": None} | table
    mixed["a"].get_collections()  # error: QDR101
    {**others(), "a": client}["a"].get_collections()  # error: QDR101
