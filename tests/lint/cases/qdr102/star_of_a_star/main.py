"""The helper comes through a star import of a star import."""

from shelf import *


async def main() -> None:
    find()  # error: QDR102
