"""Where the time of requests went, the fast ones and the slow ones apart, and what would help."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from locust_qdrant.metrics.part_times import PARTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from locust_qdrant.metrics.part_times import PartTimes

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
        one_in: one of so many successful requests was followed; the bands are made of those.
    """

    bands: Sequence[Band] = ()
    untold: Sequence[str] = ()
    advice: str = ""
    one_in: float = 1.0

    @property
    def sample(self) -> str:
        """Which requests the bands are made of, in words; empty where it is all of them."""
        return f"1 request in {self.one_in:.3g} was followed" if self.one_in > 1 else ""


def breakdown(times: PartTimes, requests: int) -> Breakdown:
    """Return where the time of successful requests went.

    Args:
        times: what is known of those that were followed.
        requests: number of all of them.
    """
    count = times.count
    if not count:
        return Breakdown()
    told = [(part, PARTS.index(part.field)) for part in _PARTS if _is_told(times, part)]
    bands = []
    for name, begin, end in _BANDS:
        first, last = round(begin * count), round(end * count)
        if last > first:
            _, seconds, *parts = (each / (last - first) for each in times.band(first, last))
            means = {part.name: parts[place] for part, place in told}
            bands.append(Band(name, last - first, seconds, means))
    untold = [part.name for part in _PARTS if not _is_told(times, part)]
    return Breakdown(bands, untold, _advice(bands[-1]), requests / count)


def _is_told(times: PartTimes, part: _Part) -> bool:
    return times.told[PARTS.index(part.field)]


def _advice(slowest: Band) -> str:
    name = max(slowest.parts, key=lambda part: slowest.parts[part])
    share = slowest.parts[name] / slowest.seconds if slowest.seconds else 0.0
    helps = next(part.helps for part in _PARTS if part.name == name)
    return f"Of the {slowest.name}, {share:.0%} of the time was “{name}”: {helps}."


class _Part(NamedTuple):
    """A part of a request's time.

    Attributes:
        name: what a report calls it.
        field: its name among `PARTS`.
        helps: what helps where it is the largest part.
    """

    name: str
    field: str
    helps: str


#: In the order in which a request meets them.
_PARTS = (
    _Part(
        "due, not begun",
        "late",
        "arrivals began late, since this process or the machine was busy: use more --processes, or "
        "another machine for the load",
    ),
    _Part(
        "waiting for the loop",
        "loop_wait",
        "answers were there and waited for the event loop: let fewer requests be under way at "
        "once, or use more --processes",
    ),
    _Part(
        "encoding",
        "encoding",
        "requests were made out of their points on the loop: smaller batches, or gRPC",
    ),
    _Part(
        "waiting for the pool",
        "pool",
        "requests waited for a connection: more connections, or fewer requests at once",
    ),
    _Part(
        "connecting",
        "connecting",
        "connections were opened: keep more of them, or keep them longer",
    ),
    _Part("sending", "sending", "the way to the server is slow for requests of this size"),
    _Part(
        "server",
        "server",
        "look at the server: its index, its quantisation, its number of replicas",
    ),
    _Part(
        "first byte, beyond the server's time",
        "way",
        "the way there and back, and any queue in front of the server, which nothing tells apart: "
        "look at the server's load, and at how near it is",
    ),
    _Part(
        "head to body",
        "body",
        "the head of the answer was there and its body came later: turn compression off if it is "
        "on, ask for fewer hits, or use gRPC",
    ),
    _Part(
        "HTTP library",
        "transport",
        "the HTTP library was busy on the loop: another transport, gRPC, or fewer requests at once",
    ),
    _Part(
        "decoding",
        "decoding",
        "answers were made into objects on the loop: fewer hits, no vectors in answers, or gRPC",
    ),
)
