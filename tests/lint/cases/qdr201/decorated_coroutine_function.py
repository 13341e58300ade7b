"""A decorator of the project around a coroutine function leaves it one."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


def timed(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    async def wrapper(*args: Any, **named: Any) -> Any:
        answer = await function(*args, **named)
        return answer

    return wrapper


def logged(level: str) -> Callable[..., Any]:
    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        def wrapper(*args: Any, **named: Any) -> Any:
            print(level)
            return function(*args, **named)

        return wrapper

    return decorate


@timed
@logged("info")
async def forget(name: str) -> None:
    await client.delete_collection(name)


async def main() -> None:
    await forget("docs")
    forget("docs")  # error: QDR201
