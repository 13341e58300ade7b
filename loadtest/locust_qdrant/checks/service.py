"""Service: it serves to the end, its loop stays free, and the machine leaves it a processor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from locust_qdrant.checks.interface import CheckResult, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from locust_qdrant.metrics.results import PathResult
    from locust_qdrant.metrics.service import BlamedLine, ServiceSeen

#: Largest share of the time in which the service's loop may wait for a processor.
MOST_STARVED = 0.10
_SHOWN = 3


def check(result: PathResult) -> Iterator[CheckResult]:
    """Fail on a service that ended or whose loop was held; silent where Qdrant is the target."""
    seen = result.service
    if seen is None:
        return
    if seen.died:
        how, *said = seen.died
        yield CheckResult("service", how, "it serves to the end", Verdict.FAILED, tuple(said))
    yield _loop(seen)
    if seen.probed_seconds:
        yield _machine(seen)


def _loop(seen: ServiceSeen) -> CheckResult:
    """Fail when lines of the service held its loop for too long, at a stretch or altogether.

    Warn when a line did so at a stretch on a machine that was busy with something else.
    """
    limit = f"{seen.most_held:.0%} of the time, {seen.longest_hold * 1000:g} ms at a stretch"
    if not seen.probed_seconds:
        return CheckResult("loop", "no probe in the service", "", Verdict.PASSED)
    share = seen.held_share
    longest = max((line.longest for line in seen.lines), default=0.0)
    # Where the machine is busy, only what waits is known to have caused its long hold itself.
    busy = seen.starved_share > MOST_STARVED
    proven = [line.longest for line in seen.lines if line.waits or not busy]
    failed = share > seen.most_held or max(proven, default=0.0) > seen.longest_hold
    suspicious = longest > seen.longest_hold
    verdict = Verdict.WARNING if suspicious else Verdict.PASSED
    return CheckResult(
        name="loop",
        figure=f"lines held it {share:.0%} of the time, {longest * 1000:,.0f} ms at a stretch",
        limit=limit,
        verdict=Verdict.FAILED if failed else verdict,
        evidence=tuple(_blame(line) for line in seen.lines[:_SHOWN])
        if failed or suspicious
        else (),
    )


def _blame(line: BlamedLine) -> str:
    return (
        f"{line.place} in {line.function} held the loop for {line.seconds * 1000:,.0f} ms, "
        f"{line.longest * 1000:,.0f} ms at a stretch: {line.source}"
    )


def _machine(seen: ServiceSeen) -> CheckResult:
    """Warn when the service's loop often got no processor: it was then late without a cause."""
    share = seen.starved_share
    busy = share > MOST_STARVED
    evidence = (
        "other programs, or other threads of the service, used the processors meanwhile: that time "
        "is in the latencies and in the lag, and no line is blamed for it"
    )
    return CheckResult(
        name="machine",
        figure=f"the loop waited {share:.0%} of the time for a processor",
        limit=f"{MOST_STARVED:.0%}",
        verdict=Verdict.WARNING if busy else Verdict.PASSED,
        evidence=(evidence,) if busy else (),
    )
