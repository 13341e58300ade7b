"""Outages: how long no request succeeded although some were under way, from when to when."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from locust_qdrant.checks.interface import CheckResult, Verdict
from locust_qdrant.metrics.record import Outcome
from locust_qdrant.metrics.window import beginning

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from locust_qdrant.metrics.results import PathResult, Phase
    from locust_qdrant.metrics.slots import Slots

_NAME = "outages"
#: Seconds without a success that are an outage, and how often the median latency fits in.
SHORTEST = 1.0
_LATENCIES = 10
#: Share of an outage that a request, or the loop's lag, has to last to be what it was waiting for.
_MOST_OF_IT = 0.5
_SHOWN = 3


class Outage(NamedTuple):
    """A stretch without a success, in seconds since the traffic began, to half a second or so.

    Attributes:
        start: when the last success before it ended, or when the first request did.
        end: when the first success after it ended, or the last request did.
        failed: number of requests that failed in it.
        recovered: whether there was a success after, before the traffic or its turn was over.
    """

    start: float
    end: float
    failed: int
    recovered: bool

    @property
    def seconds(self) -> float:
        """How long it lasted."""
        return self.end - self.start


def check(result: PathResult) -> Iterator[CheckResult]:
    """Warn of a second and more without a success; whether its requests failed, `errors` says."""
    requests = result.traffic.requests
    usual = requests.every.total.latency.latency().p50
    if not requests.every.ended(Outcome.OK):
        return
    longest = 0.0 if result.lag is None else result.lag.worst
    # A loop that was held cannot tell what the server did: other checks say who held it.
    pauses = _pauses(result.traffic.phases)
    found = [
        each
        for each in outages(requests.slots, beginning(result.traffic), usual, pauses)
        if longest < _MOST_OF_IT * each.seconds
    ]
    figure = f"{sum(each.seconds for each in found):.1f} s in {len(found):,}" if found else "none"
    yield CheckResult(
        name=_NAME,
        figure=figure,
        limit=f"under {SHORTEST:g} s without a success",
        verdict=Verdict.WARNING if found else Verdict.PASSED,
        evidence=tuple(_in_words(each) for each in found[:_SHOWN]),
    )


def _pauses(phases: Iterable[Phase]) -> list[tuple[float, float]]:
    """Return from when to when another path had its turn, in seconds since the epoch."""
    turns = sorted((phase.start, phase.end) for phase in phases)
    return [(before[1], after[0]) for before, after in pairwise(turns) if before[1] < after[0]]


def outages(
    slots: Slots, begin: float, usual: float, pauses: Sequence[tuple[float, float]] = ()
) -> list[Outage]:
    """Return the stretches in which requests were under way, and none succeeded.

    Args:
        slots: what ended when, which is how exactly they are known.
        begin: when the traffic began, in seconds since the epoch.
        usual: median latency in seconds.
        pauses: from when to when there was no traffic, in seconds since the epoch.
    """
    good = sorted(number for number, slot in slots.by_number.items() if slot.latency.count)
    if not good:
        return []
    least = max(SHORTEST, _LATENCIES * usual)
    first = min(int(begin // slots.width), *slots.by_number)
    quiet = {
        number
        for start, end in pauses
        for number in range(math.ceil(start / slots.width), int(end // slots.width))
        if number not in slots.by_number
    }
    edges = [first - 1, *sorted({*good, *quiet}), max(slots.by_number) + 1]
    found = []
    for low, high in pairwise(edges):
        seconds = (high - low - 1) * slots.width
        if seconds < least:
            continue
        between = [slots.by_number.get(number) for number in range(low + 1, high)]
        failed = sum(slot.failures.total() for slot in between if slot is not None)
        after = slots.by_number.get(high)
        waited = after is not None and after.longest >= _MOST_OF_IT * seconds
        if failed or waited:
            start = max(0.0, (low + 1) * slots.width - begin)
            found.append(Outage(start, high * slots.width - begin, failed, after is not None))
    return found


def _in_words(outage: Outage) -> str:
    how = f"{outage.failed:,} requests failed" if outage.failed else "requests only waited"
    after = (
        f"the first success after it came {outage.end:.1f} s after the beginning"
        if outage.recovered
        else "none succeeded after it before the traffic, or this turn of it, was over"
    )
    return (
        f"no request succeeded for some {outage.seconds:.1f} s, from {outage.start:.1f} s after "
        f"the beginning of the traffic: {how}, and {after}"
    )
