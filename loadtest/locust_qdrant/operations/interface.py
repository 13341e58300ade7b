"""What every operation is: it plans a request, and leaves sending it to the path under test."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Mapping, Sequence

    from locust_qdrant.ledger import Ledger
    from locust_qdrant.workload.dataset import Dataset


@dataclass
class Participant:
    """One virtual user, as far as operations see it.

    Attributes:
        collection: name of the collection.
        dataset: where vectors and payloads come from.
        ledger: the books of the run.
        random: this user's own source of chance.
        new_points: names of points that nobody has used, shared by all users.
        batch_size: points in an upsert.
        limit: hits that a query asks for.
        own: the points that this user has written, and no other user writes.
        writes: number of upserts that this user has begun.
    """

    collection: str
    dataset: Dataset
    ledger: Ledger
    random: random.Random
    new_points: Iterator[str]
    batch_size: int
    limit: int
    own: list[str] = field(default_factory=list)
    writes: int = 0


@dataclass(frozen=True)
class Request:
    """A request that is ready to be sent.

    Attributes:
        method: name of the method, the same in both client classes.
        arguments: its keyword arguments.
        writes: the points that it writes.
        version: the version that it writes them with.
    """

    method: str
    arguments: Mapping[str, Any]
    writes: Sequence[str] = ()
    version: int = 0


class Operation(Protocol):
    """One kind of request."""

    @property
    def name(self) -> str:
        """Its name in a mix."""

    @property
    def method(self) -> str:
        """The client's method that it calls, and so its name in records."""

    def plan(self, participant: Participant) -> Request:
        """Return the next request of `participant`; sends nothing."""
