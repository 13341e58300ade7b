"""The kinds of operations by their names in a workload, and the mix made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from locust_qdrant.targets.qdrant.changing import Delete, SetPayload
from locust_qdrant.targets.qdrant.hybrid import Hybrid
from locust_qdrant.targets.qdrant.query import Query, QueryBatch
from locust_qdrant.targets.qdrant.reading import Retrieve, Scroll
from locust_qdrant.targets.qdrant.upsert import Upsert

if TYPE_CHECKING:
    from collections.abc import Callable

    from locust_qdrant.config.model import CollectionSpec, OperationSpec, Workload
    from locust_qdrant.targets.qdrant.operation import Operation

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
