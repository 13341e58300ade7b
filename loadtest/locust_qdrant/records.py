"""One immutable record a request: every figure, check and statistic is computed from these."""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import Enum

# Adding one fixed offset keeps the clock monotonic, and lets records of several workers be merged.
_EPOCH = time.time() - time.perf_counter()


def now() -> float:
    """Return seconds since the Unix epoch, from a clock that never steps back in this process."""
    return _EPOCH + time.perf_counter()


class Outcome(str, Enum):
    """How a request ended."""

    OK = "ok"
    ERROR = "error"
    #: The virtual user was stopped while it waited: neither a success nor the server's failure.
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Record:
    """One request, as the caller saw it.

    Attributes:
        operation: name of the client's method, such as `query_points`.
        collection: name of the collection, empty for a call that names none.
        protocol: `REST` or `gRPC`.
        start: when the call was made, in seconds since the epoch.
        end: when it returned or raised, in seconds since the epoch.
        outcome: how it ended.
        error: one line that says why it failed, empty otherwise.
        response_bytes: size of the answer's body, zero when there was none.
    """

    operation: str
    collection: str
    protocol: str
    start: float
    end: float
    outcome: Outcome
    error: str = ""
    response_bytes: int = 0

    @property
    def seconds(self) -> float:
        """Time from the call to its end, in seconds."""
        return self.end - self.start
