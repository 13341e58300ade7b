"""Timeout kept: no request takes longer than what `timeout` seems to say.

Over REST it counts for each phase of a request and for each read of its answer: an answer that
comes in drops may take for ever.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from locust_qdrant.checks.interface import CheckResult, Verdict, pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from locust_qdrant.metrics.results import PathResult

_NAME = "timeout kept"
#: Seconds, and share of the timeout, by which a request may be longer.
_GRACE, _GRACE_SHARE = 0.1, 0.05


def check(result: PathResult) -> Iterator[CheckResult]:
    """Warn when requests took longer than the client's timeout, waits for the loop apart."""
    client = result.traffic.client
    requests = result.traffic.requests.every
    if client is None or not requests.followed:
        return
    longest = requests.taken.longest
    limit = f"{client.timeout:g} s"
    beyond = client.timeout * (1 + _GRACE_SHARE) + _GRACE
    over = requests.taken.between(beyond).count
    if not over:
        yield CheckResult(_NAME, f"longest {longest:.2f} s", limit, Verdict.PASSED)
        return
    of = f"{requests.followed:,} requests"
    if requests.followed < requests.count:
        of += " that were followed"
    good = over - requests.taken_badly.between(beyond).count
    yield pattern(
        _NAME,
        f"longest {longest:.2f} s, {over:,} of {of} over {limit}",
        f"{over:,} of {of} took longer than the timeout of {limit}, the "
        f"longest {longest:.2f} s, and {good:,} of them succeeded: over REST `timeout` counts for "
        "each phase of a request and for each read of its answer, not for the whole",
        "`async with asyncio.timeout(seconds):` around the call, or gRPC, where it is the limit",
        "timeout-is-no-limit",
    )
