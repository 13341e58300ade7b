"""Drive traffic: Locust's runner as a library, and users or arrivals performing a workload."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import gevent
from gevent.event import Event
from locust.env import Environment

from locust_qdrant.client.heartbeat import Heartbeat
from locust_qdrant.client.loop_thread import LoopBlockedError
from locust_qdrant.config import pacing
from locust_qdrant.errors import UsageError
from locust_qdrant.interrupts import deferred_interrupt
from locust_qdrant.locust_plugin.closed_model import ClosedModel, planned_user
from locust_qdrant.locust_plugin.locust_compat import be_quiet_about_the_processor
from locust_qdrant.locust_plugin.open_model import OpenModel, began_late
from locust_qdrant.locust_plugin.segment_plan import OpenBarrier
from locust_qdrant.locust_plugin.session import session_of
from locust_qdrant.metrics.record import now
from locust_qdrant.metrics.results import Lateness, Phase, Progress, SegmentResult, Traffic
from locust_qdrant.probe.standstill import Standstill
from locust_qdrant.probe.thread_clock import ThreadClock
from locust_qdrant.targets.qdrant.recall import RecallProbe

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator, Sequence

    from locust.runners import Runner

    from locust_qdrant.client.factory import ClientSettings
    from locust_qdrant.locust_plugin.segment_plan import SegmentPlan, StartBarrier
    from locust_qdrant.locust_plugin.session import Session
    from locust_qdrant.metrics.record import Record
    from locust_qdrant.metrics.results import Watch

_WATCH_INTERVAL = 0.1

be_quiet_about_the_processor()


def drive(plan: SegmentPlan, watch: Watch, barrier: StartBarrier | None = None) -> SegmentResult:
    """Let traffic run as `plan` says, until its time is up or until Ctrl-C.

    Args:
        plan: what it is made of.
        watch: is shown how it goes.
        barrier: says when it begins, and whether it is to end early.

    Returns:
        What happened, without the requests, which `watch` was shown; one that was under way at the
        end is waited for and included.
    """
    users = planned_user(plan)
    environment = Environment(
        user_classes=[users], host=plan.settings.url, stop_timeout=plan.settings.timeout + 1
    )
    runner = environment.create_local_runner()
    session = session_of(environment)
    segment_run = _Segment(plan, runner, session)
    session.bridge.listeners.append(segment_run.take)
    # The environment is of this function alone.
    session.bridge.shows_requests = False
    # Making the first client takes a while: it is over before the clock starts.
    try:
        segment_run.make_clients(users.__name__)
    except LoopBlockedError as error:
        runner.quit()
        raise UsageError(
            "The event loop did not come to the client's first call in time: the machine is too "
            "busy for a load test, or something blocks the loop."
        ) from error
    except BaseException:
        # A Ctrl-C that comes this early ends the run; the loop's thread must not outlive it.
        runner.quit()
        raise
    barrier = barrier or OpenBarrier()
    with deferred_interrupt() as interrupt:
        try:
            _start_without_users(runner)
            segment_run.run(
                watch, lambda: interrupt.is_set() or barrier.is_closed(), barrier.begin()
            )
        finally:
            runner.quit()
    # Once more: whoever streams the records wants the last ones, too.
    watch(segment_run.last_progress())
    return segment_run.segment()


def _start_without_users(runner: Runner) -> None:
    # Locust spawns in a greenlet, and would at its first turn stop whom the model has spawned.
    runner.start(0, spawn_rate=1)
    if runner.spawning_greenlet is not None:
        runner.spawning_greenlet.join()


class _Instant(NamedTuple):
    """A moment on two clocks, in seconds: time that passes, and processor time of this process."""

    wall: float
    cpu: float


def _instant() -> _Instant:
    return _Instant(now(), time.process_time())


class _Segment:
    """One stretch of traffic, from the client to what is known afterwards."""

    def __init__(self, plan: SegmentPlan, runner: Runner, session: Session) -> None:
        self._plan = plan
        self._runner = runner
        self._session = session
        self._fresh: list[Record] = []
        self._began_late = 0
        self._heartbeat = Heartbeat()
        self._beats: Callable[[], Sequence[Lateness]] = self._heartbeat.beats
        self._recall: RecallProbe | None = None
        self._clients: list[Any] = []
        self._interrupted = False

    def make_clients(self, owner: str) -> None:
        plan = self._plan
        # One process is enough to ask how good the answers are.
        queries = plan.target.queries() if plan.worker == 0 else None
        if queries is not None:
            self._recall = RecallProbe(queries)
            self._session.loop.run(self._recall.open(cast("ClientSettings", plan.settings)))
        for _ in range(plan.settings.clients):
            if plan.path == "async":
                self._clients.append(self._session.async_client(owner, plan.settings))
            else:
                self._session.sync_client(owner, plan.settings)

    def run(self, watch: Watch, is_cut_short: Callable[[], bool], begin: float) -> None:
        gevent.sleep(max(0.0, begin - now()))
        # The stages are counted from `begin`, which all processes share.
        loop = self._session.loop.native_id if self._plan.path == "async" else 0
        clock = ThreadClock(loop)
        self._standstill = Standstill()
        self._begin, self._first = begin, _instant()
        with self._beside(self._companions()):
            self._model = self._start_model(begin)
            self._interrupted = self._wait(watch, is_cut_short)
            self._stopped = now()
            self._model.end()
            self._last = _instant()
        # A process that stood still got no processor, either.
        starved = clock.now().starved + self._standstill.seconds
        self._starved = {self._plan.worker: starved} if clock.tells else {}
        self._client = self._session.client_facts(self._plan.settings)

    def take(self, record: Record) -> None:
        self._fresh.append(record)
        self._began_late += began_late(record)

    def last_progress(self) -> Progress:
        return self._progress(self._last.wall - self._begin)

    def _progress(self, elapsed: float) -> Progress:
        fresh, self._fresh = self._fresh, []
        return Progress(self._begin, elapsed, fresh, self._recent_lag())

    def segment(self) -> SegmentResult:
        timeline = self._timeline()
        traffic = Traffic(
            records=(),
            seconds=self._last.wall - self._begin,
            lag=[late.seconds for late in timeline],
            cpu_seconds=self._last.cpu - self._first.cpu,
            task_errors=[
                f"{each['msg']} ({each['count']} times)"
                for each in self._runner.exceptions.values()
            ],
            interrupted=self._interrupted,
            phases=list(self._phases()),
            arrivals=(
                self._model.counted(self._began_late, self._stopped - self._begin)
                if isinstance(self._model, OpenModel)
                else None
            ),
            lag_over_time=timeline,
            heartbeat=self._beats_of_this(),
            cpu_by_worker={self._plan.worker: self._last.cpu - self._first.cpu},
            starved_by_worker=self._starved,
            connections_opened=self._session.connections_opened,
            client=self._client,
        )
        recall = self._recall.result() if self._recall else None
        return SegmentResult(
            traffic,
            recall,
            self._session.leftovers,
            self._plan.target.take_answers(),
            complete=not self._interrupted,
        )

    def _start_model(self, begin: float) -> ClosedModel | OpenModel:
        if self._plan.load.open:
            return OpenModel(self._plan, self._session, self._clients, begin)
        return ClosedModel(self._plan, self._runner, begin)

    def _wait(self, watch: Watch, is_cut_short: Callable[[], bool]) -> bool:
        """Go through the stages; tell whether that was cut short."""
        stages = self._plan.load.stages
        while (elapsed := now() - self._begin) < self._plan.load.seconds:
            if is_cut_short():
                return True
            self._model.adjust(elapsed)
            watch(self._progress(elapsed))
            # Slept exactly until a stage ends, so that a step is a step.
            next_one = self._begin + pacing.next_boundary(stages, elapsed)
            pause = min(_WATCH_INTERVAL, max(0.0, next_one - now()))
            with self._standstill.sleeping(pause):
                gevent.sleep(pause)
        return False

    def _recent_lag(self) -> float:
        return max(self._session.lag.latest(round(1 / self._session.lag.interval)), default=0.0)

    def _companions(self) -> Iterator[Coroutine[None, None, None]]:
        """Yield what runs on the loop beside the traffic."""
        own = self._plan.target.heartbeat(self._clients[0]) if self._clients else None
        if own is not None:
            self._beats = self._plan.target.beats
            yield own
        elif self._plan.path == "async":
            yield self._heartbeat.run()
        if self._recall is not None:
            yield self._recall.run(self._counts)

    def _counts(self) -> bool:
        """Tell whether the stage that runs now is measured."""
        return pacing.stage_at(self._plan.load.stages, now() - self._begin).measured

    @contextmanager
    def _beside(self, companions: Iterator[Coroutine[None, None, None]]) -> Iterator[None]:
        ended: list[Event] = []
        halts: list[Callable[[], None]] = []
        for companion in companions:
            end = Event()
            ended.append(end)
            halts.append(self._session.loop.spawn(companion, self._done(end)))
        try:
            yield
        finally:
            for halt in halts:
                halt()
            gevent.wait(ended)

    def _done(self, end: Event) -> Callable[[BaseException | None], None]:
        def done(error: BaseException | None) -> None:
            if error is not None:
                self._session.bridge.report_error(self, error)
            self._session.bridge.in_hub(end.set)

        return done

    def _beats_of_this(self) -> list[Lateness]:
        """Return the beats of this stretch: a target keeps its own from turn to turn."""
        return [beat for beat in self._beats() if self._begin <= beat.at <= self._last.wall]

    def _timeline(self) -> list[Lateness]:
        """Return the lag of the loop while the traffic ran."""
        # One clock, read twice: its zero is what differs.
        zero = now() - time.perf_counter()
        ticks = ((zero + due, lag) for due, lag in self._session.lag.timeline())
        return [Lateness(at, lag) for at, lag in ticks if self._begin <= at <= self._last.wall]

    def _phases(self) -> Iterator[Phase]:
        load = self._plan.load
        bounds = pacing.boundaries(load.stages)
        for stage, begin, end in zip(load.stages, bounds, bounds[1:], strict=False):
            if begin and self._begin + begin >= self._stopped:
                return
            # The last stretch ends with its last answer.
            is_last = end == bounds[-1] or self._begin + end > self._stopped
            yield Phase(
                name=stage.name,
                start=self._begin + begin,
                end=self._last.wall if is_last else self._begin + end,
                measured=stage.measured,
                users=0 if load.open else round(stage.end),
                rate=stage.end if load.open else 0.0,
            )
