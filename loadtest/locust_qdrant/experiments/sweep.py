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
    what_failed,
    what_was_short,
    with_load,
)
from locust_qdrant.metrics.figures import TOTAL
from locust_qdrant.metrics.window import counted
from locust_qdrant.report.experiment import Case, ExperimentReport, publish
from locust_qdrant.report.plot import Line, Plot
from locust_qdrant.report.progress import ProgressDisplay
from locust_qdrant.runs.server import send_log_to

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from locust_qdrant.metrics.results import PathResult, Run
    from locust_qdrant.runs.configuration import Configuration

#: From this share of the time on, something is full.
_FULL = 0.70
#: What limits the throughput where a pattern shows, whatever the figures look like.
_PATTERNS = {
    "answers held back": "nothing: requests wait for answers that are held back",
    "HTTP/2 held back": "nothing: requests wait for answers that are held back",
    "HTTP library": "the client's HTTP library, which works more the more requests are under way",
    "decoding on the loop": "the client's event loop, with decoding answers",
    "encoding on the loop": "the client's event loop, with encoding requests",
}
_POINTS_OF_LAW = 60


class Step(NamedTuple):
    """One step.

    Attributes:
        point: concurrency, throughput, response time, and whether they can be trusted.
        p50: of the latency, in seconds.
        p99: of the latency, in seconds.
        lag: p99 of the loop's lag in seconds, None where there is no loop.
        cpu: processor time of the client for one request on the loop, in seconds.
        busy: share of the time in which calls occupied the loop, 0 to 1.
        server: mean time that the server says it took, in seconds; None if it does not say.
        failures: number of failed requests.
        failed: what went wrong with requests, in words; empty for nothing.
        short: what the load generator or its machine was short of, in words; empty for nothing.
        explanations: what makes the client slow, a sentence each, by the name of the pattern.
    """

    point: Point
    p50: float
    p99: float
    lag: float | None
    cpu: float
    busy: float
    server: float | None
    failures: int
    failed: str = ""
    short: str = ""
    explanations: Mapping[str, str] = {}


def what_is_full(step: Step, connections: int | None) -> str:
    """Return what limits the throughput at a step, in a few words.

    Args:
        step: that at which more concurrency brought nothing more.
        connections: most connections of the REST pool, None for gRPC.
    """
    for pattern, full in _PATTERNS.items():
        if pattern in step.explanations:
            return full
    if step.busy > _FULL:
        return "the client's work on its event loop, a single core"
    if connections is not None and step.point.concurrency > connections:
        return f"the connection pool: {connections} connections"
    if step.server is not None and step.server > _FULL * step.point.response:
        return "the server: it works for most of a request's time"
    return "the server, or the way to it: requests wait there, while the client is idle"


def step_of(part: PathResult, users: int) -> Step:
    """Return what counts of one stretch of traffic with so many users as a step."""
    requests = part.traffic.requests.measured
    line = requests.total.figures(TOTAL, part.traffic.seconds)
    server, told = requests.server
    occupied = requests.busy * requests.count / max(1, requests.followed)
    failed, short = what_failed(part), what_was_short(part)
    return Step(
        point=Point(
            concurrency=users,
            throughput=line.rate,
            response=line.service.mean,
            valid=not failed and not short,
        ),
        p50=line.latency.p50,
        p99=line.latency.p99,
        lag=None if part.lag is None else part.lag.p99,
        cpu=occupied / max(1, requests.count),
        busy=occupied / part.traffic.seconds if part.traffic.seconds else 0.0,
        server=server / told if told else None,
        failures=line.failures,
        failed=failed,
        explanations={each.name: each.sentence for each in explanations(part)},
        short="" if failed else short,
    )


class Sweep(NamedTuple):
    """What a sweep found.

    Attributes:
        run: where, with what, and when.
        steps: one a concurrency, in order.
        law: the fitted Universal Scalability Law, None where too few steps are valid.
        knee: the step beyond which more concurrency brought nothing, None if it was not reached.
        full: what is full at the knee, in words; empty without one.
        allow_invalid: whether figures that say little are fine.
    """

    run: Run
    steps: Sequence[Step]
    law: Law | None
    knee: Point | None
    full: str
    allow_invalid: bool = False

    def invalid(self, step: Step) -> bool:
        """Tell whether the answer rests on `step`, and its figures say little."""
        return bool(step.short) and self.knee is None


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
    loads = [_load(users, seconds) for users in concurrency]
    stages = tuple(stage for load in loads for stage in load.stages)
    workload = with_load(configuration.workload, Load(open=False, stages=stages))
    try:
        with experiment(configuration.client, display) as setup:
            candidate = Candidate(workload.path, workload.path, setup.client)
            with setup.path_run(workload, candidate) as path_run:
                # Each apart, so that each says what its load generator was short of.
                parts = [
                    counted(result_of(drive(path_run, load), workload.path, workload))
                    for load in loads
                ]
            title = f"{workload.name}: sweep over concurrency"
            about = header(setup, workload, title, configuration.command)
    except KeyboardInterrupt:
        display.say("Interrupted; what was created is removed.")
        return interrupts.exit_code()
    steps = [step_of(part, users) for part, users in zip(parts, concurrency, strict=True)]
    connections = None if configuration.client.grpc else configuration.client.connections
    found = evaluate(about, steps, connections)._replace(allow_invalid=configuration.allow_invalid)
    return publish(report_on(found), configuration.outputs)


def evaluate(run: Run, steps: Sequence[Step], connections: int | None) -> Sweep:
    """Return what `steps` mean; `connections` of the REST pool, None for gRPC."""
    points = [step.point for step in steps]
    top = knee(points)
    at = next((step for step in steps if step.point == top), None)
    # What is full shows at the step that brought nothing more.
    beyond = next((step for step in steps if top and step.point.concurrency > top.concurrency), at)
    full = what_is_full(beyond, connections) if beyond is not None else ""
    return Sweep(run, steps, fit(points), top, full)


def _load(users: int, seconds: float) -> Load:
    settling = Stage(f"{users} (settling)", seconds / 5, users, users, measured=False)
    return Load(open=False, stages=(settling, Stage(f"{users}", seconds, users, users)))


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
    elif all(step.point.valid for step in found.steps):
        said.append("The knee was not reached: the last step still brought more.")
    else:
        said.append(
            "The knee cannot be told: the steps that say something show none, and others had as "
            "much throughput or come after them."
        )
    said += _little(found.steps)
    said += explained(found.steps)
    for step in found.steps:
        if not step.point.valid:
            said.append(
                f"Left out of law and knee, with {step.point.concurrency:g} at once: "
                f"{step.failed or step.short}."
            )
    return said


def explained(steps: Sequence[Step]) -> Iterator[str]:
    """Yield what makes the client slow, each once, with the figures of its last step."""
    last = {name: (step, said) for step in steps for name, said in step.explanations.items()}
    for name, (step, said) in last.items():
        users = ", ".join(f"{e.point.concurrency:g}" for e in steps if name in e.explanations)
        yield f"At {users} users, figures of {step.point.concurrency:g}: {said}."


def _little(steps: Sequence[Step]) -> Iterator[str]:
    """Yield where Little's law does not hold among the steps that say something, and why."""
    broken = [step for step in steps if step.point.valid and not obeys_little(step.point)]
    for why, which in (
        (
            "below 1, not all of the users' time was in requests: they paused, or began late",
            [step for step in broken if little(step.point) < 1],
        ),
        (
            "above 1, requests were longer than their step: make it longer (--step-seconds)",
            [step for step in broken if little(step.point) > 1],
        ),
    ):
        if which:
            users = ", ".join(f"{step.point.concurrency:g}" for step in which)
            yield f"Little's law does not hold at {users} users: X·R/N is {why}."


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
                + ("" if step.point.valid else f"; {step.failed or step.short}"),
                failed=bool(step.failed),
                invalid=found.invalid(step),
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
            "explanations": list(explained(found.steps)),
        },
        allow_invalid=found.allow_invalid,
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
    if step.failed:
        return "failed"
    if step.short:
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
