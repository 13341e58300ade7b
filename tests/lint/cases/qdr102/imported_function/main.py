"""The helper lives in another module."""

import search
from search import find_similar


async def answer(vector: list[float]) -> list[str]:
    if not search.is_ready():  # error: QDR102
        return []
    return find_similar(vector)  # error: QDR102


async def main() -> None:
    await answer([0.1, 0.2, 0.3, 0.4])
