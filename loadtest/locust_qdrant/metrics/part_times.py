"""Where the time of requests went, folded by how long they took; no request is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from locust_qdrant.metrics.record import Record

#: Leading bits of a latency by which the parts of requests are kept: to a five-hundredth.
_PART_BITS = 9

#: Where the time of a request can be, in the order in which it meets them.
PARTS = (
    "late",
    "loop_wait",
    "encoding",
    "pool",
    "connecting",
    "sending",
    "server",
    "way",
    "body",
    "transport",
    "decoding",
)


@dataclass
class PartTimes:
    """Where the time of successful requests went, by how long they took.

    Attributes:
        rows: by the lower end of a range of latencies in microseconds: number of requests, their
            latencies together in seconds, and each of `PARTS`.
        told: for each of `PARTS`, whether any request told it.
    """

    rows: dict[int, list[float]] = field(default_factory=dict)
    told: list[bool] = field(default_factory=lambda: [False for _ in PARTS])

    def record(self, request: Record) -> None:
        """Take in one request whose stations are known."""
        seen = request.stations
        if seen is None:
            return
        latency = request.latency
        micros = round(latency * 1_000_000)
        shift = micros.bit_length() - _PART_BITS
        row = self.rows.setdefault(
            micros >> shift << shift if shift > 0 else micros, [0.0] * (len(PARTS) + 2)
        )
        first_byte = seen.first_byte or 0.0
        # What the server says can be more than what was waited for, by its rounding.
        server = request.server_seconds
        took = 0.0 if server is None else min(server, first_byte)
        late = latency - (request.end - request.start)
        parts = (
            late if late > 0 else 0.0,
            request.loop_wait,
            seen.encoding,
            seen.pool,
            seen.connecting,
            seen.sending,
            None if server is None else took,
            first_byte - took,
            seen.body,
            seen.transport,
            seen.decoding,
        )
        row[0] += 1
        row[1] += latency
        told = self.told
        for at, seconds in enumerate(parts, 2):
            if seconds is not None:
                row[at] += seconds
                told[at - 2] = True

    def add(self, other: PartTimes) -> None:
        """Take in all requests of another one."""
        for key, theirs in other.rows.items():
            mine = self.rows.setdefault(key, [0.0] * len(theirs))
            for at, value in enumerate(theirs):
                mine[at] += value
        self.told = [mine or theirs for mine, theirs in zip(self.told, other.told, strict=True)]

    @property
    def count(self) -> int:
        """Number of requests."""
        return round(sum(row[0] for row in self.rows.values()))

    def total(self, part: str) -> float:
        """Return the seconds of a part of all requests together."""
        return sum(row[2 + PARTS.index(part)] for row in self.rows.values())

    def band(self, begin: int, end: int) -> list[float]:
        """Return a row for the requests of these ranks by latency, from 0; `end` is not included.

        Requests of a range that reaches over an end are taken for equal.
        """
        row, passed = [0.0] * (len(PARTS) + 2), 0.0
        for key in sorted(self.rows):
            here = self.rows[key]
            low, high = max(begin, passed), min(end, passed + here[0])
            if high > low:
                share = (high - low) / here[0]
                row = [mine + share * each for mine, each in zip(row, here, strict=True)]
            passed += here[0]
        return row
