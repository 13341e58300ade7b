"""Leaving a `with` block may do the work, also where the block gets its manager by name."""

from contextlib import ExitStack

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")


class Writing:
    def __enter__(self) -> "Writing":
        return self

    def __exit__(self, *_: object) -> None:
        client.delete("docs", points_selector=[1])


class Reading(Writing):
    def __enter__(self) -> "Reading":
        client.count("docs")
        return self

    def __exit__(self, *_: object) -> None:
        return None


async def written() -> None:
    with Writing():  # error: QDR102
        pass
    writing = Writing()
    with writing:  # error: QDR102
        pass


async def stacked() -> None:
    with ExitStack() as stack:
        stack.enter_context(Reading())  # error: QDR102


async def main() -> None:
    await written()
    await stacked()
