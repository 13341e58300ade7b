"""Ways to talk to one server, side by side: turns in interleaved rounds, ratios with intervals."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from rich.console import Console

from locust_qdrant import interrupts
from locust_qdrant.analysis.bootstrap import ratio_of_medians
from locust_qdrant.checks import explanations, generator
from locust_qdrant.config.model import Load, Stage
from locust_qdrant.experiments.experiment import (
    drive,
    experiment,
    header,
    result_of,
    what_failed,
    with_load,
)
from locust_qdrant.experiments.variants import candidates
from locust_qdrant.metrics.figures import TOTAL
from locust_qdrant.metrics.window import counted
from locust_qdrant.report.experiment import Case, ExperimentReport, publish
from locust_qdrant.report.progress import ProgressDisplay
from locust_qdrant.runs.server import send_log_to

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from locust_qdrant.analysis.bootstrap import RatioInterval
    from locust_qdrant.config.model import Workload
    from locust_qdrant.experiments.experiment import Candidate, Experiment
    from locust_qdrant.metrics.results import PathResult, Run
    from locust_qdrant.runs.configuration import Configuration


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
        failed: what went wrong with requests or answers, in words; empty for nothing.
        short: what the machine was short of, in words; empty for nothing.
        explanations: what makes the client slow, a sentence each, by the name of the pattern.
    """

    throughput: float
    p50: float
    p99: float
    cpu: float
    lag: float | None
    failures: int
    wrong: int = 0
    failed: str = ""
    short: str = ""
    explanations: Mapping[str, str] = {}


#: A figure of a turn by the heading of its column.
_FIGURES: Mapping[str, Callable[[Measurement], float]] = {
    "req/s": lambda turn: turn.throughput,
    "p50": lambda turn: turn.p50 * 1000,
    "p99": lambda turn: turn.p99 * 1000,
    "CPU": lambda turn: turn.cpu * 1000,
}
_COMPARED = ("req/s", "p99", "CPU")
#: Share of the p99 latency that the loop's lag has where something holds it.
_MOST_LAG_SHARE = 0.25
#: Seconds that a server may take longer than the one at hand, for what a blocked loop costs there.
_SLOWER = 0.010


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
            turns = take_turns(lab, workload, ways, rounds, display.say)
            about = header(lab, workload, f"{workload.name}: {users} users", configuration.command)
    except KeyboardInterrupt:
        display.say("Interrupted; what was created is removed.")
        return interrupts.exit_code()
    caption = (
        f"medians of {rounds} interleaved rounds of {seconds:g} s; times in ms, CPU of a request; "
        f"ratios to {variants[0]} with 95 % intervals"
    )
    report = report_on(turns, about, caption)
    report = replace(report, allow_invalid=configuration.allow_invalid)
    return publish(report, configuration.outputs)


def take_turns(
    lab: Experiment,
    workload: Workload,
    ways: Sequence[Candidate],
    rounds: int,
    say: Callable[[str], None],
) -> dict[str, list[Measurement]]:
    """Let each way have a turn in each round; return what they showed, by the way's name."""
    turns: dict[str, list[Measurement]] = {way.name: [] for way in ways}
    with ExitStack() as stack:
        path_runs = {way.name: stack.enter_context(lab.path_run(workload, way)) for way in ways}
        for number in range(rounds):
            say(f"Round {number + 1} of {rounds}")
            for way, path_run in path_runs.items():
                segment = drive(path_run, workload.load)
                turns[way].append(turn_of(result_of(segment, path_run.path, workload)))
    return turns


def turn_of(result: PathResult) -> Measurement:
    """Return the figures of what counts in one turn."""
    part = counted(result)
    requests = part.traffic.requests.measured
    line = requests.total.figures(TOTAL, part.traffic.seconds)
    return Measurement(
        throughput=line.rate,
        p50=line.latency.p50,
        p99=line.latency.p99,
        cpu=part.traffic.cpu_seconds / max(1, requests.count),
        lag=part.lag.p99 if part.lag is not None and part.lag.ticks else None,
        failures=line.failures,
        wrong=sum(sum(each.wrong.values()) for each in result.answers),
        failed=what_failed(part),
        # A client that needs all of its core is what is compared; a machine that has none is not.
        short=generator.of_machine(part),
        explanations={each.name: each.sentence for each in explanations(part)},
    )


def failed(taken: Sequence[Measurement]) -> str:
    """Return what went wrong in the turns of a variant; empty for nothing."""
    return next((turn.failed for turn in taken if turn.failed), "")


def short(taken: Sequence[Measurement]) -> str:
    """Return what the machine was short of in most turns of a variant; empty for nothing."""
    reasons = [turn.short for turn in taken if turn.short]
    return reasons[0] if 2 * len(reasons) > len(taken) else ""


def ratios(turns: Mapping[str, Sequence[Measurement]], way: str) -> dict[str, RatioInterval | None]:
    """Return each compared figure of a way in units of the first one's.

    None where one is zero, and where requests of either failed or their answers were wrong.
    """
    first = next(iter(turns.values()))
    if failed(first) or failed(turns[way]):
        return dict.fromkeys(_COMPARED)
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


def sentences(turns: Mapping[str, Sequence[Measurement]]) -> Iterator[str]:
    """Yield what is to be said of the variants: whose figures compare nothing, and who blocked."""
    for way, taken in turns.items():
        wrong = sum(turn.wrong for turn in taken)
        if wrong:
            yield (
                f"{way}: {wrong:,} answers were wrong (empty, short, invented or out of order), so "
                "its figures compare nothing; `locust-qdrant run` says what is wrong with them."
            )
        elif failed(taken):
            yield f"{way}: {failed(taken)}, so its figures compare nothing."
        if short(taken):
            yield f"{way}: {short(taken)}."
        yield from _blocked(way, taken)


def explained(turns: Mapping[str, Sequence[Measurement]]) -> Iterator[str]:
    """Yield what makes a way slow, as far as it showed in most of its turns."""
    for way, taken in turns.items():
        last = {name: said for turn in taken for name, said in turn.explanations.items()}
        for name, said in last.items():
            count = sum(name in turn.explanations for turn in taken)
            if 2 * count > len(taken):
                yield f"{way}, in {count} of {len(taken)} rounds: {said}."


def _blocked(way: str, taken: Sequence[Measurement]) -> Iterator[str]:
    lags = [turn.lag for turn in taken if turn.lag is not None]
    lag, p99 = median(lags) if lags else 0.0, median(turn.p99 for turn in taken)
    rate = median(turn.throughput for turn in taken)
    if lag > generator.LAG_FLOOR and lag > _MOST_LAG_SHARE * p99:
        yield (
            f"{way}: the event loop was {lag * 1000:,.0f} ms late (p99), and whatever else runs on "
            "it waits as long; the waits of its own users are in its latencies."
        )
    if "on-loop" in way and rate:
        yield (
            f"{way}: it makes one request at a time, for however many users. With a server that "
            f"takes {_SLOWER * 1000:g} ms longer than this one, such as one behind a network, that "
            f"is {1 / (1 / rate + _SLOWER):,.0f} requests a second at most, where it made "
            f"{rate:,.0f} here; the other ways wait for many at once."
        )


def _shown(ratio: RatioInterval | None) -> str:
    return "-" if ratio is None else f"{ratio.ratio:.2f} ({ratio.low:.2f}-{ratio.high:.2f})"


def report_on(
    turns: Mapping[str, Sequence[Measurement]], run: Run, caption: str
) -> ExperimentReport:
    """Return what the comparison says; times in seconds in its data."""
    table = rows(turns)
    return ExperimentReport(
        kind="compare",
        run=run,
        headings=("variant", *_FIGURES, "lag p99", "failed", *(f"{n} ratio" for n in _COMPARED)),
        rows=table,
        caption=caption,
        sentences=(*sentences(turns), *explained(turns)),
        cases=[
            Case(
                name,
                f"{rate} requests/s, p99 {p99} ms",
                failed=bool(failed(turns[name])),
                invalid=bool(short(turns[name])),
            )
            for name, rate, _, p99, *_ in table
        ],
        data={
            "explanations": list(explained(turns)),
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
