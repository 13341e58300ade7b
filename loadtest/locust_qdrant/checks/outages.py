"""Outages: how long no request succeeded although some were under way, from when to when."""

from __future__ import annotations

from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from locust_qdrant.checks.interface import CheckResult, Verdict
from locust_qdrant.metrics.record import Outcome
from locust_qdrant.metrics.window import beginning

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from locust_qdrant.metrics.record import Record
    from locust_qdrant.metrics.results import PathResult

_NAME = "outages"
#: Seconds without a success that are an outage, and how often the median latency fits in.
SHORTEST = 1.0
_LATENCIES = 10
#: Share of an outage that a request, or the loop's lag, has to last to be what it was waiting for.
_MOST_OF_IT = 0.5
_SHOWN = 3


class Outage(NamedTuple):
    """A stretch without a success, in seconds since the traffic began.

    Attributes:
        start: end of the last success before, or when the first request was made.
        end: end of the first success after, or of the last request.
        failed: number of requests that failed in it.
        recovered: whether there was a success after.
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
    records = [*result.traffic.left_out, *result.traffic.records]
    if not any(each.outcome is Outcome.OK for each in records):
        return
    longest = 0.0 if result.lag is None else result.lag.worst
    # A loop that was held cannot tell what the server did: other checks say who held it.
    found = [
        each
        for each in outages(records, beginning(result.traffic))
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


def outages(records: Sequence[Record], begin: float) -> list[Outage]:
    """Return the stretches in which requests were under way, and none succeeded.

    Args:
        records: those of one path, in any order.
        begin: when the traffic began, in seconds since the epoch.
    """
    good = sorted(each.end for each in records if each.outcome is Outcome.OK)
    if not good:
        return []
    usual = median(each.seconds for each in records if each.outcome is Outcome.OK)
    least = max(SHORTEST, _LATENCIES * usual)
    first = min(each.start for each in records)
    last = max(each.end for each in records)
    edges = [first, *good, *([last] if last > good[-1] else [])]
    found = []
    for low, high in pairwise(edges):
        if high - low < least:
            continue
        failed = sum(each.outcome.failed and low < each.end <= high for each in records)
        long = _MOST_OF_IT * (high - low)
        if failed or any(each.seconds > long and low < each.end <= high for each in records):
            found.append(Outage(low - begin, high - begin, failed, high <= good[-1]))
    return found


def _in_words(outage: Outage) -> str:
    how = f"{outage.failed:,} requests failed" if outage.failed else "requests only waited"
    after = (
        f"the first success after it came {outage.end:.1f} s after the beginning"
        if outage.recovered
        else "none succeeded after it"
    )
    return (
        f"no request succeeded for {outage.seconds:.1f} s, from {outage.start:.1f} s after the "
        f"beginning of the traffic: {how}, and {after}"
    )
