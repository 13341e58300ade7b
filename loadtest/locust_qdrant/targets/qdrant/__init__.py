"""What a virtual user does: one small class an operation. `KINDS` makes them all, by name."""

from locust_qdrant.targets.qdrant.mix import KINDS, mix
from locust_qdrant.targets.qdrant.operation import Operation, Request
from locust_qdrant.targets.qdrant.virtual_user import VirtualUser

__all__ = ["KINDS", "Operation", "Request", "VirtualUser", "mix"]
