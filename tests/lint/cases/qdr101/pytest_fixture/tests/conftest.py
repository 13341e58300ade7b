from collections.abc import Iterator

import pytest
from qdrant_client import QdrantClient


@pytest.fixture(name="client")
def opened_client() -> Iterator[QdrantClient]:
    opened = QdrantClient(url="http://localhost:6333")
    yield opened
    opened.close()
