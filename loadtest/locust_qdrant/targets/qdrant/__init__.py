"""What a virtual user does to Qdrant: one small class an operation, and the mix of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from locust_qdrant.targets.qdrant.changing import Delete, SetPayload
from locust_qdrant.targets.qdrant.hybrid import Hybrid
from locust_qdrant.targets.qdrant.operation import Operation, Request
from locust_qdrant.targets.qdrant.query import Query, QueryBatch
from locust_qdrant.targets.qdrant.reading import Retrieve, Scroll
from locust_qdrant.targets.qdrant.upsert import Upsert
from locust_qdrant.targets.qdrant.virtual_user import VirtualUser

if TYPE_CHECKING:
    from collections.abc import Callable

    from locust_qdrant.config.model import CollectionSpec, OperationSpec, Workload

__all__ = ["KINDS", "Operation", "Request", "VirtualUser", "mix"]

#: What makes the operation of a kind, from its options and the collection that it goes to.
KINDS: dict[str, Callable[[OperationSpec, CollectionSpec], Operation]] = {
    "upsert": Upsert,
    "query": Query,
    "hybrid": Hybrid,
    "query_batch": QueryBatch,
    "scroll": Scroll,
    "retrieve": Retrieve,
    "delete": Delete,
    "set_payload": SetPayload,
}


def mix(workload: Workload) -> list[tuple[Operation, int]]:
    """Return the operations of `workload`, each with its weight."""
    return [
        (KINDS[spec.kind](spec, workload.collection), spec.weight) for spec in workload.operations
    ]
