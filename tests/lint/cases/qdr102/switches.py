"""Only what a call switches on runs: by a mode, a text, a number, options in `**` or a partial."""

from enum import Enum
from functools import partial

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")
TRACING = False


class Mode(Enum):
    DRY = "dry"
    WET = "wet"


def sweep(mode: Mode = Mode.DRY, level: int = 0, backend: str = "memory") -> None:
    if TRACING or mode is Mode.WET or level > 0:
        client.delete("docs", points_selector=[1])
    match backend:
        case "qdrant":
            client.delete("docs", points_selector=[1])
        case _:
            return


def hand_on(**options: object) -> None:
    sweep(**options)


async def main() -> None:
    sweep()
    sweep(Mode.DRY, level=0, backend="disk")
    hand_on(level=0)
    partial(sweep, mode=Mode.DRY, level=0, backend="memory")()
    sweep(Mode.WET)  # error: QDR102
    sweep(backend="qdrant")  # error: QDR102
    sweep(level=1)  # error: QDR102
    hand_on(level=1)  # error: QDR102
    partial(sweep, backend="qdrant")()  # error: QDR102
