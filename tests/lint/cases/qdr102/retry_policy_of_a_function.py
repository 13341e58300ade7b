"""A function of the project makes the retry policy."""

import functools
from collections.abc import Callable
from typing import Any

from qdrant_client import QdrantClient
from tenacity import retry, stop_after_attempt

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]
client = QdrantClient(url="http://localhost:6333")
patient = functools.partial(retry, stop=stop_after_attempt(5))


def policy(attempts: int = 3) -> Decorator:
    made = retry(stop=stop_after_attempt(attempts), reraise=True)
    return made


def policy_if(enabled: bool) -> Decorator:
    if not enabled:
        return lambda function: function
    return policy(attempts=2)


@policy(attempts=2)
def size() -> int:
    return client.count("docs").count


@patient()
def exists() -> bool:
    return client.collection_exists("docs")


class Store:
    @policy_if(enabled=False)
    def drop(self) -> object:
        return client.delete("docs", points_selector=[1])


async def main() -> None:
    size()  # error: QDR102
    exists()  # error: QDR102
    Store().drop()  # error: QDR102
