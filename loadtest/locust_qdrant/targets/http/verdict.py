"""What a service has to do to pass: one function a check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from locust_qdrant.checks.interface import CheckResult, Verdict
from locust_qdrant.targets.http.spec import ALL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from locust_qdrant.targets.http.blame import BlamedLine
    from locust_qdrant.targets.http.result import GroupResult, ServiceResult
    from locust_qdrant.targets.http.tally import EndpointTally

MOST_CPU = 0.90
#: Largest share of the p99 that the load generator's own lag may have.
MOST_LAG_SHARE = 0.10
#: Largest share of the time in which the service's loop may wait for a processor.
MOST_STARVED = 0.10
_SHOWN = 3


def evaluate(result: ServiceResult, most_held: float, longest_hold: float) -> list[CheckResult]:
    """Return what every check says.

    Args:
        result: what was measured.
        most_held: largest share of the time, 0 to 1, in which lines may hold the loop.
        longest_hold: seconds for which one line may hold the loop at a stretch.
    """
    return [
        *_alive(result),
        _answers(result),
        *(_loop(group, most_held, longest_hold) for group in result.groups),
        *_machine(result),
        _generator(result),
    ]


def _alive(result: ServiceResult) -> Iterator[CheckResult]:
    if result.died:
        how, *said = result.died
        yield CheckResult("service", how, "it serves to the end", Verdict.FAILED, tuple(said))


def _answers(result: ServiceResult) -> CheckResult:
    """Fail when an answer was wrong or missing, or an endpoint never answered rightly."""
    totals = [group.total for group in result.groups]
    requests = sum(total.requests for total in totals)
    failures = sum(total.failures for total in totals)
    evidence = [
        line
        for group in result.groups
        for name, tally in group.tallies.items()
        for line in _failures_of(name, tally)
    ]
    return CheckResult(
        name="answers",
        figure=f"{failures:,} of {requests:,} requests failed",
        limit="0, and each endpoint answers at least once",
        verdict=Verdict.FAILED if evidence else Verdict.PASSED,
        evidence=tuple(evidence),
    )


def _failures_of(name: str, tally: EndpointTally) -> Iterator[str]:
    for status in sorted(tally.examples):
        body = tally.examples[status] or "(no body)"
        yield f"{name}: {tally.statuses[status]:,} times status {status}, such as: {body}"
    for reason, count in tally.broken.most_common():
        yield f"{name}: {count:,} times {reason}"
    if not tally.requests:
        yield f"{name}: never asked, the traffic was too short"
    elif not tally.latencies.count:
        yield f"{name}: never answered rightly"


def _loop(group: GroupResult, most_held: float, longest_hold: float) -> CheckResult:
    """Fail when lines of the service held its loop for too long, at a stretch or altogether.

    Warn when a line did so at a stretch on a machine that was busy with something else.
    """
    name = "loop" if group.name == ALL else f"loop ({group.name})"
    limit = f"{most_held:.0%} of the time, {longest_hold * 1000:g} ms at a stretch"
    if group.probed_seconds is None:
        return CheckResult(name, "no probe in the service", "", Verdict.PASSED)
    share = group.held_share
    longest = max((line.longest for line in group.lines), default=0.0)
    # Where the machine is busy, only what waits is known to have caused its long hold itself.
    busy = group.starved_share > MOST_STARVED
    proven = [line.longest for line in group.lines if line.waits or not busy]
    failed = share > most_held or max(proven, default=0.0) > longest_hold
    suspicious = longest > longest_hold
    verdict = Verdict.WARNING if suspicious else Verdict.PASSED
    return CheckResult(
        name=name,
        figure=f"lines held it {share:.0%} of the time, {longest * 1000:,.0f} ms at a stretch",
        limit=limit,
        verdict=Verdict.FAILED if failed else verdict,
        evidence=tuple(_blame(line) for line in group.lines[:_SHOWN])
        if failed or suspicious
        else (),
    )


def _blame(line: BlamedLine) -> str:
    return (
        f"{line.place} in {line.function} held the loop for {line.seconds * 1000:,.0f} ms, "
        f"{line.longest * 1000:,.0f} ms at a stretch: {line.source}"
    )


def _machine(result: ServiceResult) -> Iterator[CheckResult]:
    """Warn when the service's loop often got no processor: it was then late without a cause."""
    known = [group for group in result.groups if group.probed_seconds is not None]
    if not known:
        return
    share = max(group.starved_share for group in known)
    busy = share > MOST_STARVED
    evidence = (
        "other programs, or other threads of the service, used the processors meanwhile: that time "
        "is in the latencies and in the lag, and no line is blamed for it"
    )
    yield CheckResult(
        name="machine",
        figure=f"the loop waited {share:.0%} of the time for a processor",
        limit=f"{MOST_STARVED:.0%}",
        verdict=Verdict.WARNING if busy else Verdict.PASSED,
        evidence=(evidence,) if busy else (),
    )


def _generator(result: ServiceResult) -> CheckResult:
    """Warn when the load generator was saturated: its latencies then contain its own waiting."""
    evidence = [line for group in result.groups for line in _saturation(group)]
    seconds = sum(group.seconds for group in result.groups)
    used = sum(each.turn.cpu_seconds for group in result.groups for each in group.rounds)
    return CheckResult(
        name="generator",
        figure=f"{used / seconds if seconds else 0:.0%} of a core",
        limit=f"{MOST_CPU:.0%}, lag p99 up to {MOST_LAG_SHARE:.0%} of the p99",
        verdict=Verdict.WARNING if evidence else Verdict.PASSED,
        evidence=tuple(dict.fromkeys(evidence)),
    )


def _saturation(group: GroupResult) -> Iterator[str]:
    which = "" if group.name == ALL else f"{group.name}: "
    used = sum(each.turn.cpu_seconds for each in group.rounds)
    if used > MOST_CPU * group.seconds:
        yield (
            f"{which}the load generator used up its processor core: the service may be faster "
            "than shown; use fewer users or a think time"
        )
    p99 = group.total.latencies.percentile(99)
    lag = max((each.turn.generator_lag.p99 for each in group.rounds), default=0.0)
    if p99 and lag > MOST_LAG_SHARE * p99:
        yield (
            f"{which}the load generator was up to {lag * 1000:.1f} ms late (p99 of its loop), "
            f"{lag / p99:.0%} of the p99 latency of {p99 * 1000:.1f} ms: slow requests waited for "
            "it, or for a machine that is busy with something else"
        )
    missed = sum(each.turn.arrivals.missed for each in group.rounds if each.turn.arrivals)
    if missed:
        yield (
            f"{which}{missed:,} arrivals were left out: too many requests were under way already"
        )
