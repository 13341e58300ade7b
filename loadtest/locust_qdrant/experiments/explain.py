"""`run --explain`: the best known settings of a client beside those that were measured."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec
from statistics import median
from typing import TYPE_CHECKING

from locust_qdrant.analysis.bootstrap import ratio_of_medians
from locust_qdrant.errors import UsageError
from locust_qdrant.experiments.compare import take_turns
from locust_qdrant.experiments.experiment import Candidate, experiment, with_load
from locust_qdrant.targets.qdrant.connection import connect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from locust_qdrant.client.factory import ClientSettings
    from locust_qdrant.config.model import Load, Workload
    from locust_qdrant.experiments.compare import Measurement
    from locust_qdrant.report.progress import ProgressDisplay
    from locust_qdrant.runs.configuration import Configuration

_ROUNDS = 3
_SETTLING_SECONDS, _TURN_SECONDS = 0.5, 2.0
_AS_MEASURED = "as measured"
#: Transports besides httpx, the fastest first, and the module that each needs.
_TRANSPORTS = (("aiohttp", "httpx_aiohttp"), ("httpx2", "httpx2"))


def beside_the_best(configuration: Configuration, display: ProgressDisplay) -> list[str]:
    """Let the best known settings and those of `configuration` take turns, and say what they gave.

    Args:
        configuration: what was measured, with the address of a server that is up.
        display: where progress goes.

    Returns:
        Notes for the report, a sentence each.
    """
    measured, client = configuration.workload, configuration.client
    candidates = [Candidate(_AS_MEASURED, "async", client), *_best(client)]
    if len(candidates) == 1:
        return ["--explain: this client has the best settings that are known."]
    load = _turn(measured.load)
    workload = with_load(_apart(measured), load)
    display.say("Comparing with the best known settings ...")
    try:
        with experiment(client, display) as setup:
            turns = take_turns(setup, workload, candidates, _ROUNDS, display.say)
    except KeyboardInterrupt:
        return ["--explain: the comparison with the best known settings was interrupted."]
    except UsageError as error:
        return [f"--explain: there is no comparison with the best known settings: {error}"]
    level = f"{load.stages[-1].end:g} {'arrivals a second' if load.open else 'users'}"
    begin = f"--explain: {_ROUNDS} interleaved rounds of {_TURN_SECONDS:g} s with {level}; "
    return [begin + "; ".join(_said(turns, each.name) for each in candidates) + "."]


def _said(turns: dict[str, list[Measurement]], way: str) -> str:
    mine, base = ([turn.throughput for turn in turns[each]] for each in (way, _AS_MEASURED))
    p50 = median(turn.p50 for turn in turns[way]) * 1000
    cpu = median(turn.cpu for turn in turns[way]) * 1000
    said = f"{way}: {median(mine):,.0f} requests/s, p50 {p50:,.1f} ms, CPU {cpu:,.2f} ms a request"
    failures = sum(turn.failures for turn in turns[way])
    if failures:
        said += f", {failures:,} failed"
    if way != _AS_MEASURED and all(base) and all(mine):
        said += f", throughput {ratio_of_medians(mine, base)} times as measured"
    return said


def _best(client: ClientSettings) -> Iterator[Candidate]:
    """Yield what is known to be faster, as far as it can be tried here."""
    transport = next((name for name, module in _TRANSPORTS if find_spec(module)), client.transport)
    rest = replace(client, grpc=False, transport=transport, compression=False, http2=False)
    if rest != client:
        named = "" if transport == "httpx" else f"transport={transport}:"
        yield Candidate(f"async-rest:{named}compression=off", "async", rest)
    over_grpc = replace(client, grpc=True)
    if over_grpc != client and _answers(over_grpc):
        yield Candidate("async-grpc", "async", over_grpc)


def _answers(client: ClientSettings) -> bool:
    try:
        helper, _ = connect(client)
    except UsageError:
        return False
    helper.close()
    return True


def _turn(load: Load) -> Load:
    """Return a short load at the level at which that of the run ended."""
    last = [stage for stage in load.stages if stage.measured][-1]
    stages = (
        replace(last, name="settling", seconds=_SETTLING_SECONDS, start=last.end, measured=False),
        replace(last, name="turn", seconds=_TURN_SECONDS, start=last.end),
    )
    return replace(load, stages=stages)


def _apart(workload: Workload) -> Workload:
    """Return the workload with a collection of its own, unless it only reads from a given one."""
    if workload.collection.use_existing:
        return workload
    return replace(workload, collection=replace(workload.collection, name=""))
