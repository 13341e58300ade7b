"""One test of a service, from starting it to the report: `locust-qdrant service`."""

from __future__ import annotations

import asyncio
import sys
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from rich.console import Console

from locust_qdrant import interrupts
from locust_qdrant.checks import Verdict, overall
from locust_qdrant.errors import UsageError
from locust_qdrant.interrupts import deferred_interrupt, interruptible
from locust_qdrant.report.outputs import Outputs, write_text
from locust_qdrant.report.progress import ProgressDisplay
from locust_qdrant.targets.http import openapi, verdict
from locust_qdrant.targets.http.environment import machine, versions
from locust_qdrant.targets.http.filling import Filler
from locust_qdrant.targets.http.html_page import html_page
from locust_qdrant.targets.http.json_report import as_data, as_text
from locust_qdrant.targets.http.masking import secrets_of
from locust_qdrant.targets.http.profiler import profiler_of
from locust_qdrant.targets.http.result import GroupResult, Measured, ServiceResult
from locust_qdrant.targets.http.sender import NO_ANSWER, Sender, open_session
from locust_qdrant.targets.http.spec import ALL, Endpoint, ServiceWorkload, groups
from locust_qdrant.targets.http.system_under_test import ServiceSource, SystemUnderTest, serving
from locust_qdrant.targets.http.terminal import print_report
from locust_qdrant.targets.http.traffic import HttpDriver

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    import aiohttp

    from locust_qdrant.config.model import Load, Stage
    from locust_qdrant.probe.profile import Profile
    from locust_qdrant.targets.http.profiler import Profiler
    from locust_qdrant.targets.http.traffic import TrafficTurn

PASSED, FAILED = 0, 1


@dataclass(frozen=True)
class TrialPlan:
    """What is to be done.

    Attributes:
        target: what is tested.
        workload: the traffic.
        side_by_side: whether the groups of endpoints take turns.
        rounds: number of turns that each group gets.
        most_held: largest share of the time, 0 to 1, in which lines may hold the loop.
        longest_hold: seconds for which one line may hold the loop at a stretch.
    """

    target: ServiceSource
    workload: ServiceWorkload
    side_by_side: bool
    rounds: int
    most_held: float
    longest_hold: float


def run(plan: TrialPlan, outputs: Outputs) -> int:
    """Test the service, print the report and return the exit code.

    Raises:
        UsageError: the service does not start, cannot be reached, or offers nothing to ask.
    """
    display = ProgressDisplay(Console(stderr=True))
    try:
        with (
            interruptible(),
            serving(plan.target, display.say) as system,
            deferred_interrupt() as interrupted,
        ):
            trial = _Trial(plan, system, display, interrupted.is_set)
            result, profile = _run(trial.measure())
    except KeyboardInterrupt:
        display.say("Interrupted before the traffic began.")
        return interrupts.exit_code()
    checks = verdict.evaluate(result, plan.most_held, plan.longest_hold)
    print_report(result, checks)
    if outputs.json is not None:
        write_text("json", outputs.json, as_text(as_data(result, checks)))
    if outputs.html is not None:
        write_text("html", outputs.html, html_page(result, checks))
    if outputs.profile is not None and profile is not None:
        write_text("profile", outputs.profile, profile.to_json())
    if result.interrupted:
        return interrupts.exit_code()
    return FAILED if overall(checks) is Verdict.FAILED else PASSED


def _run(work: Coroutine[Any, Any, Any]) -> Any:  # noqa: ANN401 - whatever the coroutine returns
    if sys.platform == "win32":
        return asyncio.run(work)
    import uvloop  # noqa: PLC0415 - not on Windows

    return uvloop.run(work)


class _Trial:
    """What is done with a service that serves."""

    def __init__(
        self,
        plan: TrialPlan,
        system: SystemUnderTest,
        display: ProgressDisplay,
        interrupted: Callable[[], bool],
    ) -> None:
        self._plan = plan
        self._subject = system
        self._display = display
        self._interrupted = interrupted
        self._notes: list[str] = []

    async def measure(self) -> tuple[ServiceResult, Profile | None]:
        """Return what was measured, and the probe's profile; None without a probe."""
        started = time.time()
        workload = self._plan.workload
        async with open_session(workload.timeout) as session:
            endpoints = await self._endpoints(session)
            profiler = profiler_of(session, self._subject)
            sender = Sender(
                session,
                self._subject.url,
                Filler(workload.choices, workload.seed),
                secrets_of(workload, endpoints),
            )
            await self._set_up(sender)
            driver = HttpDriver(
                sender,
                seed=workload.seed,
                heartbeat=self._subject.heartbeat,
                stopped=lambda: self._interrupted() or bool(self._subject.ended()),
            )
            measured = await self._take_turns(driver, self._sides(endpoints), profiler)
            profile = await profiler.whole()
        if sender.sent_again:
            self._notes.append(
                f"{sender.sent_again:,} requests were sent again: the service had closed the "
                "connection that was kept for them, as uvicorn does after an error."
            )
        result = ServiceResult(
            title=self._title(),
            service=self._subject.title,
            qdrant=self._subject.qdrant,
            groups=measured,
            notes=self._notes,
            interrupted=self._interrupted(),
            died=self._subject.ended(),
            versions=versions(),
            machine=machine(),
            load=workload.load,
            started=started,
        )
        return result, profile

    def _sides(self, endpoints: Sequence[Endpoint]) -> dict[str, list[Endpoint]]:
        if not self._plan.side_by_side:
            return {ALL: list(endpoints)}
        sides = groups(endpoints)
        if len(sides) < 2:  # noqa: PLR2004 - one has nothing beside it
            raise UsageError(
                "--side-by-side compares groups of endpoints, and here is only one: give the "
                "endpoints of the workload a group each, or those of the service tags."
            )
        return sides

    async def _endpoints(self, session: aiohttp.ClientSession) -> Sequence[Endpoint]:
        given = self._plan.workload.endpoints
        if given:
            await self._reach(session, "/")
            return given
        path = self._subject.openapi
        status, document = await self._reach(session, path)
        if not isinstance(document, dict) or "paths" not in document:
            raise UsageError(
                f"{self._subject.title} has no OpenAPI document at {path} (status {status}): name "
                "the endpoints in a --workload file, or the document's place with --openapi."
            )
        headers = self._plan.workload.headers
        offer = openapi.endpoints(document, headers, write=self._subject.hosted)
        self._notes += [f"Not asked: {line}." for line in offer.left_out]
        if not offer.endpoints:
            reasons = "; ".join(offer.left_out) or "it has none"
            raise UsageError(
                f"The OpenAPI document of {self._subject.title} offers no endpoint that can be "
                f"asked without knowing more ({reasons}): name endpoints in a --workload file."
            )
        return offer.endpoints

    async def _reach(self, session: aiohttp.ClientSession, path: str) -> tuple[int, object]:
        """Return status and JSON, None for what is no JSON."""
        try:
            async with session.get(
                self._subject.url + path, headers=self._plan.workload.headers
            ) as answer:
                await answer.read()
                try:
                    return answer.status, await answer.json(content_type=None)
                except ValueError:
                    return answer.status, None
        except NO_ANSWER as error:
            words = "; ".join(self._subject.ended()) or str(error) or "no answer in time"
            raise UsageError(
                f"Cannot reach {self._subject.title} ({words}): check that it runs."
            ) from error

    async def _set_up(self, sender: Sender) -> None:
        for step in self._plan.workload.setup:
            for _ in range(step.times):
                try:
                    status, body = await sender.send(step.request)
                except NO_ANSWER as error:
                    status, body = 0, str(error) or type(error).__name__
                if not step.request.is_right(status):
                    answer = f"status {status}" if status else "no answer"
                    raise UsageError(f"The setup request {step.request.name} got {answer}: {body}")

    async def _take_turns(
        self, driver: HttpDriver, sides: dict[str, list[Endpoint]], profiler: Profiler
    ) -> list[GroupResult]:
        plan = self._plan
        *warm_up, steady = plan.workload.load.stages
        for stage in warm_up:
            for name, endpoints in sides.items():
                await self._turn(driver, endpoints, _share(plan, stage, 1 / len(sides)), name)
        rounds: dict[str, list[Measured]] = {name: [] for name in sides}
        share = 1 / (plan.rounds * len(sides))
        for _ in range(plan.rounds):
            for name, endpoints in sides.items():
                if self._interrupted() or self._subject.ended():
                    break
                await profiler.begin()
                turn = await self._turn(driver, endpoints, _share(plan, steady, share), name)
                rounds[name].append(Measured(turn, await profiler.end()))
        return [GroupResult(name, sides[name], rounds[name]) for name in sides]

    async def _turn(
        self, driver: HttpDriver, endpoints: Sequence[Endpoint], load: Load, name: str
    ) -> TrafficTurn:
        (stage,) = load.stages
        where = "" if name == ALL else f", {name}"
        title = f"{stage.name}{where}"
        with self._display.phase(title, stage.seconds, in_seconds=True) as advance:
            return await driver.turn(endpoints, load, lambda elapsed: advance(elapsed, str))

    def _title(self) -> str:
        load = self._plan.workload.load
        stage = load.stages[-1]
        who = f"{stage.end:g} arrivals/s" if load.open else f"{stage.end:g} users"
        name = self._plan.workload.name
        return f"{name}: {who}" if name else who


def _share(plan: TrialPlan, stage: Stage, share: float) -> Load:
    return replace(plan.workload.load, stages=(replace(stage, seconds=stage.seconds * share),))
