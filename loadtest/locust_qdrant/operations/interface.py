"""What every operation is: it plans a request, and leaves sending it to the path under test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from locust_qdrant.ledger import Write
    from locust_qdrant.operations.participant import Participant


@dataclass(frozen=True)
class Request:
    """A request that is ready to be sent.

    Attributes:
        method: name of the method, the same in both client classes.
        arguments: its keyword arguments.
        write: what it writes, for the ledger; None if it only reads.
        points: number of points that it writes.
    """

    method: str
    arguments: Mapping[str, Any]
    write: Write | None = None
    points: int = 0


class Operation(Protocol):
    """One kind of request, with its options."""

    @property
    def name(self) -> str:
        """Its name in records, figures and thresholds."""

    @property
    def method(self) -> str:
        """The client's method that it calls."""

    def plan(self, participant: Participant) -> Request:
        """Return the next request of `participant`; sends nothing."""
