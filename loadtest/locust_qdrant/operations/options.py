"""The options of an operation, as its kind has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from locust_qdrant.workload.kinds import OperationKeys
from locust_qdrant.workload.validation import validate

if TYPE_CHECKING:
    from locust_qdrant.workload.model import OperationSpec

KeysT = TypeVar("KeysT", bound=OperationKeys)


def options_of(spec: OperationSpec, keys: type[KeysT]) -> KeysT:
    """Return the options of `spec`, with a default for each that it does not give."""
    return validate(keys, {"kind": spec.kind, **spec.options})
