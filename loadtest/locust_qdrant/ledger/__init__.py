"""What was written and acknowledged, and whether it is there: the books that a run keeps."""

from locust_qdrant.ledger.audit import Audit, audit
from locust_qdrant.ledger.books import Ledger
from locust_qdrant.ledger.judgement import (
    Fate,
    Finding,
    Originals,
    Reading,
    State,
    Write,
    WriteKind,
    judge,
)

__all__ = [
    "Audit",
    "Fate",
    "Finding",
    "Ledger",
    "Originals",
    "Reading",
    "State",
    "Write",
    "WriteKind",
    "audit",
    "judge",
]
