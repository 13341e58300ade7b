"""Beside writes: what upserts at the same time cost a query, against queries alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from locust_qdrant.checks.interface import CheckResult, Verdict
from locust_qdrant.config.model import BASELINE
from locust_qdrant.metrics.figures import SAMPLES_NEEDED, Tally

if TYPE_CHECKING:
    from collections.abc import Iterator

    from locust_qdrant.metrics.results import PathResult

_NAME = "beside writes"
#: How many times its p99 alone an operation may have beside writes, before it is worth a look.
MOST = 2.0
_LIMIT = f"p99 at most {MOST:g} times that of reads alone"


def check(result: PathResult) -> Iterator[CheckResult]:
    """Warn where the p99 of an operation is over twice that of a baseline; silent without one."""
    phases = {phase.name: phase for phase in result.traffic.phases}
    if BASELINE not in phases:
        return
    alone = result.traffic.requests.of_step(BASELINE).operations
    beside = result.traffic.requests.measured.operations
    names = sorted(alone)
    if not names:
        nothing = ("no request was made in the baseline",)
        yield CheckResult(_NAME, "not measured", _LIMIT, Verdict.NOT_MEASURED, nothing)
    span = phases[BASELINE]
    for name in names:
        before = alone[name].figures(name, span.end - span.start)
        after = beside.get(name, Tally()).figures(name, result.traffic.seconds)
        if "p99" in {*before.unbounded, *after.unbounded}:
            why = (
                f"{before.requests:,} requests alone and {after.requests:,} beside writes do not "
                f"bound a p99: it takes {SAMPLES_NEEDED['p99']:,} of each"
            )
            yield CheckResult(
                f"{_NAME}: {name}", "not measured", _LIMIT, Verdict.NOT_MEASURED, (why,)
            )
            continue
        low, high = before.latency.p99 * 1000, after.latency.p99 * 1000
        times = high / low if low else float("inf")
        slower = times > MOST
        why = (
            "writes cost processor time, locks and merging of segments: smaller or fewer upserts "
            "at once, or a server with more cores"
        )
        yield CheckResult(
            name=f"{_NAME}: {name}",
            figure=f"p99 {high:,.1f} ms beside writes, {low:,.1f} ms alone: {times:.2f} times",
            limit=_LIMIT,
            verdict=Verdict.WARNING if slower else Verdict.PASSED,
            evidence=(why,) if slower else (),
        )
