"""Answers held back: a server that writes in two pieces, and a kernel that waits with its word.

The server writes the head of an answer, and then its body or frames, on a socket without
TCP_NODELAY. Nagle's algorithm holds the second piece until the first was acknowledged, and Linux
acknowledges it after 40 ms unless something is to be sent. Seen with Qdrant 1.18.2: for compressed
answers over HTTP/1.1, for all answers over HTTP/2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from locust_qdrant.checks.interface import CheckResult, pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from locust_qdrant.metrics.figures import Times
    from locust_qdrant.metrics.results import PathResult

#: Seconds after which Linux acknowledges at the latest, and what a wait for that looks like.
_ACKNOWLEDGED = (0.036, 0.060)
#: Share of the answers that have to be held back.
_SHARE = 0.02
#: So many of a hundred late ones may have come earlier.
_EARLIEST = 15
_FEWEST = 10


def check(result: PathResult) -> Iterator[CheckResult]:
    """Warn when answers are held back for the time of a delayed acknowledgement."""
    client, requests = result.traffic.client, result.traffic.requests.measured
    if client is None or not client.http_version:
        return
    over_http2 = client.http_version == "HTTP/2"
    waits = requests.beyond if over_http2 else requests.bodies
    told = requests.bodies_told
    held = _held(waits, told)
    if held is None:
        return
    share, typical = held.count / told, held.rank(50) * 1000
    if over_http2:
        yield pattern(
            "HTTP/2 held back",
            f"{typical:.0f} ms in {share:.0%} of the answers",
            f"{share:.0%} of the answers came {typical:.0f} ms "
            "later than the server took: it writes the frames of an answer one by one without "
            "TCP_NODELAY, and Linux acknowledges the first after 40 ms; HTTP/2 sends all "
            "requests over that one connection",
            "leave out http2=True; gRPC is HTTP/2 without this",
            "http2",
        )
        return
    yield pattern(
        "answers held back",
        f"{typical:.0f} ms between head and body in {share:.0%} of the answers",
        f"the body of {share:.0%} of the answers came {typical:.0f} ms after its "
        "head: the server writes a compressed answer in two pieces without TCP_NODELAY, and "
        "Linux acknowledges the first after 40 ms",
        "`AsyncQdrantClient(..., metadata={'accept-encoding': 'identity'})` (here: "
        "--no-compression), or gRPC; compression pays over slow links only",
        "compressed-answers",
    )


def _held(late: Times, told: int) -> Times | None:
    """Return those of `late` that are a delayed acknowledgement; None if they are no pattern.

    If they are, hardly any of the late ones come before it, and most of them right after it.
    """
    low, high = _ACKNOWLEDGED
    held = late.between(low, high)
    if held.count < max(_FEWEST, _SHARE * told):
        return None
    return held if late.rank(_EARLIEST) >= low and late.rank(50) <= high else None
