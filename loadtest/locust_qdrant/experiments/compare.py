"""Ways to talk to one server, side by side: turns in interleaved rounds, ratios with intervals."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from rich.console import Console

from locust_qdrant import interrupts
from locust_qdrant.analysis.bootstrap import ratio_of_medians
from locust_qdrant.checks import Verdict, explanations
from locust_qdrant.config.model import Load, Stage
from locust_qdrant.experiments.experiment import (
    drive,
    experiment,
    header,
    result_of,
    with_load,
)
from locust_qdrant.experiments.variants import candidates
from locust_qdrant.metrics.figures import TOTAL, figures
from locust_qdrant.probe.loop_lag import summarise
from locust_qdrant.report.experiment import Case, ExperimentReport, publish
from locust_qdrant.report.progress import ProgressDisplay
from locust_qdrant.runs.server import send_log_to

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from locust_qdrant.analysis.bootstrap import RatioInterval
    from locust_qdrant.checks import CheckResult
    from locust_qdrant.config.model import Workload
    from locust_qdrant.experiments.experiment import Candidate, Experiment
    from locust_qdrant.metrics.results import Run, Traffic
    from locust_qdrant.runs.configuration import Configuration

DONE, LIED = 0, 1


class Measurement(NamedTuple):
    """What one way showed in one round; times in seconds.

    Attributes:
        throughput: successful requests a second.
        p50: of the latency.
        p99: of the latency.
        cpu: processor time of this process for one request.
        lag: p99 of the loop's lag; None where no loop runs.
        failures: number of failed requests.
        wrong: number of answers that were not what they had to be.
    """

    throughput: float
    p50: float
    p99: float
    cpu: float
    lag: float | None
    failures: int
    wrong: int = 0


#: A figure of a turn by the heading of its column.
_FIGURES: Mapping[str, Callable[[Measurement], float]] = {
    "req/s": lambda turn: turn.throughput,
    "p50": lambda turn: turn.p50 * 1000,
    "p99": lambda turn: turn.p99 * 1000,
    "CPU": lambda turn: turn.cpu * 1000,
}
_COMPARED = ("req/s", "p99", "CPU")


def run(
    configuration: Configuration,
    *,
    variants: Sequence[str],
    users: int,
    seconds: float,
    rounds: int,
) -> int:
    """Let each way have its turn in each round, print the ratios and return the exit code.

    Args:
        configuration: what is asked; the load of its workload is replaced.
        variants: their names; the others are set in relation to the first.
        users: concurrent users.
        seconds: how long each turn lasts, without a fifth of it to settle.
        rounds: number of turns of each.

    Raises:
        UsageError: a way or a setting does not exist, or the server cannot be used.
    """
    candidates(variants, configuration.client)  # a wrong name is told before anything starts
    progress = Console(stderr=True)
    send_log_to(progress)
    display = ProgressDisplay(progress)
    load = Load(
        open=False,
        stages=(
            Stage("settling", seconds / 5, users, users, measured=False),
            Stage("turn", seconds, users, users),
        ),
    )
    asked = configuration.workload
    workload = with_load(replace(asked, collection=replace(asked.collection, name="")), load)
    try:
        with experiment(configuration.client, display) as lab:
            ways = candidates(variants, lab.client)
            turns, shown = take_turns(lab, workload, ways, rounds, display.say)
            about = header(lab, workload, f"{workload.name}: {users} users", configuration.command)
    except KeyboardInterrupt:
        display.say("Interrupted; what was created is removed.")
        return interrupts.exit_code()
    caption = (
        f"medians of {rounds} interleaved rounds of {seconds:g} s; times in ms, CPU of a request; "
        f"ratios to {variants[0]} with 95 % intervals"
    )
    said = list(explained(shown))
    publish(report_on(turns, about, caption, said), configuration.outputs)
    return LIED if any(turn.wrong for taken in turns.values() for turn in taken) else DONE


def take_turns(
    lab: Experiment,
    workload: Workload,
    ways: Sequence[Candidate],
    rounds: int,
    say: Callable[[str], None],
) -> tuple[dict[str, list[Measurement]], dict[str, list[list[CheckResult]]]]:
    """Let each way have a turn in each round.

    Returns:
        By the name of each way: its figures round after round, and what showed of what is known to
        make a client slow.
    """
    turns: dict[str, list[Measurement]] = {way.name: [] for way in ways}
    shown: dict[str, list[list[CheckResult]]] = {way.name: [] for way in ways}
    with ExitStack() as stack:
        path_runs = {way.name: stack.enter_context(lab.path_run(workload, way)) for way in ways}
        for number in range(rounds):
            say(f"Round {number + 1} of {rounds}")
            for way, path_run in path_runs.items():
                segment = drive(path_run, workload.load)
                wrong = sum(sum(each.wrong.values()) for each in segment.answers)
                turns[way].append(turn_of(segment.traffic)._replace(wrong=wrong))
                shown[way].append(explanations(result_of(segment, path_run.path, workload)))
    return turns, shown


def turn_of(traffic: Traffic) -> Measurement:
    """Return the figures of what counts in one turn."""
    (phase,) = [each for each in traffic.phases if each.measured]
    records = [each for each in traffic.records if each.step == phase.name]
    line = figures(TOTAL, records, phase.end - phase.start)
    return Measurement(
        throughput=line.rate,
        p50=line.latency.p50,
        p99=line.latency.p99,
        cpu=traffic.cpu_seconds / max(1, len(traffic.records)),
        lag=summarise(list(traffic.lag)).p99 if traffic.lag else None,
        failures=line.failures,
    )


def ratios(turns: Mapping[str, Sequence[Measurement]], way: str) -> dict[str, RatioInterval | None]:
    """Return each compared figure of a way in units of the first one's; None where one is zero."""
    first = next(iter(turns.values()))
    found: dict[str, RatioInterval | None] = {}
    for name in _COMPARED:
        mine, base = ([_FIGURES[name](turn) for turn in each] for each in (turns[way], first))
        found[name] = ratio_of_medians(mine, base) if all(base) and all(mine) else None
    return found


def rows(turns: Mapping[str, Sequence[Measurement]]) -> list[tuple[str, ...]]:
    """Return a line of the table a way."""
    lines = []
    for number, (way, taken) in enumerate(turns.items()):
        medians = [f"{median(read(turn) for turn in taken):,.1f}" for read in _FIGURES.values()]
        compared = ["" if not number else _shown(ratio) for ratio in ratios(turns, way).values()]
        lags = [turn.lag for turn in taken if turn.lag is not None]
        medians.append(f"{median(lags) * 1000:,.1f}" if lags else "-")
        lines.append((way, *medians, f"{sum(turn.failures for turn in taken):,}", *compared))
    return lines


def lies(turns: Mapping[str, Sequence[Measurement]]) -> Iterator[str]:
    """Yield a sentence for each way whose answers were wrong: its figures compare nothing."""
    for way, taken in turns.items():
        wrong = sum(turn.wrong for turn in taken)
        if wrong:
            yield (
                f"{way}: {wrong:,} answers were wrong (empty, short, invented or out of order), so "
                "its figures compare nothing; `locust-qdrant run` says what is wrong with them."
            )


def explained(shown: Mapping[str, Sequence[Sequence[CheckResult]]]) -> Iterator[str]:
    """Yield what makes a way slow or fail, as far as it is known; once it could be chance.

    Args:
        shown: by the name of a way, what showed in each of its turns.
    """
    for way, turns in shown.items():
        last = {each.name: each for found in turns for each in found}
        for name, found in last.items():
            count = sum(name in {each.name for each in turn} for turn in turns)
            if found.verdict is Verdict.FAILED or 2 * count > len(turns):
                yield f"{way}, in {count} of {len(turns)} rounds: {found.sentence}."


def _shown(ratio: RatioInterval | None) -> str:
    return "-" if ratio is None else f"{ratio.ratio:.2f} ({ratio.low:.2f}-{ratio.high:.2f})"


def report_on(
    turns: Mapping[str, Sequence[Measurement]],
    run: Run,
    caption: str,
    said: Sequence[str] = (),
) -> ExperimentReport:
    """Return what the comparison says; times in seconds in its data.

    Args:
        turns: what each way showed, round after round.
        run: where, with what, and when.
        caption: what stands below the table.
        said: what makes ways slow or fail, as far as it is known.
    """
    table = rows(turns)
    return ExperimentReport(
        kind="compare",
        run=run,
        headings=("variant", *_FIGURES, "lag p99", "failed", *(f"{n} ratio" for n in _COMPARED)),
        rows=table,
        caption=caption,
        sentences=(*lies(turns), *said),
        cases=[
            Case(
                name,
                f"{rate} requests/s, p99 {p99} ms",
                failed=any(turn.wrong for turn in turns[name]),
            )
            for name, rate, _, p99, *_ in table
        ],
        data={
            "explanations": list(said),
            "variants": {
                way: {
                    "turns": [turn._asdict() for turn in taken],
                    "ratios": {
                        name: None if ratio is None else ratio._asdict()
                        for name, ratio in ratios(turns, way).items()
                    },
                }
                for way, taken in turns.items()
            },
        },
    )
