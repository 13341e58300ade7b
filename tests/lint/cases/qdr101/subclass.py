"""A subclass of the sync client inherits its blocking methods."""

import logging

from qdrant_client import QdrantClient

logger = logging.getLogger(__name__)


class LoggingClient(QdrantClient):
    def drop(self, name: str) -> None:
        logger.info("dropping %s", name)


async def clean_up() -> None:
    client = LoggingClient(url="http://localhost:6333")
    client.drop("docs")
    client.delete_collection("docs")  # error: QDR101


async def main() -> None:
    await clean_up()
