"""What a virtual user does: one module an operation. `OPERATIONS` holds them all, by name."""

from locust_qdrant.operations.interface import Operation, Participant, Request
from locust_qdrant.operations.query import Query
from locust_qdrant.operations.upsert import Upsert

OPERATIONS: dict[str, Operation] = {operation.name: operation for operation in (Upsert(), Query())}

__all__ = ["OPERATIONS", "Operation", "Participant", "Request"]
