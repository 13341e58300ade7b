"""Connections: does the pool use them again, or does it open one for each request?

httpcore (1.0.9, `_async/connection_pool.py`) closes a connection that becomes idle as soon as there
are more than `max_keepalive_connections` of them, busy ones included. With more requests under way
than that, each opens a connection of its own. With fewer, a connection that was idle for longer
than `keepalive_expiry`, or than the server allows, is opened anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from locust_qdrant.checks.interface import CheckResult, Verdict, pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from locust_qdrant.metrics.results import PathResult

#: Connections opened for one request, beyond which they are not used again.
MOST_PER_REQUEST = 0.5
#: Fewer requests than this tell nothing: each user opens its first connection.
_FEWEST_REQUESTS = 100
_NAME = "connections"
_LIMIT = "one for two requests"


def check(result: PathResult) -> Iterator[CheckResult]:
    """Warn when most requests opened a connection of their own; nothing where nobody counted."""
    opened, client = result.traffic.connections_opened, result.traffic.client
    every = result.traffic.requests.every
    if opened is None:
        why = (
            "this version of httpx does not show its pool" if every.count else "no request was made"
        )
        yield CheckResult(_NAME, "nobody counted", _LIMIT, Verdict.NOT_MEASURED, (why,))
        return
    requests = every.count
    figure = f"{opened:,} opened for {requests:,} requests"
    if not opened and every.failed:
        evidence = ("no connection was opened, and requests failed: the server was not reached",)
        yield CheckResult(_NAME, figure, _LIMIT, Verdict.WARNING, evidence)
        return
    if requests < _FEWEST_REQUESTS:
        figure += f", too few to tell (under {_FEWEST_REQUESTS})"
        yield CheckResult(_NAME, figure, _LIMIT, Verdict.PASSED)
        return
    if opened <= MOST_PER_REQUEST * requests:
        yield CheckResult(_NAME, figure, _LIMIT, Verdict.PASSED)
        return
    peak = every.under_way.peak
    if client is not None and peak <= client.keepalive:
        yield pattern(
            _NAME,
            figure,
            f"{opened / requests:.0%} of the requests opened a connection, though never more than "
            f"{peak:,} were under way at once and the pool keeps {client.keepalive:,}: connections "
            "were idle for too long between two requests, and expired (httpx closes its own after "
            "5 s, Qdrant too)",
            "nothing, if opening one is cheap; else ask more often than every 5 s, or use gRPC "
            "with `grpc.keepalive_time_ms`. With pauses of just under 5 s, set a keep-alive expiry "
            "below the server's: `limits=httpx.Limits(keepalive_expiry=4)`",
            "idle-connections",
        )
        return
    yield pattern(
        _NAME,
        figure,
        f"up to {peak:,} requests were under way, more than the pool keeps connections "
        "(--keepalive), and then it closes each that becomes idle",
        "bound the requests under way, with asyncio.Semaphore(20) for instance, use several "
        "clients, another HTTP library (aiohttp), or gRPC",
        "the-pool-itself",
    )
