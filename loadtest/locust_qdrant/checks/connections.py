"""Connections: does the pool use them again, or does it open one for each request?

httpcore (1.0.9, `_async/connection_pool.py`) closes a connection that becomes idle as soon as there
are more than `max_keepalive_connections` of them, busy ones included. With more requests under way
than that, each opens a connection of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from locust_qdrant.checks.interface import CheckResult, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from locust_qdrant.metrics.results import PathResult

#: Connections opened for one request, beyond which they are not used again.
MOST_PER_REQUEST = 0.5
#: Fewer requests than this tell nothing: each user opens its first connection.
_FEWEST_REQUESTS = 100
_LIMIT = "one for two requests"


def check(result: PathResult) -> Iterator[CheckResult]:
    """Warn when most requests opened a connection of their own."""
    opened = result.traffic.connections_opened
    requests = len(result.traffic.records) + len(result.traffic.left_out)
    if opened is None:
        hidden = "this version of httpx does not show its pool"
        yield CheckResult("connections", "nobody counted", _LIMIT, Verdict.NOT_MEASURED, (hidden,))
        return
    wasted = requests >= _FEWEST_REQUESTS and opened > MOST_PER_REQUEST * requests
    evidence = (
        "more requests were under way than the pool keeps connections (--keepalive), and then it "
        "closes each that becomes idle: bound the requests under way, with asyncio.Semaphore(20) "
        "for instance, use several clients, or gRPC"
    )
    yield CheckResult(
        name="connections",
        figure=f"{opened:,} opened for {requests:,} requests",
        limit=_LIMIT,
        verdict=Verdict.WARNING if wasted else Verdict.PASSED,
        evidence=(evidence,) if wasted else (),
    )
