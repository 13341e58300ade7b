"""Answers held back: a server that writes in two pieces, and a kernel that waits with its word.

The server writes the head of an answer, and then its body or frames, on a socket without
TCP_NODELAY. Nagle's algorithm holds the second piece until the first was acknowledged, and Linux
acknowledges it after 40 ms unless something is to be sent. Seen with Qdrant 1.18.2: for compressed
answers over HTTP/1.1, for all answers over HTTP/2.
"""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from locust_qdrant.checks.interface import CheckResult, pattern
from locust_qdrant.metrics.record import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from locust_qdrant.metrics.results import PathResult

#: Seconds after which Linux acknowledges at the latest, and what a wait for that looks like.
_ACKNOWLEDGED = (0.036, 0.060)
#: A body that comes later than this was not held back by chance.
_LATE = 0.020
#: Share of the answers that have to be held back, and of the late ones that have to look like it.
_SHARE, _ALIKE = 0.02, 0.6
_FEWEST = 10


def check(result: PathResult) -> Iterator[CheckResult]:
    """Warn when answers are held back for the time of a delayed acknowledgement."""
    client = result.traffic.client
    if client is None or not client.http_version:
        return
    good = [
        each.stations
        for each in result.traffic.records
        if each.outcome is Outcome.OK and each.stations is not None
    ]
    if client.http_version == "HTTP/2":
        beyond = [
            max(0.0, (each.stations.first_byte or 0.0) - (each.server_seconds or 0.0))
            + (each.stations.body or 0.0)
            for each in result.traffic.records
            if each.outcome is Outcome.OK and each.stations is not None
        ]
        held = _held(beyond)
        if held:
            yield pattern(
                "HTTP/2 held back",
                f"{median(held) * 1000:.0f} ms in {len(held) / len(beyond):.0%} of the answers",
                f"{len(held) / len(beyond):.0%} of the answers came {median(held) * 1000:.0f} ms "
                "later than the server took: it writes the frames of an answer one by one without "
                "TCP_NODELAY, and Linux acknowledges the first after 40 ms; HTTP/2 sends all "
                "requests over that one connection",
                "leave out http2=True; gRPC is HTTP/2 without this",
                "http2",
            )
        return
    bodies = [each.body for each in good if each.body is not None]
    held = _held(bodies)
    if held:
        share = len(held) / len(bodies)
        yield pattern(
            "answers held back",
            f"{median(held) * 1000:.0f} ms between head and body in {share:.0%} of the answers",
            f"the body of {share:.0%} of the answers came {median(held) * 1000:.0f} ms after its "
            "head: the server writes a compressed answer in two pieces without TCP_NODELAY, and "
            "Linux acknowledges the first after 40 ms",
            "`AsyncQdrantClient(..., metadata={'accept-encoding': 'identity'})` (here: "
            "--no-compression), or gRPC; compression pays over slow links only",
            "compressed-answers",
        )


def _held(waits: Sequence[float]) -> list[float]:
    """Return those of `waits` that are a delayed acknowledgement; none if they are no pattern."""
    low, high = _ACKNOWLEDGED
    held = [each for each in waits if low <= each <= high]
    late = sum(each > _LATE for each in waits)
    if len(held) < max(_FEWEST, _SHARE * len(waits)) or len(held) < _ALIKE * late:
        return []
    return held
