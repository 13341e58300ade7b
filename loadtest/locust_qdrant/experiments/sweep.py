"""Throughput and latency at each concurrency: the laws behind them, the knee, and what is full."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.console import Console

from locust_qdrant import interrupts
from locust_qdrant.analysis.scaling import Law, Point, fit, knee, little, obeys_little
from locust_qdrant.checks import explanations
from locust_qdrant.config.model import Load, Stage
from locust_qdrant.experiments.experiment import (
    Candidate,
    drive,
    experiment,
    header,
    result_of,
    with_load,
)
from locust_qdrant.experiments.steps import Step, explained, steps_of, what_is_full
from locust_qdrant.report.experiment import Case, ExperimentReport, publish
from locust_qdrant.report.plot import Line, Plot
from locust_qdrant.report.progress import ProgressDisplay
from locust_qdrant.runs.server import send_log_to

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from locust_qdrant.checks import CheckResult
    from locust_qdrant.metrics.results import PathResult, Run
    from locust_qdrant.runs.configuration import Configuration

DONE = 0

_POINTS_OF_LAW = 60


class Sweep(NamedTuple):
    """What a sweep found.

    Attributes:
        run: where, with what, and when.
        steps: one a concurrency, in order.
        law: the fitted Universal Scalability Law, None where too few steps are valid.
        knee: the step beyond which more concurrency brought nothing, None if it was not reached.
        full: what is full at the knee, in words; empty without one.
        explanations: what is known to make a client slow or fail, and shows, a sentence each.
    """

    run: Run
    steps: Sequence[Step]
    law: Law | None
    knee: Point | None
    full: str
    explanations: Sequence[str] = ()


def run(
    configuration: Configuration,
    *,
    concurrency: Sequence[int],
    seconds: float,
) -> int:
    """Measure each step, print the table and return the exit code.

    Args:
        configuration: what is asked; the load of its workload is replaced by the steps.
        concurrency: number of users at each step.
        seconds: how long each step lasts, without a fifth of it to settle.

    Raises:
        UsageError: the server cannot be used.
    """
    progress = Console(stderr=True)
    send_log_to(progress)
    display = ProgressDisplay(progress)
    load = _steps(concurrency, seconds)
    workload = with_load(configuration.workload, load)
    try:
        with experiment(configuration.client, display) as lab:
            candidate = Candidate(workload.path, workload.path, lab.client)
            with lab.path_run(workload, candidate) as path_run:
                segment = drive(path_run, load)
            title = f"{workload.name}: sweep over concurrency"
            about = header(lab, workload, title, configuration.command)
    except KeyboardInterrupt:
        display.say("Interrupted; what was created is removed.")
        return interrupts.exit_code()
    found = evaluate(
        about,
        result_of(segment, workload.path, workload),
        None if configuration.client.grpc else configuration.client.connections,
    )
    publish(report_on(found), configuration.outputs)
    return DONE


def evaluate(run: Run, result: PathResult, connections: int | None) -> Sweep:
    """Return what the steps in `result` mean; `connections` of the REST pool, None for gRPC."""
    steps = steps_of(result)
    points = [step.point for step in steps]
    top = knee(points)
    at = next((step for step in steps if step.point == top), None)
    # What is full shows at the step that brought nothing more.
    beyond = next((step for step in steps if top and step.point.concurrency > top.concurrency), at)
    shown = {phase.users: found for phase, found in explained(result)}
    full = ""
    if beyond is not None:
        named = [each.name for each in shown.get(int(beyond.point.concurrency), ())]
        full = what_is_full(beyond, connections, named)
    return Sweep(run, steps, fit(points), top, full, [*_of_steps(shown), *_of_client(result)])


def _of_steps(shown: Mapping[int, Sequence[CheckResult]]) -> Iterator[str]:
    """Yield each pattern once, as it showed at most users."""
    last = {each.name: (users, each) for users, found in shown.items() for each in found}
    for name, (users, found) in last.items():
        where = ", ".join(
            f"{each:,}" for each in shown if name in {said.name for said in shown[each]}
        )
        yield f"At {where} users, figures of {users:,}: {found.sentence}."


def _of_client(result: PathResult) -> Iterator[str]:
    seen = {each.name for each in explanations(result, of_client=False)}
    for each in explanations(result):
        if each.name not in seen:
            yield f"{each.sentence}."


def _steps(concurrency: Sequence[int], seconds: float) -> Load:
    stages: list[Stage] = []
    for users in concurrency:
        settling = Stage(f"{users} (settling)", seconds / 5, users, users, measured=False)
        stages += [settling, Stage(f"{users}", seconds, users, users)]
    return Load(open=False, stages=tuple(stages))


def sentences(found: Sweep) -> list[str]:
    """Return what the sweep says, in words."""
    said = []
    if found.law is not None:
        law = found.law
        said.append(
            f"Universal Scalability Law: {law.rate:,.1f} requests/s of one user alone, contention "
            f"{law.contention:.3f}, crosstalk {law.crosstalk:.6f}, R² {law.r_squared:.3f}"
            + (f"; highest throughput at {law.peak:,.0f} users." if law.crosstalk else ".")
        )
    else:
        said.append("Too few valid steps to fit a law: at least four are needed.")
    if found.knee is not None:
        said.append(
            f"Knee: beyond {found.knee.concurrency:g} users ({found.knee.throughput:,.1f} "
            f"requests/s) more of them bring no more. Full is {found.full}."
        )
    else:
        said.append("The knee was not reached: the last valid step still brought more.")
    broken = [step.point for step in found.steps if not obeys_little(step.point)]
    if broken:
        users = ", ".join(f"{point.concurrency:g}" for point in broken)
        said.append(
            f"Little's law does not hold at {users} users: not all of their time was in requests."
        )
    said += found.explanations
    invalid = [f"{step.point.concurrency:g}" for step in found.steps if not step.point.valid]
    if invalid:
        said.append(
            f"Not valid at {', '.join(invalid)} users: the load generator was at its limit there, "
            "and the figures show its own waiting. They are left out of law and knee."
        )
    return said


def report_on(found: Sweep) -> ExperimentReport:
    """Return what the sweep says, with the plots of throughput, its law, and latency."""
    return ExperimentReport(
        kind="sweep",
        run=found.run,
        headings=_HEADINGS,
        rows=_rows(found),
        caption="times in ms",
        sentences=sentences(found),
        cases=[
            Case(
                f"{step.point.concurrency:g} users",
                f"{step.point.throughput:,.1f} requests/s, p99 {step.p99 * 1000:,.1f} ms"
                + ("" if step.point.valid else "; not valid, the load generator was at its limit"),
            )
            for step in found.steps
        ],
        plots=_plots(found),
        data={
            "steps": [
                step._asdict() | {"point": step.point._asdict(), "little": little(step.point)}
                for step in found.steps
            ],
            "law": None if found.law is None else found.law._asdict(),
            "knee": None if found.knee is None else found.knee._asdict(),
            "full": found.full,
            "explanations": list(found.explanations),
        },
    )


_HEADINGS = (
    "users",
    "req/s",
    "p50",
    "p99",
    "lag p99",
    "CPU/request",
    "loop busy",
    "X·R/N",
    "failed",
    "",
)


def _rows(found: Sweep) -> list[tuple[str, ...]]:
    return [
        (
            f"{step.point.concurrency:g}",
            f"{step.point.throughput:,.1f}",
            f"{step.p50 * 1000:,.1f}",
            f"{step.p99 * 1000:,.1f}",
            "" if step.lag is None else f"{step.lag * 1000:,.1f}",
            f"{step.cpu * 1000:,.2f}",
            f"{step.busy:.0%}",
            f"{little(step.point):.2f}",
            f"{step.failures:,}",
            _remark(found, step),
        )
        for step in found.steps
    ]


def _remark(found: Sweep, step: Step) -> str:
    if not step.point.valid:
        return "not valid"
    return "knee" if found.knee == step.point else ""


def _plots(found: Sweep) -> list[Plot]:
    points = [step.point for step in found.steps]
    lines = [Line("measured", [(each.concurrency, each.throughput) for each in points])]
    if found.law is not None:
        highest = max(each.concurrency for each in points)
        lines.append(Line("Universal Scalability Law", _curve(found.law, highest)))
    return [
        Plot("Throughput", "users", "requests/s", lines),
        Plot(
            "Latency",
            "users",
            "ms",
            [
                Line("p99", [(each.point.concurrency, each.p99 * 1000) for each in found.steps]),
                Line("p50", [(each.point.concurrency, each.p50 * 1000) for each in found.steps]),
            ],
        ),
    ]


def _curve(law: Law, highest: float) -> list[tuple[float, float | None]]:
    steps = [1 + (highest - 1) * part / _POINTS_OF_LAW for part in range(_POINTS_OF_LAW + 1)]
    return [(each, law.throughput(each)) for each in steps]
