"""Pool whole: when nobody asks any more, every connection is free again.

httpcore keeps a place for a request that is given up just when it gets one (issue 1093): the
connection is never opened, never used and never removed. In the end no place is left, and a service
answers nothing although its server is idle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from locust_qdrant.checks.interface import CheckResult, Verdict, pattern
from locust_qdrant.metrics.record import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from locust_qdrant.metrics.results import PathResult

_NAME = "pool whole"


def check(result: PathResult) -> Iterator[CheckResult]:
    """Fail on a connection that nobody uses and nobody gave back; silent if nobody could look."""
    client = result.traffic.client
    if client is None or client.held is None:
        return
    gave_up = result.traffic.requests.every.ended(Outcome.GAVE_UP)
    given_up = f", {gave_up:,} requests given up by their caller" if gave_up else ""
    figure = f"{client.held:,} of {client.open:,} connections held by nobody{given_up}"
    if not client.held:
        yield CheckResult(_NAME, figure, "none", Verdict.PASSED)
        return
    limit = f", of the {client.connections:,} that the pool may have" if client.connections else ""
    yield pattern(
        _NAME,
        figure,
        f"{client.held:,} connections are taken although no request is under way{limit}: "
        f"{client.library} loses the place of a request that is cancelled when it gets one, and "
        "does not get it back; a semaphore does not help",
        "gRPC, or another HTTP library under the client (aiohttp, httpx2)",
        "callers-that-give-up",
        Verdict.FAILED,
    )
