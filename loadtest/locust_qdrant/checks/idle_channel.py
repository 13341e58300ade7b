"""Idle channel: after a pause, every call over gRPC runs into its deadline.

Something on the way, such as a load balancer, forgets a connection on which nothing passes, and
tells neither side. gRPC sends its calls into it until the system gives the connection up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from locust_qdrant.checks.interface import CheckResult, pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from locust_qdrant.metrics.results import PathResult

_FEWEST = 2


def check(result: PathResult) -> Iterator[CheckResult]:
    """Warn when calls over gRPC succeeded until a pause, and ran into their deadline from then."""
    silence = result.traffic.requests.silences.lasting
    if silence is None or silence.after < _FEWEST:
        return
    pause = silence.seconds
    yield pattern(
        "idle channel",
        f"{silence.after:,} calls in a row without an answer after {pause:.1f} s of silence",
        f"all {silence.after:,} calls after a pause of {pause:.1f} s ended in "
        f"DEADLINE_EXCEEDED, and the {silence.before:,} before it did not: something between "
        "client and server forgot the idle connection",
        "`grpc_options={'grpc.keepalive_time_ms': 10_000, "
        "'grpc.keepalive_permit_without_calls': 1}`, with a time below that of whatever forgets",
        "grpc-and-idle-connections",
    )
