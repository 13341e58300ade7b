"""Every operation, once: its routes and methods, how it is read, answered and written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from locust_qdrant.embedded.engine.table.collections import collection_operations
from locust_qdrant.embedded.engine.table.reads import read_operations
from locust_qdrant.embedded.engine.table.service import NOT_SERVED, service_operations
from locust_qdrant.embedded.engine.table.writes import write_operations

if TYPE_CHECKING:
    from collections.abc import Mapping

    from locust_qdrant.embedded.engine.table.entry import Grpc, Rest, Run, ServedOperation

__all__ = ["GRPC", "NOT_SERVED", "OPERATIONS", "REST"]

OPERATIONS: tuple[ServedOperation, ...] = (
    *read_operations(),
    *write_operations(),
    *collection_operations(),
    *service_operations(),
)

REST: Mapping[str, tuple[Rest, Run]] = {
    rest.route: (rest, operation.run) for operation in OPERATIONS for rest in operation.rest
}
GRPC: Mapping[str, tuple[Grpc, Run]] = {
    f"/qdrant.{way.method}": (way, operation.run)
    for operation in OPERATIONS
    for way in operation.grpc
}
