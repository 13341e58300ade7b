"""The collection that the traffic goes to: made, filled, read back, and left as it was found."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from qdrant_client import models

from locust_qdrant.aio.failures import SERVER_FAILURES, describe
from locust_qdrant.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from qdrant_client import QdrantClient

    from locust_qdrant.ledger import Ledger
    from locust_qdrant.operations.interface import Request

_READ_BATCH = 500
_DELETE_BATCH = 1000
_POLL_SECONDS = 0.1


class Collection:
    """A collection of the server, and whether it is ours to remove.

    Use it as a context manager: at the end a collection that was created here is removed, and from
    one that was there before, the points that this run wrote.

    Args:
        client: a client that works.
        name: name of the collection.
        dim: components of its vectors.
        ledger: the books, which know every point that was written.
    """

    def __init__(self, client: QdrantClient, name: str, dim: int, ledger: Ledger) -> None:
        self.name = name
        self._client = client
        self._dim = dim
        self._ledger = ledger
        self._created = False
        self._opened = False

    def open(self, use_existing: bool) -> None:
        """Create the collection, or take the existing one.

        Raises:
            UsageError: it exists and may not be used, or cannot be used, or cannot be created.
        """
        try:
            exists = self._client.collection_exists(self.name)
            if exists:
                self._take(use_existing)
            else:
                self._create()
        except SERVER_FAILURES as error:
            raise UsageError(
                f"The collection {self.name!r} cannot be used: {describe(error)}."
            ) from error
        self._opened = True

    def fill(self, requests: Iterator[Request], advance: Callable[[int], None]) -> None:
        """Send `requests`, upserts, one after the other.

        Raises:
            UsageError: the server refuses one.
        """
        for request in requests:
            try:
                with self._ledger.writing(request.writes, request.version):
                    getattr(self._client, request.method)(**request.arguments)
            except SERVER_FAILURES as error:
                raise UsageError(
                    f"The collection {self.name!r} cannot be filled: {describe(error)}."
                ) from error
            advance(len(request.writes))

    def wait_until_green(self, seconds: float) -> bool:
        """Wait until the collection is optimised; tell whether it was within `seconds`."""
        deadline = time.monotonic() + seconds
        while True:
            status = self._client.get_collection(self.name).status
            if status == models.CollectionStatus.GREEN:
                return True
            if time.monotonic() > deadline:
                return False
            time.sleep(_POLL_SECONDS)

    def read_back(
        self, advance: Callable[[int], None]
    ) -> Iterator[tuple[str, Mapping[str, Any] | None]]:
        """Yield each point with an acknowledged write, and its payload or `None`."""
        points = self._ledger.points()
        for start in range(0, len(points), _READ_BATCH):
            batch = points[start : start + _READ_BATCH]
            answer = self._client.retrieve(self.name, batch, with_payload=True)
            found = {str(record.id): record.payload for record in answer}
            yield from ((point, found.get(point)) for point in batch)
            advance(len(batch))

    def close(self) -> str:
        """Leave the server as it was found.

        Returns:
            What could not be removed and why, in one sentence; empty when all is well.
        """
        if not self._opened and not self._created:
            return ""
        try:
            if self._created:
                self._client.delete_collection(self.name)
            else:
                self._delete_points()
        except SERVER_FAILURES as error:
            left = "" if self._created else "points written to "
            return f"The {left}collection {self.name!r} could not be removed: {describe(error)}."
        self._opened = self._created = False
        return ""

    def _create(self) -> None:
        self._created = True
        self._client.create_collection(
            self.name,
            vectors_config=models.VectorParams(size=self._dim, distance=models.Distance.COSINE),
        )

    def _take(self, use_existing: bool) -> None:
        if not use_existing:
            raise UsageError(
                f"The collection {self.name!r} exists already: choose another --collection, or say "
                "--use-existing to write to it (what is written is removed afterwards)."
            )
        vectors = self._client.get_collection(self.name).config.params.vectors
        if not isinstance(vectors, models.VectorParams):
            raise UsageError(
                f"The collection {self.name!r} has named vectors, and this command writes unnamed "
                "ones: choose another --collection."
            )
        if vectors.size != self._dim:
            raise UsageError(
                f"The collection {self.name!r} has vectors of {vectors.size} dimensions, and --dim "
                f"is {self._dim}: say --dim {vectors.size}."
            )

    def _delete_points(self) -> None:
        points = self._ledger.touched()
        for start in range(0, len(points), _DELETE_BATCH):
            batch: list[models.ExtendedPointId] = list(points[start : start + _DELETE_BATCH])
            self._client.delete(self.name, points_selector=models.PointIdsList(points=batch))
