"""Thresholds: the limits that the workload sets, each a line with what was measured."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

from locust_qdrant.checks import generator
from locust_qdrant.checks.interface import CheckResult, Verdict
from locust_qdrant.metrics.figures import SAMPLES_NEEDED, Tally, latency_of, together

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from locust_qdrant.config.model import Threshold
    from locust_qdrant.metrics.figures import Figures
    from locust_qdrant.metrics.results import PathResult

_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
}
_LATENCIES = frozenset({"mean", "p50", "p90", "p95", "p99", "p999", "max"})


def check(result: PathResult) -> Iterator[CheckResult]:
    """Fail each threshold that was not kept, and each whose figure was not measured."""
    if not result.thresholds:
        return
    found = dict(result.traffic.requests.measured.operations)
    found[""] = together(found.values())
    saturated = generator.check(result).verdict is Verdict.INVALID
    for threshold in result.thresholds:
        value = measure(threshold, result, found)
        kept = value is not None and _COMPARE[threshold.comparator](value, threshold.limit)
        yield CheckResult(
            name=threshold.text,
            figure="not measured" if value is None else _shown(threshold.figure, value),
            limit=_limit(threshold),
            verdict=_verdict(value, kept=kept),
            evidence=() if kept else tuple(_why(threshold, value, saturated=saturated)),
            required=True,
        )


def _verdict(value: float | None, *, kept: bool) -> Verdict:
    if value is None:
        return Verdict.NOT_MEASURED
    return Verdict.PASSED if kept else Verdict.FAILED


def _why(threshold: Threshold, value: float | None, *, saturated: bool) -> Iterator[str]:
    if value is None:
        _, _, which = threshold.figure.rpartition(".")
        few = f"; it takes {SAMPLES_NEEDED[which]:,} requests" if which in SAMPLES_NEEDED else ""
        yield (
            f"the run did not measure {threshold.figure}, so nobody can say that the limit was "
            f"kept{few}"
        )
        return
    yield f"{_shown(threshold.figure, value)} is not {_limit(threshold)}"
    if saturated and _of_server(threshold):
        yield "the load generator was at its limit: the server alone may well keep this one"


def _of_server(threshold: Threshold) -> bool:
    """Tell whether it is about what a saturated generator makes worse."""
    _, _, which = threshold.figure.rpartition(".")
    own = threshold.figure.startswith(("loop.", "heartbeat."))
    return not own and which in {*_LATENCIES, "throughput"}


def measure(threshold: Threshold, result: PathResult, found: Mapping[str, Tally]) -> float | None:
    """Return the figure that `threshold` is about, in its unit; None where there is none.

    Args:
        threshold: the limit.
        result: the part of a path that counts.
        found: the tally of each operation, and of all of them under the empty name.
    """
    kind, _, which = threshold.figure.rpartition(".")
    if kind == "loop.lag":
        lag = result.lag
        if lag is None:
            return None
        return {"p50": lag.p50, "p99": lag.p99, "max": lag.worst}[which]
    if kind == "heartbeat":
        late = [beat.seconds for beat in result.traffic.heartbeat]
        return float(getattr(latency_of(late), which)) if late else None
    if threshold.figure == "recall":
        return result.recall.mean if result.recall and result.recall.queries else None
    if threshold.figure == "missed":
        return float(result.traffic.arrivals.missed) if result.traffic.arrivals else None
    line = found.get(threshold.operation, Tally()).figures("", result.traffic.seconds)
    return _of_requests(threshold, line)


def _of_requests(threshold: Threshold, line: Figures) -> float | None:
    if threshold.figure == "throughput":
        return line.rate
    if threshold.figure == "errors":
        return float(line.failures)
    if threshold.figure == "error_rate":
        return line.failures / line.requests if line.requests else None
    kind, _, which = threshold.figure.rpartition(".")
    if which in line.unbounded:
        return None
    if which in _LATENCIES and line.requests > line.failures:
        return float(getattr(line.service if kind else line.latency, which))
    return None


def _limit(threshold: Threshold) -> str:
    return threshold.comparator + threshold.text.partition(threshold.comparator)[2]


def _shown(figure: str, value: float) -> str:
    if figure.rpartition(".")[2] in _LATENCIES:
        return f"{value * 1000:,.1f} ms"
    if figure == "throughput":
        return f"{value:,.1f}/s"
    if figure == "error_rate":
        return f"{value:.2%}"
    return f"{value:.3f}" if figure == "recall" else f"{value:,.0f}"
