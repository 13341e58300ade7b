"""Functions of the standard library look at the coroutine, and await nothing."""

import json
import logging
from pprint import pformat

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")
logger = logging.getLogger(__name__)


async def main() -> None:
    logger.warning("size %s", client.count("docs"))  # error: QDR202
    logging.error("size %s", client.count("docs"))  # error: QDR202
    print(pformat(client.count("docs")))  # error: QDR202
    list(filter(client.collection_exists, ["docs"]))  # error: QDR202
    print(json.dumps({"size": (await client.count("docs")).count}))
