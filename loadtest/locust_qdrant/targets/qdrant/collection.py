"""The collection that the traffic goes to: made, filled, read back, and left as it was found."""

from __future__ import annotations

import time
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from qdrant_client import models

from locust_qdrant.client.failures import SERVER_FAILURES, describe
from locust_qdrant.client.patience import WaitBudget, is_away, is_refusal, patiently
from locust_qdrant.errors import UsageError
from locust_qdrant.ledger import Fate, Reading
from locust_qdrant.targets.qdrant import fate
from locust_qdrant.targets.qdrant.paging import LEAST_PARTS, deleted, id_pages
from locust_qdrant.targets.qdrant.readiness import CollectionState, state_of, wait_until_ready
from locust_qdrant.targets.qdrant.schema import by_name, check_usable, creation, payload_index

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from qdrant_client import QdrantClient

    from locust_qdrant.config.model import CollectionSpec
    from locust_qdrant.ledger import Ledger, Write
    from locust_qdrant.targets.qdrant.operation import Request

    T = TypeVar("T")

# Values in an answer: some 2 MB as JSON.
_READ_COMPONENTS = 100_000
_READ_MOST = 500
_ID_BATCH = 10_000
_DELETE_BATCH = 1000
#: Points whose vectors are read back at most; beyond it, those of every so many are.
_MOST_VECTORS = 20_000
#: Seconds for which a server may ask to wait before it has removed everything, and before it has
#: given all points back: it limits by the minute.
_REMOVAL_SECONDS = _READING_SECONDS = 120.0
#: Seconds that are left for a server that is away, once somebody wants to leave.
_HURRY_SECONDS = 2.0


class RunCollection:
    """A collection of the server, and whether it is ours to remove.

    Args:
        client: a client that works.
        spec: what it is, or shall be.
        name: its name, which `spec` need not have.
        ledger: the books, which know every point that was written; may be replaced by merged ones.
    """

    def __init__(
        self, client: QdrantClient, spec: CollectionSpec, name: str, ledger: Ledger
    ) -> None:
        self.name = name
        self.ledger = ledger
        self._client = client
        self._spec = spec
        self._created = False
        self._opened = False
        self._has_sent_part = False
        self._left: set[str] = set()
        self._outage = WaitBudget()
        self._again = 0
        self._consistency: models.ReadConsistencyType | None = None
        self._replica_down = ""
        self._reading = WaitBudget(_READING_SECONDS)
        self._removing = WaitBudget(_REMOVAL_SECONDS)
        self._unread = 0
        self._gone = False
        self._not_looked_for = ""
        self._unread_why = ""

    def open(self) -> None:
        """Create the collection, or take the existing one.

        Raises:
            UsageError: it exists and may not be used, or cannot be used, or cannot be created.
        """
        try:
            if self._at_once(lambda: self._client.collection_exists(self.name)):
                self._take()
            elif self._spec.use_existing:
                raise UsageError(
                    f"There is no collection {self.name!r} to use: check its name, or leave out "
                    "--use-existing to have one made."
                )
            else:
                self._create()
        except SERVER_FAILURES as error:
            raise UsageError(
                f"The collection {self.name!r} cannot be used: {describe(error).rstrip('.')}."
            ) from error
        self._opened = True

    def fill(self, requests: Iterable[Request], advance: Callable[[int], None]) -> None:
        """Send `requests`, upserts, one after the other.

        Args:
            requests: what to send.
            advance: called with the number of points after each.

        Raises:
            UsageError: the server refuses one.
        """
        for request in requests:
            try:
                self._has_sent_part = False
                with self.ledger.writing(request.write, partial(self._fate, request.write)):
                    self._send(request.method, request.arguments)
            except SERVER_FAILURES as error:
                raise UsageError(
                    f"The collection {self.name!r} cannot be filled: {describe(error)}."
                ) from error
            advance(request.points)

    def _fate(self, write: Write | None, error: BaseException) -> Fate:
        return Fate.IN_DOUBT if self._has_sent_part else fate.of_failure(write, error)

    def _send(self, method: str, arguments: Mapping[str, Any]) -> None:
        """Send an upsert, in parts where the server takes no request of its size."""
        try:
            self._ask(lambda: getattr(self._client, method)(**arguments))
            self._has_sent_part = True
        except SERVER_FAILURES as error:
            points = arguments.get("points")
            if not is_refusal(error) or not isinstance(points, list) or len(points) < LEAST_PARTS:
                raise
            middle = len(points) // 2
            for part in (points[:middle], points[middle:]):
                self._send(method, {**arguments, "points": part})

    def wait_until_ready(self) -> str:
        """Wait until the collection is ready, for as long as its spec says.

        Returns:
            What a reader of the figures should know, in one sentence; empty when it is ready.

        Raises:
            UsageError: the server cannot be asked any more.
        """
        try:
            return wait_until_ready(self.state, self._spec, self._spec.index_wait)
        except SERVER_FAILURES as error:
            raise UsageError(
                f"The server went away before the traffic began: {describe(error)}."
            ) from error

    def state(self) -> CollectionState:
        """Return what the server says of it."""
        return state_of(self._ask(lambda: self._client.get_collection(self.name)))

    def hurry(self) -> None:
        """Wait no longer for a server: somebody wants to leave."""
        for budget in (self._outage, self._removing):
            budget.left = min(budget.left, _HURRY_SECONDS)

    def read_back(
        self, advance: Callable[[int], None], *, phantoms: bool = True
    ) -> Iterator[Reading]:
        """Yield what is there of each point with an acknowledged write, then possible phantoms.

        Only a collection that was created here can have phantoms. Of more than 20,000 points, the
        vectors of every second, third, ... batch are read.

        Args:
            advance: called with the number of points after each batch.
            phantoms: whether the books are complete, so that a point that they do not know is one
                that nobody wrote.
        """
        params = self._ask(lambda: self._client.get_collection(self.name)).config.params
        if (params.shard_number or 1) == 1:
            self.ledger.believe_refusals()
        else:
            self.ledger.doubt_refusals()
        if (params.replication_factor or 1) > 1:
            # A point counts as there if every replica has it.
            self._consistency = models.ReadConsistencyType.ALL
        points = self.ledger.points()
        size = max(1, min(_READ_MOST, _READ_COMPONENTS // self._components()))
        every = -(-len(points) // _MOST_VECTORS)
        for number, start in enumerate(range(0, len(points), size)):
            batch = points[start : start + size]
            yield from self._read(batch, with_vectors=number % every == 0)
            advance(len(batch))
        if self._created and phantoms and not self._gone:
            try:
                unknown = (point for point in self._ids() if not self.ledger.knows(point))
                yield from (Reading(point, {}) for point in unknown)
            except SERVER_FAILURES as error:
                self._not_looked_for = describe(error)

    def unreadable(self) -> Iterator[str]:
        """Yield what could not be read back, and why; nothing where all could."""
        if self._unread:
            yield f"{self._unread:,} points could not be read back: {self._unread_why}"
        if self._not_looked_for:
            yield f"points that nobody wrote could not be looked for: {self._not_looked_for}"

    def notes(self) -> Iterator[str]:
        """Yield what a reader should know of what was asked beside the traffic."""
        if self._replica_down:
            yield (
                "The points were read back from any replica, since not all of them answered: "
                f"{self._replica_down}."
            )
        if self._again:
            yield (
                f"To fill the collection, read it back and remove it, {self._again:,} "
                f"{'request was' if self._again == 1 else 'requests were'} sent again: the server "
                "asked to wait, or could not be reached."
            )

    def close(self) -> str:
        """Leave the server as it was found.

        Returns:
            What could not be removed and why, in one sentence; empty when all is well.
        """
        if not self._opened and not self._created:
            return ""
        try:
            if self._created:
                self._remove(lambda: self._client.delete_collection(self.name))
            else:
                self._delete_points()
        except SERVER_FAILURES as error:
            what = f"the collection {self.name!r}"
            if not (self._is_there() if self._created else self._left):
                return ""
            if not self._created:
                what = f"up to {len(self._left):,} points of this run in {what}"
            return f"{what} could not be removed: {describe(error)}"
        self._opened = self._created = False
        return ""

    def _is_there(self) -> bool:
        """Tell whether the collection may be there, once its removal failed."""
        with suppress(*SERVER_FAILURES):
            # One of several nodes may be down, of which the others remove it all the same.
            return self._client.collection_exists(self.name)
        return True

    def _create(self) -> None:
        try:
            self._at_once(lambda: self._client.create_collection(self.name, **creation(self._spec)))
        except SERVER_FAILURES as error:
            # What somebody else made is not ours to remove. A name that nobody else can have is, if
            # the server may have made it all the same.
            self._created = not self._spec.name and not is_refusal(error)
            raise
        self._created = True
        there = self._ask(
            lambda: self._client.http.collections_api.collection_exists(self.name).result
        )
        if there is None or not there.exists:
            raise UsageError(
                f"The collection {self.name!r}, made over gRPC, is not there over REST: the two "
                "ports are not one server. Give the port of its gRPC API with --grpc-port."
            )
        for field, schema in self._spec.payload_indexes.items():
            index = partial(
                self._client.create_payload_index, self.name, field, payload_index(schema)
            )
            self._ask(index)

    def _take(self) -> None:
        if not self._spec.use_existing:
            raise UsageError(
                f"The collection {self.name!r} exists already: choose another --collection, or say "
                "--use-existing to query it, and --write to write to it, too (what is written is "
                "removed afterwards)."
            )
        info = self._at_once(lambda: self._client.get_collection(self.name))
        check_usable(self.name, info, self._spec)

    def _ask(self, call: Callable[[], T]) -> T:
        return patiently(call, outage=self._outage, again=self._count_again)

    def _at_once(self, call: Callable[[], T]) -> T:
        """Ask a server that has to be there, or what may not be asked twice."""
        return patiently(call, again=self._count_again)

    def _count_again(self) -> None:
        self._again += 1

    def _components(self) -> int:
        return sum(each.dim * max(1, each.multi) for each in self._spec.vectors.values())

    def _read(self, batch: list[str], *, with_vectors: bool) -> Iterator[Reading]:
        if self._gone:
            self._unread += len(batch)
            return
        before = self._again
        try:
            answer = self._within(
                self._reading,
                lambda: self._client.retrieve(
                    self.name,
                    batch,
                    with_payload=True,
                    with_vectors=with_vectors,
                    consistency=self._consistency,
                ),
            )
        except SERVER_FAILURES as error:
            if self._consistency is not None and not is_refusal(error):
                self._consistency, self._replica_down = None, describe(error)
                yield from self._read(batch, with_vectors=with_vectors)
                return
            if not is_refusal(error) or len(batch) < LEAST_PARTS:
                self._unread += len(batch)
                self._unread_why = describe(error)
                # Whoever was waited for in vain is not waited for again.
                self._gone = self._gone or is_away(error) or self._again > before
                return
            # A server may limit how much one request reads.
            middle = len(batch) // 2
            yield from self._read(batch[:middle], with_vectors=with_vectors)
            yield from self._read(batch[middle:], with_vectors=with_vectors)
            return
        found = {str(record.id): record for record in answer}
        for point in batch:
            record = found.get(point)
            if record is None:
                yield Reading(point, None)
            else:
                vectors = by_name(record.vector) if with_vectors else None
                yield Reading(point, record.payload or {}, vectors)

    def _within(self, budget: WaitBudget, call: Callable[[], T]) -> T:
        """Ask for as long as is left of what all such requests may wait together."""
        began, before = time.monotonic(), self._again
        try:
            return patiently(call, budget.left, self._outage, self._count_again)
        finally:
            if self._again > before:
                budget.left = max(0.0, budget.left - (time.monotonic() - began))

    def _ids(self) -> Iterator[str]:
        for page in id_pages(self._client, self.name, _ID_BATCH, self._ask):
            yield from map(str, page)

    def _delete_points(self) -> None:
        points = self.ledger.touched()
        self._left = self.ledger.possible()
        for start in range(0, len(points), _DELETE_BATCH):
            batch = points[start : start + _DELETE_BATCH]
            for part in deleted(self._client, self.name, batch, self._remove):
                self._left.difference_update(map(str, part))

    def _remove(self, call: Callable[[], T]) -> T:
        return self._within(self._removing, call)
