"""Ways to talk to one server, side by side: turns in interleaved rounds, ratios with intervals."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

from rich.console import Console

from locust_qdrant import interrupts
from locust_qdrant.analysis.bootstrap import ratio_of_medians
from locust_qdrant.checks import explanations, generator
from locust_qdrant.config import keys
from locust_qdrant.config.model import Load, Stage
from locust_qdrant.config.schema import ClientKeys
from locust_qdrant.errors import UsageError
from locust_qdrant.experiments.experiment import (
    Candidate,
    drive,
    experiment,
    header,
    result_of,
    what_failed,
    with_load,
)
from locust_qdrant.metrics.figures import TOTAL
from locust_qdrant.metrics.window import counted
from locust_qdrant.report.experiment import Case, ExperimentReport, publish
from locust_qdrant.report.progress import ProgressDisplay
from locust_qdrant.runs.server import send_log_to
from locust_qdrant.targets.qdrant.connection import refuse_without_tls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from locust_qdrant.analysis.bootstrap import RatioInterval
    from locust_qdrant.client.factory import ClientSettings
    from locust_qdrant.config.model import Workload
    from locust_qdrant.experiments.experiment import Experiment
    from locust_qdrant.metrics.results import PathResult, Run
    from locust_qdrant.runs.configuration import Configuration

#: What is the same for all variants, or has no short form.
_COMMON = frozenset({"grpc", "grpc_port", "headers", "grpc_options"})

#: Each variant by its name: the path, and what its client is made of besides the common settings.
VARIANTS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "async-rest": ("async", {"grpc": False}),
    "async-grpc": ("async", {"grpc": True}),
    "async-rest-loopback-pool": ("async", {"grpc": False, "connections": None, "keepalive": 0}),
    "sync-rest": ("sync", {"grpc": False}),
    "sync-grpc": ("sync", {"grpc": True}),
    "sync-rest-on-loop": ("async", {"grpc": False, "on_loop": True}),
    "sync-grpc-on-loop": ("async", {"grpc": True, "on_loop": True}),
}
#: What may follow a name: keys of the table `client` of a workload file.
SETTINGS = tuple(name for name in ClientKeys.model_fields if name not in _COMMON)


def candidates(variants: Sequence[str], client: ClientSettings) -> list[Candidate]:
    """Return what the names stand for; each client has the settings of `client` besides.

    Raises:
        UsageError: there is no such variant or setting, or fewer than two.
    """
    if len(set(variants)) != len(variants) or len(variants) < 2:  # noqa: PLR2004 - a comparison is between two
        raise UsageError("--variants: name at least two, each once.")
    return [_candidate(variant, client) for variant in variants]


class Measurement(NamedTuple):
    """What one variant showed in one round; times in seconds.

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
        held: whether the loop was late because something held it, and not for want of a processor.
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
    held: bool = False
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
    """Let each variant have its turn in each round, print the ratios and return the exit code.

    Args:
        configuration: what is asked; the load of its workload is replaced.
        variants: their names; the others are set in relation to the first.
        users: concurrent users.
        seconds: how long each turn lasts, without a fifth of it to settle.
        rounds: number of turns of each.

    Raises:
        UsageError: a variant or a setting does not exist, or the server cannot be used.
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
    collection = replace(configuration.workload.collection, name="")
    workload = with_load(replace(configuration.workload, collection=collection), load)
    try:
        with experiment(configuration.client, display) as setup:
            compared = candidates(variants, setup.client)
            turns = take_turns(setup, workload, compared, rounds, display.say)
            about = header(
                setup, workload, f"{workload.name}: {users} users", configuration.command
            )
    except KeyboardInterrupt:
        display.say("Interrupted; what was created is removed.")
        return interrupts.exit_code()
    several = f"medians of {rounds} interleaved rounds" if rounds > 1 else "one round"
    intervals = "with 95 % intervals" if rounds > 1 else "(one round: no interval)"
    caption = (
        f"{several} of {seconds:g} s; times in ms, CPU of a request; ratios to {variants[0]} "
        f"{intervals}"
    )
    report = report_on(turns, about, caption)
    report = replace(report, allow_invalid=configuration.allow_invalid)
    return publish(report, configuration.outputs)


def take_turns(
    setup: Experiment,
    workload: Workload,
    variants: Sequence[Candidate],
    rounds: int,
    say: Callable[[str], None],
) -> dict[str, list[Measurement]]:
    """Let each variant have a turn in each round; return what they showed, by name."""
    turns: dict[str, list[Measurement]] = {variant.name: [] for variant in variants}
    blocks = {variant.name: variant.settings.on_loop for variant in variants}
    with ExitStack() as stack:
        path_runs = {
            variant.name: stack.enter_context(setup.path_run(workload, variant))
            for variant in variants
        }
        for number in range(rounds):
            say(f"Round {number + 1} of {rounds}")
            for variant, path_run in path_runs.items():
                segment = drive(path_run, workload.load)
                result = result_of(segment, path_run.path, workload)
                turns[variant].append(turn_of(result, blocks=blocks[variant]))
    return turns


def turn_of(result: PathResult, *, blocks: bool = False) -> Measurement:
    """Return the figures of what counts in one turn; `blocks` where each call holds the loop."""
    part = counted(result)
    held = blocks or generator.is_held(part)
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
        short=generator.of_machine(part, held=held),
        held=held,
        explanations={each.name: each.sentence for each in explanations(part)},
    )


def failed(taken: Sequence[Measurement]) -> str:
    """Return what went wrong in the turns of a variant; empty for nothing."""
    return next((turn.failed for turn in taken if turn.failed), "")


def short(taken: Sequence[Measurement]) -> str:
    """Return what the machine was short of in most turns of a variant; empty for nothing."""
    reasons = [turn.short for turn in taken if turn.short]
    return reasons[0] if 2 * len(reasons) > len(taken) else ""


def ratios(
    turns: Mapping[str, Sequence[Measurement]], variant: str
) -> dict[str, RatioInterval | None]:
    """Return each compared figure of a variant in units of the first one's.

    None where one is zero, and where requests of either failed or their answers were wrong.
    """
    first = next(iter(turns.values()))
    if failed(first) or failed(turns[variant]):
        return dict.fromkeys(_COMPARED)
    found: dict[str, RatioInterval | None] = {}
    for name in _COMPARED:
        mine, base = ([_FIGURES[name](turn) for turn in each] for each in (turns[variant], first))
        found[name] = ratio_of_medians(mine, base) if all(base) and all(mine) else None
    return found


def rows(turns: Mapping[str, Sequence[Measurement]]) -> list[tuple[str, ...]]:
    """Return a line of the table a variant."""
    lines = []
    for number, (variant, taken) in enumerate(turns.items()):
        medians = [f"{median(read(turn) for turn in taken):,.1f}" for read in _FIGURES.values()]
        compared = [
            "" if not number else _shown(ratio) for ratio in ratios(turns, variant).values()
        ]
        lags = [turn.lag for turn in taken if turn.lag is not None]
        medians.append(f"{median(lags) * 1000:,.1f}" if lags else "-")
        lines.append((variant, *medians, f"{sum(turn.failures for turn in taken):,}", *compared))
    return lines


def sentences(turns: Mapping[str, Sequence[Measurement]]) -> Iterator[str]:
    """Yield what is to be said of the variants: whose figures compare nothing, and who blocked."""
    for variant, taken in turns.items():
        wrong = sum(turn.wrong for turn in taken)
        if wrong:
            yield (
                f"{variant}: {wrong:,} answers were wrong (empty, short, invented or out of "
                "order), so its figures compare nothing; `locust-qdrant run` says what is wrong "
                "with them."
            )
        elif failed(taken):
            yield f"{variant}: {failed(taken)}, so its figures compare nothing."
        if short(taken):
            yield f"{variant}: {short(taken)}."
        yield from _blocked(variant, taken)


def explained(turns: Mapping[str, Sequence[Measurement]]) -> Iterator[str]:
    """Yield what makes a variant slow, as far as it showed in most of its turns."""
    for variant, taken in turns.items():
        last = {name: said for turn in taken for name, said in turn.explanations.items()}
        for name, said in last.items():
            count = sum(name in turn.explanations for turn in taken)
            if 2 * count > len(taken):
                yield f"{variant}, in {count} of {len(taken)} rounds: {said}."


def _blocked(variant: str, taken: Sequence[Measurement]) -> Iterator[str]:
    lags = [turn.lag for turn in taken if turn.lag is not None]
    lag, p99 = median(lags) if lags else 0.0, median(turn.p99 for turn in taken)
    rate = median(turn.throughput for turn in taken)
    held = 2 * sum(turn.held for turn in taken) > len(taken)
    if held and lag > generator.LAG_FLOOR and lag > _MOST_LAG_SHARE * p99:
        what = "its own calls" if "on-loop" in variant else "something in this process"
        yield (
            f"{variant}: {what} held the event loop, which was {lag * 1000:,.0f} ms late (p99), "
            "and whatever else runs on it waits as long; the waits of its own users are in its "
            "latencies."
        )
    if "on-loop" in variant and rate:
        yield (
            f"{variant}: it makes one request at a time, for however many users. With a server "
            f"that takes {_SLOWER * 1000:g} ms longer than this one, such as one behind a network, "
            f"that is {1 / (1 / rate + _SLOWER):,.0f} requests a second at most, where it made "
            f"{rate:,.0f} here; the other variants wait for many at once."
        )


def _shown(ratio: RatioInterval | None) -> str:
    if ratio is None:
        return "-"
    # The caption says so of one round, which has none.
    has_interval = ratio.low is not None
    return f"{ratio.ratio:.2f}" + (f" ({ratio.low:.2f}-{ratio.high:.2f})" if has_interval else "")


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
                variant: {
                    "turns": [turn._asdict() for turn in taken],
                    "ratios": {
                        name: None if ratio is None else ratio._asdict()
                        for name, ratio in ratios(turns, variant).items()
                    },
                }
                for variant, taken in turns.items()
            },
        },
    )


def _candidate(variant: str, client: ClientSettings) -> Candidate:
    name, *given = variant.split(":")
    if name not in VARIANTS:
        raise UsageError(
            f"--variants: there is no variant {name!r}; choose from {', '.join(VARIANTS)}."
        )
    path, changes = VARIANTS[name]
    settings = replace(client, **{**changes, **_settings(variant, given)})
    refuse_without_tls(settings)
    return Candidate(variant, path, settings)


def _settings(variant: str, given: Sequence[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for each in given:
        name, _, value = each.partition("=")
        if name not in SETTINGS:
            raise UsageError(
                f"--variants: {variant!r}: there is no setting {name!r}; "
                f"choose from {', '.join(SETTINGS)}."
            )
        try:
            found[name] = keys.parse(f"client.{name}", value)
        except ValueError as error:
            raise UsageError(f"--variants: {variant!r}: {name} {error}.") from None
    return found
