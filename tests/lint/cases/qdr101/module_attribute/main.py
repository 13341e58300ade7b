"""One module puts the client into another one's attribute, a third one takes it."""

import state
from api import size
from qdrant_client import QdrantClient


async def main() -> None:
    state.client = QdrantClient(url="http://localhost:6333")
    assert await size("docs") == 2
