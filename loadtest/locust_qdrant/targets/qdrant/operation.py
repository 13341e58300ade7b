"""What every operation is: it plans a request, and leaves sending it to the path under test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from locust_qdrant.config.operations import OperationKeys
from locust_qdrant.config.validation import validate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from locust_qdrant.config.model import OperationSpec
    from locust_qdrant.ledger import Write
    from locust_qdrant.targets.qdrant.expectation import Expected
    from locust_qdrant.targets.qdrant.virtual_user import VirtualUser


@dataclass(frozen=True)
class Request:
    """A request that is ready to be sent.

    Attributes:
        method: name of the method, the same in both client classes.
        arguments: its keyword arguments.
        write: what it writes, for the ledger; None if it only reads.
        points: number of points that it writes.
        expects: what each list of hits in its answer must be like; empty if it only writes.
    """

    method: str
    arguments: Mapping[str, Any]
    write: Write | None = None
    points: int = 0
    expects: Sequence[Expected] = ()


class Operation(Protocol):
    """One kind of request, with its options."""

    @property
    def name(self) -> str:
        """Its name in records, figures and thresholds."""

    @property
    def method(self) -> str:
        """The client's method that it calls."""

    def plan(self, virtual_user: VirtualUser) -> Request:
        """Return the next request of `virtual user`; sends nothing."""


KeysT = TypeVar("KeysT", bound=OperationKeys)


def options_of(spec: OperationSpec, keys: type[KeysT]) -> KeysT:
    """Return the options of `spec`, with a default for each that it does not give."""
    return validate(keys, {"kind": spec.kind, **spec.options})
