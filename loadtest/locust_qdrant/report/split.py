"""Where the time of requests went, the fast ones and the slow ones apart, and what would help."""

from __future__ import annotations

from statistics import fmean
from typing import TYPE_CHECKING, NamedTuple

from locust_qdrant.records import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from locust_qdrant.records import Record

#: Name of each band of latencies, and where it begins and ends, as shares of the requests.
_BANDS = (
    ("fastest half", 0.0, 0.5),
    ("p50 to p90", 0.5, 0.9),
    ("p90 to p99", 0.9, 0.99),
    ("slowest 1 %", 0.99, 1.0),
)
#: What a share is, and what helps where it is the largest.
_PARTS: dict[str, str] = {
    "due, not begun": "arrivals began late, since this process or the machine was busy: use more "
    "--processes, or another machine for the load",
    "waiting for the loop": "answers were there and waited for the event loop: let fewer requests "
    "be under way at once, or use more processes",
    "client's work": "the client was busy making requests and decoding answers: smaller batches, "
    "fewer hits, no vectors in answers, or gRPC",
    "server": "the server was busy: look at its index, its quantisation, its number of replicas",
    "network and pool": "requests waited for a connection or were on the wire: more connections or "
    "channels, fewer requests at once, or a server that is nearer",
}


class Band(NamedTuple):
    """Requests of similar latency.

    Attributes:
        name: such as `p90 to p99`.
        requests: number of requests.
        seconds: their mean latency.
        parts: mean seconds of each part; they add up to `seconds`.
    """

    name: str
    requests: int
    seconds: float
    parts: dict[str, float]


def bands(records: Sequence[Record]) -> list[Band]:
    """Return the bands of successful requests; nothing where nobody measured their inside."""
    good = sorted(
        (record for record in records if record.outcome is Outcome.OK),
        key=lambda record: record.latency,
    )
    if not any(record.cpu_seconds or record.server_seconds for record in good):
        return []
    found = []
    for name, begin, end in _BANDS:
        chosen = good[round(begin * len(good)) : round(end * len(good))]
        if chosen:
            found.append(_band(name, chosen))
    return found


def advice(found: Sequence[Band]) -> str:
    """Return what would help the slowest requests most, in one sentence; empty without bands."""
    if not found:
        return ""
    slowest = found[-1]
    name = max(slowest.parts, key=lambda part: slowest.parts[part])
    share = slowest.parts[name] / slowest.seconds if slowest.seconds else 0.0
    return f"Of the {slowest.name}, {share:.0%} of the time was “{name}”: {_PARTS[name]}."


def _band(name: str, records: Sequence[Record]) -> Band:
    parts = dict(
        zip(_PARTS, (_mean(read, records) for read in _READ), strict=True),
    )
    return Band(name, len(records), fmean(record.latency for record in records), parts)


def _mean(read: Callable[[Record], float], records: Sequence[Record]) -> float:
    return fmean(read(record) for record in records)


def _late(record: Record) -> float:
    return max(0.0, record.latency - record.seconds)


def _server(record: Record) -> float:
    # What the server says can be more than what is left, by its rounding.
    return min(record.server_seconds or 0.0, _left(record))


def _left(record: Record) -> float:
    return max(0.0, record.seconds - record.loop_wait - record.cpu_seconds)


_READ: tuple[Callable[[Record], float], ...] = (
    _late,
    lambda record: min(record.loop_wait, record.seconds),
    lambda record: min(record.cpu_seconds, max(0.0, record.seconds - record.loop_wait)),
    _server,
    lambda record: _left(record) - _server(record),
)
