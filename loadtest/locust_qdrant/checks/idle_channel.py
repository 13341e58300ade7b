"""Idle channel: after a pause, every call over gRPC runs into its deadline.

Something on the way, such as a load balancer, forgets a connection on which nothing passes, and
tells neither side. gRPC sends its calls into it until the system gives the connection up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from locust_qdrant.checks.interface import CheckResult, pattern
from locust_qdrant.metrics.record import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from locust_qdrant.metrics.record import Record
    from locust_qdrant.metrics.results import PathResult

#: A pause is at least this many seconds without a request under way.
_PAUSE = 1.0
_FEWEST = 2


def check(result: PathResult) -> Iterator[CheckResult]:
    """Warn when calls over gRPC succeeded until a pause, and ran into their deadline from then."""
    records = sorted(
        (
            each
            for each in (*result.traffic.left_out, *result.traffic.records)
            if each.protocol == "gRPC" and not each.outcome.abandoned
        ),
        key=lambda each: each.start,
    )
    for at, pause in _pauses(records):
        before, after = records[:at], records[at:]
        if (
            len(after) >= _FEWEST
            and before[-1].outcome is Outcome.OK
            and all("DEADLINE_EXCEEDED" in each.error for each in after)
        ):
            yield pattern(
                "idle channel",
                f"{len(after):,} calls in a row without an answer after {pause:.1f} s of silence",
                f"all {len(after):,} calls after a pause of {pause:.1f} s ended in "
                f"DEADLINE_EXCEEDED, and the {len(before):,} before it did not: something between "
                "client and server forgot the idle connection",
                "`grpc_options={'grpc.keepalive_time_ms': 10_000, "
                "'grpc.keepalive_permit_without_calls': 1}`, with a time below that of whatever "
                "forgets",
                "grpc-and-idle-connections",
            )
            return


def _pauses(records: Sequence[Record]) -> Iterator[tuple[int, float]]:
    """Yield the place of each record that came after a pause, and how long that was."""
    busy_until = float("inf")
    for at, record in enumerate(records):
        if record.start - busy_until >= _PAUSE:
            yield at, record.start - busy_until
        busy_until = max(record.end, busy_until) if at else record.end
