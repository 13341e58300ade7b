"""The part of a run that counts: without its warm-up, of some steps, or of a stretch of time.

And the phases of a run, each by itself.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from locust_qdrant.errors import UsageError
from locust_qdrant.metrics.record import Outcome
from locust_qdrant.metrics.requests import STALL_SECONDS
from locust_qdrant.probe.loop_lag import summarise

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from locust_qdrant.metrics.figures import Figures
    from locust_qdrant.metrics.record import Record
    from locust_qdrant.metrics.results import Lateness, PathResult, Phase, Run, Traffic

_NOTE = (
    "Only {what} count. Ledger, recall, arrivals and what was left open are those of the whole "
    "run, and so is the share of the processor."
)


class PhaseFigures(NamedTuple):
    """The figures of all operations in a phase, which may have come in several turns.

    Attributes:
        phase: its first turn.
        seconds: how long its turns lasted together.
        figures: what happened in them.
    """

    phase: Phase
    seconds: float
    figures: Figures


def by_phase(traffic: Traffic) -> list[PhaseFigures]:
    """Return the figures of each phase, in order."""
    seconds: defaultdict[str, float] = defaultdict(float)
    for phase in traffic.phases:
        seconds[phase.name] += phase.end - phase.start
    first: dict[str, Phase] = {}
    for phase in traffic.phases:
        first.setdefault(phase.name, phase)
    return [
        PhaseFigures(
            phase,
            seconds[name],
            traffic.requests.of_step(name).total.figures(name, seconds[name]),
        )
        for name, phase in first.items()
    ]


def counted(result: PathResult) -> PathResult:
    """Return `result` as if only its measured phases had been.

    Which requests count is said at `Requests.record`; kept records of the others are in
    `traffic.left_out`. Processor time is divided as time is.
    """
    traffic = result.traffic
    left_out = {phase.name for phase in traffic.phases if not phase.measured}
    if not left_out:
        return result
    spans = [phase for phase in traffic.phases if phase.measured]

    def counts(record: Record) -> bool:
        return record.step not in left_out or any(
            record.start < span.start and record.end > span.start + STALL_SECONDS for span in spans
        )

    kept = _during(traffic, [(phase.start, phase.end) for phase in spans], _seconds(spans))
    return _with(
        result,
        replace(
            kept,
            records=[record for record in traffic.records if counts(record)],
            left_out=[record for record in traffic.records if not counts(record)],
            folded=traffic.requests,
        ),
    )


def of_steps(run: Run, names: Collection[str]) -> Run:
    """Return `run` with the phases of these names as its only measured ones.

    Raises:
        UsageError: there is no phase of such a name.
    """
    known = dict.fromkeys(phase.name for path in run.paths for phase in path.traffic.phases)
    for name in names:
        if name not in known:
            choice = ", ".join(known) or "none, since the file tells of no phase"
            raise UsageError(f"--step {name!r}: the run has no such step; choose from {choice}.")
    paths = [
        _with(path, replace(path.traffic, phases=_marked(path.traffic.phases, names)))
        for path in run.paths
    ]
    return _noted(run, paths, f"the requests of {', '.join(names)}")


def between(run: Run, start: float, until: float) -> Run:
    """Return what `run` did from `start` to `until`, in seconds since its traffic began.

    Raises:
        UsageError: no request was made in that time.
    """
    paths = [_between(path, start, until) for path in run.paths]
    if not any(path.traffic.records for path in paths):
        lasted = max((path.traffic.seconds for path in run.paths), default=0.0)
        raise UsageError(
            f"no request was made from {start:g} s to {until:g} s; the traffic lasted "
            f"{lasted:.1f} s."
        )
    end = f"{until:g} s" if until < float("inf") else "the end"
    return _noted(run, paths, f"the requests made from {start:g} s to {end}")


def beginning(traffic: Traffic) -> float:
    """Return when the traffic began, in seconds since the epoch."""
    if traffic.phases:
        return min(phase.start for phase in traffic.phases)
    return traffic.requests.first_due or 0.0


def _between(result: PathResult, start: float, until: float) -> PathResult:
    traffic = result.traffic
    begin = beginning(traffic)
    low, high = begin + start, begin + until
    ended = max((record.end for record in traffic.records), default=begin)
    phases = [
        replace(phase, start=max(low, phase.start), end=min(high, phase.end))
        for phase in traffic.phases
        if phase.start < high and phase.end > low
    ]
    seconds = _seconds(phases) if phases else max(0.0, min(high, ended) - low)
    kept = _during(traffic, [(low, high)], seconds)
    records = [record for record in traffic.records if low <= _due(record) < high]
    phases = [replace(each, succeeded=_succeeded(each, records)) for each in phases]
    return _with(result, replace(kept, records=records, phases=phases, folded=None))


def _succeeded(phase: Phase, records: Sequence[Record]) -> int:
    return sum(
        each.outcome is Outcome.OK
        and each.step == phase.name
        and phase.start <= each.start < phase.end
        for each in records
    )


def _during(traffic: Traffic, spans: Sequence[tuple[float, float]], seconds: float) -> Traffic:
    """Return the ticks, beats and processor time of `spans`, which last `seconds` together."""
    share = seconds / traffic.seconds if traffic.seconds else 0.0
    ticks = list(_inside(traffic.lag_over_time, spans))
    return replace(
        traffic,
        seconds=seconds,
        lag=[tick.seconds for tick in ticks] if traffic.lag_over_time else traffic.lag,
        lag_over_time=ticks,
        heartbeat=list(_inside(traffic.heartbeat, spans)),
        cpu_seconds=traffic.cpu_seconds * share,
        cpu_by_worker={worker: cpu * share for worker, cpu in traffic.cpu_by_worker.items()},
        starved_by_worker={
            worker: seconds * share for worker, seconds in traffic.starved_by_worker.items()
        },
    )


def _inside(
    samples: Iterable[Lateness], spans: Sequence[tuple[float, float]]
) -> Iterable[Lateness]:
    return (sample for sample in samples if any(low <= sample.at < high for low, high in spans))


def _with(result: PathResult, traffic: Traffic) -> PathResult:
    lag = None if result.lag is None else summarise(list(traffic.lag))
    return replace(result, traffic=traffic, lag=lag)


def _marked(phases: Sequence[Phase], names: Collection[str]) -> list[Phase]:
    return [replace(phase, measured=phase.name in names) for phase in phases]


def _seconds(phases: Sequence[Phase]) -> float:
    return sum(phase.end - phase.start for phase in phases)


def _noted(run: Run, paths: Sequence[PathResult], what: str) -> Run:
    return replace(run, paths=paths, notes=(*run.notes, _NOTE.format(what=what)))


def _due(record: Record) -> float:
    return record.start if record.intended is None else record.intended
