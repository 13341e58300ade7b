"""What a virtual user does: one small class an operation. `KINDS` makes them all, by name."""

from locust_qdrant.operations.interface import Operation, Request
from locust_qdrant.operations.kinds import KINDS, mix
from locust_qdrant.operations.participant import Participant

__all__ = ["KINDS", "Operation", "Participant", "Request", "mix"]
