"""Where the time of requests went, the fast ones and the slow ones apart, and what would help."""

from __future__ import annotations

from operator import attrgetter
from statistics import fmean
from typing import TYPE_CHECKING, NamedTuple

from locust_qdrant.metrics.record import Outcome, Record, Stations

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

#: Name of each band of latencies, and where it begins and ends, as shares of the requests.
_BANDS = (
    ("all requests", 0.0, 1.0),
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


class Breakdown(NamedTuple):
    """Where the time of successful requests went.

    Attributes:
        bands: all of them, and those of similar latency; empty where nobody looked.
        untold: the parts that neither protocol nor transport tells; they are in what is left of
            the first byte.
        advice: what would help the slowest requests most, in one sentence.
    """

    bands: Sequence[Band] = ()
    untold: Sequence[str] = ()
    advice: str = ""


def breakdown(records: Sequence[Record]) -> Breakdown:
    """Return where the time of the successful ones among `records` went."""
    good = sorted(
        (each for each in records if each.outcome is Outcome.OK and each.stations is not None),
        key=attrgetter("latency"),
    )
    if not good:
        return Breakdown()
    told = [part for part in _PARTS if any(map(part.told, good))]
    bands = []
    for name, begin, end in _BANDS:
        chosen = good[round(begin * len(good)) : round(end * len(good))]
        if chosen:
            means = {part.name: fmean(map(part.seconds, chosen)) for part in told}
            bands.append(Band(name, len(chosen), fmean(each.latency for each in chosen), means))
    untold = [part.name for part in _PARTS if part not in told]
    return Breakdown(bands, untold, _advice(bands[-1]))


def _advice(slowest: Band) -> str:
    name = max(slowest.parts, key=lambda part: slowest.parts[part])
    share = slowest.parts[name] / slowest.seconds if slowest.seconds else 0.0
    helps = next(part.helps for part in _PARTS if part.name == name)
    return f"Of the {slowest.name}, {share:.0%} of the time was “{name}”: {helps}."


class _Part(NamedTuple):
    """A part of a request's time.

    Attributes:
        name: what a report calls it.
        seconds: how long it was.
        told: whether it is known of a request.
        helps: what helps where it is the largest part.
    """

    name: str
    seconds: Callable[[Record], float]
    told: Callable[[Record], bool]
    helps: str


def _station(name: str, field: str, helps: str) -> _Part:
    read = attrgetter(f"stations.{field}")
    return _Part(name, lambda each: read(each) or 0.0, lambda each: read(each) is not None, helps)


def _late(record: Record) -> float:
    return max(0.0, record.latency - record.seconds)


def _server(record: Record) -> float:
    # What the server says can be more than what was waited for, by its rounding.
    return min(record.server_seconds or 0.0, _first_byte(record))


def _way(record: Record) -> float:
    return _first_byte(record) - _server(record)


def _first_byte(record: Record) -> float:
    return (record.stations or Stations()).first_byte or 0.0


def _always(_: Record) -> bool:
    return True


#: In the order in which a request meets them.
_PARTS = (
    _Part(
        "due, not begun",
        _late,
        _always,
        "arrivals began late, since this process or the machine was busy: use more --processes, or "
        "another machine for the load",
    ),
    _Part(
        "waiting for the loop",
        attrgetter("loop_wait"),
        _always,
        "answers were there and waited for the event loop: let fewer requests be under way at "
        "once, or use more --processes",
    ),
    _station(
        "encoding",
        "encoding",
        "requests were made out of their points on the loop: smaller batches, or gRPC",
    ),
    _station(
        "waiting for the pool",
        "pool",
        "requests waited for a connection: more connections, or fewer requests at once",
    ),
    _station(
        "connecting",
        "connecting",
        "connections were opened: keep more of them, or keep them longer",
    ),
    _station("sending", "sending", "the way to the server is slow for requests of this size"),
    _Part(
        "server",
        _server,
        lambda each: each.server_seconds is not None,
        "look at the server: its index, its quantisation, its number of replicas",
    ),
    _Part(
        "first byte, beyond the server's time",
        _way,
        _always,
        "the way there and back, and any queue in front of the server, which nothing tells apart: "
        "look at the server's load, and at how near it is",
    ),
    _station(
        "head to body",
        "body",
        "the head of the answer was there and its body came later: turn compression off if it is "
        "on, ask for fewer hits, or use gRPC",
    ),
    _station(
        "HTTP library",
        "transport",
        "the HTTP library was busy on the loop: another transport, gRPC, or fewer requests at once",
    ),
    _station(
        "decoding",
        "decoding",
        "answers were made into objects on the loop: fewer hits, no vectors in answers, or gRPC",
    ),
)
