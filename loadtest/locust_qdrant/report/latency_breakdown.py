"""Where the time of requests went, the fast ones and the slow ones apart, and what would help."""

from __future__ import annotations

from statistics import fmean
from typing import TYPE_CHECKING, NamedTuple

from locust_qdrant.metrics.record import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from locust_qdrant.metrics.record import Record

#: Name of each band of latencies, and where it begins and ends, as shares of the requests.
_BANDS = (
    ("fastest half", 0.0, 0.5),
    ("p50 to p90", 0.5, 0.9),
    ("p90 to p99", 0.9, 0.99),
    ("slowest 1 %", 0.99, 1.0),
)


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
    silent = all(record.server_seconds is None for record in good)
    parts = (*_OWN, _BOTH) if silent else (*_OWN, _SERVER, _NETWORK)
    found = []
    for name, begin, end in _BANDS:
        chosen = good[round(begin * len(good)) : round(end * len(good))]
        if chosen:
            found.append(_band(name, chosen, parts))
    return found


def advice(found: Sequence[Band]) -> str:
    """Return what would help the slowest requests most, in one sentence; empty without bands."""
    if not found:
        return ""
    slowest = found[-1]
    name = max(slowest.parts, key=lambda part: slowest.parts[part])
    share = slowest.parts[name] / slowest.seconds if slowest.seconds else 0.0
    helps = next(part.helps for part in (*_OWN, _SERVER, _NETWORK, _BOTH) if part.name == name)
    return f"Of the {slowest.name}, {share:.0%} of the time was “{name}”: {helps}."


def _band(name: str, records: Sequence[Record], parts: Sequence[_Part]) -> Band:
    means = {part.name: fmean(map(part.seconds, records)) for part in parts}
    return Band(name, len(records), fmean(record.latency for record in records), means)


def _late(record: Record) -> float:
    return max(0.0, record.latency - record.seconds)


def _waiting(record: Record) -> float:
    return min(record.loop_wait, record.seconds)


def _working(record: Record) -> float:
    return min(record.cpu_seconds, record.seconds - _waiting(record))


def _outside(record: Record) -> float:
    return record.seconds - _waiting(record) - _working(record)


def _server(record: Record) -> float:
    # What the server says can be more than what is left, by its rounding.
    return min(record.server_seconds or 0.0, _outside(record))


def _network(record: Record) -> float:
    return _outside(record) - _server(record)


class _Part(NamedTuple):
    """A part of a request's time: its name, its seconds, and what helps where it is the largest."""

    name: str
    seconds: Callable[[Record], float]
    helps: str


_SERVER = _Part(
    "server", _server, "look at the server: its index, its quantisation, its number of replicas"
)
_NETWORK = _Part(
    "network and pool",
    _network,
    "requests waited for a connection or were on the wire: more connections or channels, fewer "
    "requests at once, or a server that is nearer",
)
#: Where the server does not say what it took.
_BOTH = _Part(
    "server, network and pool",
    _outside,
    "the server did not say what it took itself, so look at its own metrics first",
)
_OWN = (
    _Part(
        "due, not begun",
        _late,
        "arrivals began late, since this process or the machine was busy: use more --processes, or "
        "another machine for the load",
    ),
    _Part(
        "waiting for the loop",
        _waiting,
        "answers were there and waited for the event loop: let fewer requests be under way at "
        "once, or use more --processes",
    ),
    _Part(
        "client's work",
        _working,
        "the client was busy making requests and decoding answers: smaller batches, fewer hits, no "
        "vectors in answers, or gRPC",
    ),
)
