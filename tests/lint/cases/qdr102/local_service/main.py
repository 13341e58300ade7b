"""The coroutine makes the service itself and calls its plain methods."""

from store import DocumentStore


async def index(titles: list[str]) -> int:
    store = DocumentStore("http://localhost:6333")
    store.add(titles)  # error: QDR102
    return store.size  # error: QDR102


async def main() -> None:
    await index(["Dune", "Solaris"])
