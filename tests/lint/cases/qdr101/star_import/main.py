"""`import *` brings the client along."""

from db import *


async def size(name: str) -> int:
    return client.count(name).count  # error: QDR101


async def main() -> None:
    await size("docs")
