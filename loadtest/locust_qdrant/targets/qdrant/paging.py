"""Points in portions of a size that the server accepts: their ids read, or they deleted."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from qdrant_client import models

from locust_qdrant.client.failures import SERVER_FAILURES
from locust_qdrant.client.patience import is_refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from qdrant_client import QdrantClient

#: What has fewer parts than this cannot be divided.
LEAST_PARTS = 2


def id_pages(
    client: QdrantClient, collection: str, limit: int, ask: Callable[[Callable[[], Any]], Any]
) -> Iterator[list[models.ExtendedPointId]]:
    """Give the ids of all points; a server may limit how much one request reads.

    Args:
        client: a client that works.
        collection: its name.
        limit: how many at once, at most.
        ask: makes a request, again where the server asks to wait.

    Raises:
        ApiException, QdrantException, grpc.RpcError: the server does not tell.
    """
    offset = None
    while True:
        page = partial(
            client.scroll,
            collection,
            limit=limit,
            offset=offset,
            with_payload=False,
            with_vectors=False,
        )
        try:
            records, offset = ask(page)
        except SERVER_FAILURES as error:
            if not is_refusal(error) or limit < LEAST_PARTS:
                raise
            limit //= 2
            continue
        yield [record.id for record in records]
        if offset is None:
            return


def deleted(
    client: QdrantClient,
    collection: str,
    points: Sequence[models.ExtendedPointId],
    ask: Callable[[Callable[[], Any]], Any],
) -> Iterator[Sequence[models.ExtendedPointId]]:
    """Delete points, and give those that are gone, part by part, as far as it goes.

    Args:
        client: a client that works.
        collection: its name.
        points: their ids; they are divided where a server takes no more at once.
        ask: makes a request, again where the server asks to wait.

    Raises:
        ApiException, QdrantException, grpc.RpcError: the server does not let us.
    """
    selector = models.PointIdsList(points=list(points))
    try:
        ask(partial(client.delete, collection, points_selector=selector))
    except SERVER_FAILURES as error:
        if not is_refusal(error) or len(points) < LEAST_PARTS:
            raise
        middle = len(points) // 2
        for part in (points[:middle], points[middle:]):
            yield from deleted(client, collection, part, ask)
        return
    yield points
