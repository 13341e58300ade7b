"""Two modules have a `find`; the coroutine calls the one that only looks into memory."""

import memory
import store  # noqa: F401
from memory import find


async def answer(word: str) -> list[str]:
    return find(word) + memory.find(word)


async def main() -> None:
    assert await answer("Dune") == ["Dune", "Dune"]
