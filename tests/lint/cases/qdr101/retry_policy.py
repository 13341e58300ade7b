"""A client's method called by a retry policy that is kept in a variable."""

from qdrant_client import QdrantClient
from tenacity import Retrying, retry, stop_after_attempt

client = QdrantClient(url="http://localhost:6333")
policy = retry(stop=stop_after_attempt(3), reraise=True)
retrying = Retrying(stop=stop_after_attempt(3), reraise=True)


async def main() -> None:
    policy(client.count)("docs")  # error: QDR101
    retrying(client.count, "docs")  # error: QDR101
    for attempt in retrying:
        with attempt:
            client.count("docs")  # error: QDR101
