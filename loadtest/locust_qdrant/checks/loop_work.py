"""Work on the loop: what the client computes between two waits, and what its HTTP library does.

All of it happens on the one event loop, so while one answer is decoded every other request waits.
The load test's own client notes how long it did what; of a client in a service under test the stack
of the loop's thread tells, wherever the loop was late.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from locust_qdrant.checks.interface import CheckResult, pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from locust_qdrant.metrics.part_times import PartTimes
    from locust_qdrant.metrics.results import PathResult
    from locust_qdrant.metrics.service import BlamedLine, ServiceSeen

#: Share of the time of a loop from which a kind of work is worth naming.
_SHARE = 0.25
#: Seconds for one request, below which it is not that work but the number of requests.
_NOTICEABLE = 0.005
#: Share of the time of a service's loop from which it is: the rest of the service works there, too.
_SHARE_OF_SERVICE = 0.10
#: The same for the HTTP library, with so many requests under way: with fewer, that is its price.
_LIBRARY_SECONDS, _LIBRARY_UNDER_WAY = 0.0015, 50


class _Kind(NamedTuple):
    station: str
    name: str
    what: str
    remedy: str
    heading: str
    #: Functions of qdrant-client, and of what it calls, that do nothing else.
    functions: re.Pattern[str]


_KINDS = (
    _Kind(
        "decoding",
        "decoding on the loop",
        "decoding answers",
        "ask for fewer hits and no vectors (`with_vectors=False`), name the payload's keys that "
        "are needed (`with_payload=[...]`), or use gRPC; several processes have several loops",
        "decoding-on-the-loop",
        re.compile(
            r"^(qdrant_client/.* in (parse_response|parse_as_type|_loads"
            r"|convert_(scored_point|retrieved_point|record|point_group|vectors_output"
            r"|vector_output|payload))"
            r"|httpx/_decoders.py in (decode|flush))$"
        ),
    ),
    _Kind(
        "encoding",
        "encoding on the loop",
        "encoding requests",
        "smaller batches (64 points, say), or gRPC; several processes have several loops",
        "encoding-on-the-loop",
        re.compile(
            r"^(qdrant_client/.* in (jsonable_encoder|to_json|convert_(point_struct|vector_struct"
            r"|extended_vector|batch))"
            r")$"
        ),
    ),
)


def check(result: PathResult) -> Iterator[CheckResult]:
    """Warn of work that holds the loop for a good part of its time; silent on the sync path."""
    if result.service is not None:
        yield from _in_service(result.service)
        return
    traffic = result.traffic
    requests = traffic.requests.measured
    found = requests.parts
    if result.path != "async" or not found.count or not traffic.seconds:
        return
    loops = max(1, len(traffic.cpu_by_worker))
    for kind in _KINDS:
        each = found.total(kind.station) / found.count
        share = each * requests.total.good / traffic.seconds / loops
        if share >= _SHARE and each >= _NOTICEABLE:
            yield pattern(
                kind.name,
                f"{share:.0%} of the loop's time, {each * 1000:.1f} ms a request",
                f"{kind.what} held the loop for {share:.0%} of the time, "
                f"{each * 1000:.1f} ms a request; meanwhile every other request waited",
                kind.remedy,
                kind.heading,
            )
    yield from _library(result, found)


def _in_service(seen: ServiceSeen) -> Iterator[CheckResult]:
    """Yield what the client in a service under test did on its loop, as far as stacks tell."""
    for kind in _KINDS:
        lines = [line for line in seen.lines if _does(kind, line)]
        held = sum(line.seconds for line in lines)
        if not lines or held < _SHARE_OF_SERVICE * seen.probed_seconds:
            continue
        share, longest = held / seen.probed_seconds, max(line.longest for line in lines)
        if longest < _NOTICEABLE:
            continue
        most = lines[0]
        yield pattern(
            kind.name,
            f"{share:.0%} of the service's time, {longest * 1000:,.0f} ms at a stretch",
            f"{kind.what} of Qdrant held the service's loop for {share:.0%} of the time, most of "
            f"it below {most.place} in {most.function}: {most.source}",
            kind.remedy,
            kind.heading,
        )


def _does(kind: _Kind, line: BlamedLine) -> bool:
    # Other clients have answers to decode, too.
    of_qdrant = any(frame.startswith("qdrant_client/") for frame in line.stack)
    return of_qdrant and any(
        kind.functions.match(_LINE_NUMBER.sub(" ", frame)) for frame in line.stack
    )


_LINE_NUMBER = re.compile(r":\d+ ")


def _library(result: PathResult, found: PartTimes) -> Iterator[CheckResult]:
    client = result.traffic.client
    each = found.total("transport") / found.count
    if client is None or each < _LIBRARY_SECONDS:
        return
    peak = result.traffic.requests.measured.under_way.peak
    if peak < _LIBRARY_UNDER_WAY:
        return
    yield pattern(
        "HTTP library",
        f"{each * 1000:.1f} ms of work a request, up to {peak:,} under way",
        f"{client.library} worked {each * 1000:.1f} ms on the loop for each request, with up to "
        f"{peak:,} under way: the pool of httpcore looks through all of its connections whenever a "
        "request comes or goes",
        "another HTTP library under the client (aiohttp, httpx2), gRPC, or a bound on the requests "
        "under way",
        "the-pool-itself",
    )
