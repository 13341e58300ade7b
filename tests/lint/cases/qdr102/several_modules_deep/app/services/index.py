from ..db import qdrant


def prepare(name: str) -> None:
    qdrant.ensure_index(name, field="title")
