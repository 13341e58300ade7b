"""A flag of the helper decides whether it blocks; so does what is handed on to the next helper."""

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")


def note(event: str, persist: bool = False) -> str:
    line = event.strip()
    if persist:
        client.upsert("events", points=[])
    return line


def note_twice(event: str, *, keep: bool = True) -> str:
    return note(event) + note(event, persist=keep)


def size(name: str, mode: str = "dry") -> int:
    if mode != "live":
        return 0
    return client.count(name).count


def first(name: str, source: QdrantClient | None = None) -> bool:
    return source.collection_exists(name) if source is not None else False


async def main() -> None:
    note("seen")
    note("seen", persist=True)  # error: QDR102
    note("seen", True)  # error: QDR102
    note_twice("seen", keep=False)
    note_twice("seen")  # error: QDR102
    size("docs")
    size("docs", "live")  # error: QDR102
    first("docs")
    first("docs", client)  # error: QDR102
