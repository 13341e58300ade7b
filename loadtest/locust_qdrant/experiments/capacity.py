"""The highest arrival rate at which a limit holds, and how sure that is."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from rich.console import Console

from locust_qdrant import interrupts
from locust_qdrant.analysis.bisection import Capacity, Trial, search
from locust_qdrant.checks import Verdict, thresholds
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
from locust_qdrant.metrics.figures import SAMPLES_NEEDED
from locust_qdrant.metrics.window import counted
from locust_qdrant.report.experiment import Case, ExperimentReport, publish
from locust_qdrant.report.progress import ProgressDisplay
from locust_qdrant.runs.server import send_log_to

if TYPE_CHECKING:
    from locust_qdrant.config.model import Threshold, Workload
    from locust_qdrant.metrics.results import PathResult, Run
    from locust_qdrant.runs.configuration import Configuration
    from locust_qdrant.runs.path_run import PathRun


class Trials(NamedTuple):
    """Which rates are tried, and how.

    Attributes:
        begin: the first rate, in arrivals a second.
        most: the highest rate.
        seconds: how long each trial lasts at least, without a fifth of it to settle.
        repeats: trials a rate, of which the majority decides.
    """

    begin: float
    most: float
    seconds: float
    repeats: int


def run(
    configuration: Configuration,
    *,
    slo: Threshold,
    trials: Trials,
) -> int:
    """Search, print what was tried and return the exit code.

    Args:
        configuration: what is asked; the load of its workload is replaced by arrival rates.
        slo: the limit that has to hold.
        trials: which rates to try, and how.

    Raises:
        UsageError: the server cannot be used.
    """
    progress = Console(stderr=True)
    send_log_to(progress)
    display = ProgressDisplay(progress)
    workload = configuration.workload

    def load_of(rate: float) -> Load:
        return _load(rate, max(trials.seconds, needed_arrivals(slo, workload) / rate))

    workload = with_load(workload, load_of(trials.begin))
    try:
        with experiment(configuration.client, display) as setup:
            candidate = Candidate("async", "async", setup.client)
            with setup.path_run(workload, candidate) as path_run:
                found = search(
                    lambda rate: _trial(path_run, workload, slo, load_of(rate), rate),
                    begin=trials.begin,
                    most=trials.most,
                    repeats=trials.repeats,
                )
            about = header(
                setup, workload, f"{workload.name}: capacity with {slo.text}", configuration.command
            )
    except KeyboardInterrupt:
        display.say("Interrupted; what was created is removed.")
        return interrupts.exit_code()
    caption = f"at least {trials.seconds:g} s a trial"
    report = report_on(found, slo, about, caption)
    report = replace(report, allow_invalid=configuration.allow_invalid)
    return publish(report, configuration.outputs)


def needed_arrivals(slo: Threshold, workload: Workload) -> float:
    """Return how many arrivals a trial takes to measure what the limit is about.

    A trial that did not measure it says nothing of the server. Arrivals and operations are random:
    three standard deviations more than the percentile needs leave it hardly ever with too few.
    """
    _, _, which = slo.figure.rpartition(".")
    needed = SAMPLES_NEEDED.get(which, 0)
    if not needed or slo.figure.startswith(("loop.", "heartbeat.")):
        return 0.0
    weights = {each.name: each.weight for each in workload.operations}
    share = weights.get(slo.operation, sum(weights.values())) / sum(weights.values())
    return (needed + 3 * math.sqrt(needed) + 5) / share


def _load(rate: float, seconds: float) -> Load:
    return Load(
        open=True,
        stages=(
            Stage("settling", seconds / 5, rate, rate, measured=False),
            Stage("trial", seconds, rate, rate),
        ),
        poisson=True,
    )


def _trial(path_run: PathRun, workload: Workload, slo: Threshold, load: Load, rate: float) -> Trial:
    return judge(rate, slo, result_of(drive(path_run, load), "async", with_load(workload, load)))


def judge(rate: float, slo: Threshold, result: PathResult) -> Trial:
    """Return whether the limit held, every arrival began, no request failed, and who was short.

    A limit on errors allows failed requests, as a threshold of the workload does.
    """
    part = replace(counted(result), thresholds=(slo, *result.thresholds))
    said, *_ = thresholds.check(part)
    arrivals = result.traffic.arrivals
    missed = arrivals.missed if arrivals is not None else 0
    failed = what_failed(part)
    held = said.verdict is Verdict.PASSED and not missed and not failed
    figure = ", ".join(
        [said.figure, *([f"{missed:,} arrivals missed"] if missed else []), *filter(None, [failed])]
    )
    # A rate that holds was made, however busy the generator was; and who fails is the server.
    return Trial(rate, held, figure, valid=held or bool(failed) or not what_was_short(part))


def sentence(found: Capacity, slo: Threshold) -> str:
    """Return what the search found, in words."""
    if not found.rate and found.limited_by_generator:
        return (
            f"Nobody knows: even at {found.fails_at:,.1f} arrivals a second the load generator was "
            "at its limit. Begin lower (--begin), or use another machine."
        )
    if not found.rate:
        lowest = min((trial.rate for trial in found.trials), default=0.0)
        return f"No rate holds {slo.text}: not even {lowest:,.1f} arrivals a second."
    held, tried = found.confidence(found.rate)
    said = (
        f"Capacity: {found.rate:,.1f} arrivals a second hold {slo.text} "
        f"(in {held} of {tried} trials)"
    )
    if found.fails_at is None:
        return f"{said}; higher rates were not tried."
    if found.limited_by_generator:
        return (
            f"{said}; at {found.fails_at:,.1f} the load generator is at its limit, so the server "
            "may do more: use more --processes with `locust-qdrant run`, or another machine."
        )
    held, tried = found.confidence(found.fails_at)
    return f"{said}; {found.fails_at:,.1f} do not (held in {held} of {tried})."


def report_on(found: Capacity, slo: Threshold, run: Run, caption: str) -> ExperimentReport:
    """Return what the search says."""
    said = sentence(found, slo)
    return ExperimentReport(
        kind="capacity",
        run=run,
        headings=("arrivals/s", slo.text, "held"),
        rows=[
            (
                f"{trial.rate:,.1f}",
                trial.figure,
                ("yes" if trial.held else "no") if trial.valid else "generator at its limit",
            )
            for trial in found.trials
        ],
        caption=caption,
        sentences=[said],
        cases=[
            Case(
                slo.text,
                said,
                failed=not found.rate and not found.limited_by_generator,
                invalid=found.limited_by_generator,
            )
        ],
        data={
            "slo": slo.text,
            "rate": found.rate,
            "fails_at": found.fails_at,
            "limited_by_generator": found.limited_by_generator,
            "trials": [trial._asdict() for trial in found.trials],
        },
    )
