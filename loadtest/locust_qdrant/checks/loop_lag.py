"""Loop free: what is due on the event loop runs soon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from locust_qdrant.checks.generator import starved
from locust_qdrant.checks.interface import CheckResult, Verdict
from locust_qdrant.probe.loop_lag import LATE_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from locust_qdrant.metrics.results import PathResult

#: A blocking call in a task makes the loop late most of the time; hiccups of a busy machine, which
#: runs other things besides, stay below this.
MOST_LATE = 0.25
_LIMITS = (0.010, 0.050, LATE_SECONDS)


def check(result: PathResult) -> Iterator[CheckResult]:
    """Fail when the loop was 100 ms late for over a quarter of the time; silent without one.

    It is not measured where nothing ran on the loop: a generator process was lost at once, say.
    Where the time without a processor is enough to explain it, the figures are invalid instead.

    In a test of a service it is the load generator's own, which the check `generator` judges.
    """
    lag = result.lag
    if lag is None or result.service is not None:
        return
    limit = f"over {LATE_SECONDS * 1000:.0f} ms for at most {MOST_LATE:.0%} of the time"
    if not lag.ticks and not result.traffic.requests.every.count:
        nothing = ("no request was made",)
        yield CheckResult("loop free", "no tick", limit, Verdict.NOT_MEASURED, nothing)
        return
    if not lag.ticks:
        evidence = ("the loop never ran a callback that was due: something blocks it",)
        yield CheckResult("loop free", "no tick", limit, Verdict.FAILED, evidence)
        return
    p50, p99, worst = (seconds * 1000 for seconds in (lag.p50, lag.p99, lag.worst))
    samples = result.traffic.lag
    shares = [sum(each > limit for each in samples) / max(1, len(samples)) for limit in _LIMITS]
    above = ", ".join(
        f"over {limit * 1000:.0f} ms {share:.1%}"
        for limit, share in zip(_LIMITS, shares, strict=True)
    )
    failed = lag.late > MOST_LATE
    explained = lag.late - (starved(result) or 0.0) <= MOST_LATE
    cause = (
        "it got no processor, or something blocks it" if explained else "something blocks the loop"
    )
    waits = f"waits longer than {LATE_SECONDS * 1000:.0f} ms"
    evidence = (f"{lag.late:.0%} of the time a callback {waits}: {cause}",)
    verdict = Verdict.INVALID if explained else Verdict.FAILED
    yield CheckResult(
        name="loop free",
        figure=f"lag p50 {p50:.1f} ms, p99 {p99:.1f} ms, max {worst:.1f} ms; {above} of the time",
        limit=limit,
        verdict=verdict if failed else Verdict.PASSED,
        evidence=evidence if failed else (),
    )
