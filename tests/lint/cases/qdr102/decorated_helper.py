"""A decorator that calls the function keeps it blocking."""

import functools
import logging
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from qdrant_client import QdrantClient

P = ParamSpec("P")
R = TypeVar("R")
logger = logging.getLogger(__name__)
client = QdrantClient(url="http://localhost:6333")


def logged(function: Callable[P, R]) -> Callable[P, R]:
    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        logger.debug("calling %s", function.__name__)
        return function(*args, **kwargs)

    return wrapper


@logged
def size(name: str) -> int:
    return client.count(name).count


async def main() -> None:
    size("docs")  # error: QDR102
