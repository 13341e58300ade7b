"""What the users of one test share in a process: the loop, the clients, and the way to Locust."""

from __future__ import annotations

import asyncio
import gc
import inspect
import logging
import threading
from collections import deque
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakSet

import gevent
import psutil
from locust.exception import (
    InterruptTaskSet,
    RescheduleTask,
    RescheduleTaskImmediately,
    StopTest,
    StopUser,
)
from locust.user import User

from locust_qdrant.aio import clients
from locust_qdrant.aio.leftovers import LeftoverWatch, pending_tasks
from locust_qdrant.aio.loop_thread import LoopBlockedError, LoopThread
from locust_qdrant.probe.loop_lag import LoopLag, summarise
from locust_qdrant.records import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from locust.env import Environment
    from qdrant_client import AsyncQdrantClient, QdrantClient

    from locust_qdrant.aio.clients import ClientSettings
    from locust_qdrant.aio.recording import Call, Calls
    from locust_qdrant.records import Record
    from locust_qdrant.results import Leftovers

logger = logging.getLogger(__name__)

#: Seconds between two hand-overs of records to Locust.
DRAIN_INTERVAL = 0.1


class RequestFailed(Exception):  # noqa: N818 - reads as Locust shows it
    """A failed request, as Locust shows it; `__cause__` is what the client raised."""

    def __repr__(self) -> str:
        return str(self)


class TaskError(NamedTuple):
    """An exception that ended a task, and the user or task set whose task it was."""

    origin: object
    error: BaseException


class _SessionLag(LoopLag):
    def since(self, index: int) -> list[float]:
        """Return the lags from the one with this number on, in seconds; from any thread."""
        return list(self._samples[index:])


class Session:
    """One test in one process.

    Users live on the loop or in threads, Locust in gevent's hub. They meet in two queues: finished
    calls and task errors go in from anywhere, and one greenlet hands them to Locust's events.

    Attributes:
        calls: finished calls that Locust has not seen yet.
        lag: the loop's lag, since the first asynchronous client was made.
        listeners: called in the hub with each record, cancelled requests included.
        leftovers: what was still open when the clients had been closed; None before, and where
            nobody could look.
    """

    def __init__(self, environment: Environment) -> None:
        self.calls: Calls = deque()
        self.lag = _SessionLag()
        self.listeners: list[Callable[[Record], None]] = []
        self.leftovers: Leftovers | None = None
        self._environment = environment
        self._errors: deque[TaskError] = deque()
        self._hub = gevent.get_hub()
        self._loop: LoopThread | None = None
        self._lag_runs = False
        self._spares_collector = False
        self._async_clients: dict[str, deque[AsyncQdrantClient]] = {}
        self._sync_clients: dict[str, deque[QdrantClient]] = {}
        self._ports: set[int] = set()
        self._watch = _watch_leftovers()
        self._drainer = gevent.spawn(self._drain_for_ever)
        _quieten_request_log()
        # Locust looks at the stack when a test ends. The first time, Python reads all sources for
        # that: a second beside a busy loop, and a master waits half a second for the last report.
        inspect.stack()

    @property
    def loop(self) -> LoopThread:
        """The loop on which asynchronous users live; started when first asked for."""
        if self._loop is None:
            self._loop = LoopThread()
        return self._loop

    def async_client(self, owner: str, settings: ClientSettings) -> AsyncQdrantClient:
        """Return a client that the users called `owner` share, as a service's handlers do.

        They get them in turn, where the settings ask for more than one.
        """
        shared = self._async_clients.setdefault(owner, deque())
        if len(shared) < settings.clients:
            self._note(owner, settings, first=not shared)
            shared.appendleft(self.loop.run(self._make_async(settings)))
            self._spare_collector()
            self._watch_lag()
        shared.rotate(-1)
        return shared[-1]

    def sync_client(self, owner: str, settings: ClientSettings) -> QdrantClient:
        """Return a blocking client that the users called `owner` share."""
        shared = self._sync_clients.setdefault(owner, deque())
        if len(shared) < settings.clients:
            self._note(owner, settings, first=not shared)
            shared.appendleft(clients.sync_client(settings, self.calls))
            self._spare_collector()
        shared.rotate(-1)
        return shared[-1]

    def _note(self, owner: str, settings: ClientSettings, *, first: bool) -> None:
        self._ports.update(settings.ports())
        if first:
            logger.info("%s: %s", owner, settings.describe())

    @property
    def connections_opened(self) -> int:
        """Number of connections that the clients have opened so far."""
        asynchronous = chain.from_iterable(self._async_clients.values())
        blocking = chain.from_iterable(self._sync_clients.values())
        return sum(map(clients.connections_opened, asynchronous)) + sum(
            map(clients.connections_opened, blocking)
        )

    def report_error(self, origin: object, error: BaseException) -> None:
        """Let Locust show `error`, which ended a task of `origin`; from any thread."""
        self._errors.append(TaskError(origin, error))

    def in_hub(self, function: Callable[[], None]) -> None:
        """Let the hub call `function` soon, which must not block; from any thread."""
        self._hub.loop.run_callback_threadsafe(function)

    def drain(self) -> None:
        """Hand everything that has come in to Locust; call it in the hub."""
        while self.calls:
            self._hand_over(self.calls.popleft())
        while self._errors:
            origin, error = self._errors.popleft()
            self._environment.events.user_error.fire(
                user_instance=origin, exception=error, tb=error.__traceback__
            )

    def _drain_for_ever(self) -> None:
        while True:
            gevent.sleep(DRAIN_INTERVAL)
            self.drain()

    def _hand_over(self, call: Call) -> None:
        for listener in self.listeners:
            listener(call.record)
        if call.record.outcome is Outcome.CANCELLED:
            return
        try:
            self._fire_request(call)
        except StopTest as request:
            # A listener may end the test. Locust's own users run it in their greenlets; here it
            # runs in the drainer, which has to go on.
            logger.error(request)  # noqa: TRY400 - a wish, not a failure
            if self._environment.runner is not None:
                gevent.spawn(self._environment.runner.quit)
        except (StopUser, RescheduleTask, RescheduleTaskImmediately, InterruptTaskSet) as request:
            logger.warning(
                "A listener of the request event raised %s, which has no effect: the task went on",
                type(request).__name__,
            )

    def _fire_request(self, call: Call) -> None:
        user = call.caller
        self._environment.events.request.fire(
            request_type=call.record.protocol,
            name=f"{call.record.operation} {call.record.collection}".rstrip(),
            response_time=call.record.seconds * 1000,
            response_length=call.record.response_bytes,
            response=None,
            context=user.context() if isinstance(user, User) else {},
            exception=_failure(call),
            start_time=call.record.start,
            url=None,
        )

    def _spare_collector(self) -> None:
        # What is there before the traffic stays until its end. Left to the collector, it would look
        # at all of it again and again, and hold the loop for a tenth of a second each time.
        if not self._spares_collector:
            self._spares_collector = True
            gc.collect()
        gc.freeze()

    def _watch_lag(self) -> None:
        # From the first client on: what it costs to make one is over before the traffic begins.
        if not self._lag_runs:
            self._lag_runs = True
            self.loop.call(self.lag.start)

    async def _make_async(self, settings: ClientSettings) -> AsyncQdrantClient:
        return clients.async_client(settings, self.calls)

    def close(self) -> None:
        """Hand over what is left, close the clients and end the loop's thread."""
        gc.unfreeze()
        self._drainer.kill()
        self.drain()
        for client in chain.from_iterable(self._sync_clients.values()):
            client.close()
        if self._loop is None:
            self._look_for_leftovers([])
        else:
            self._close_loop(self._loop)
            self._log_lag()

    def _close_loop(self, loop: LoopThread) -> None:
        try:
            tasks = loop.run(self._close_async())
        except LoopBlockedError:
            logger.warning("A task still blocks the event loop: its clients are left open")
        else:
            # Before the loop ends: it would take what is left with it.
            self._look_for_leftovers(tasks)
            loop.stop()

    async def _close_async(self) -> list[str]:
        self.lag.stop()
        every = chain.from_iterable(self._async_clients.values())
        await asyncio.gather(*(client.close() for client in every))
        return await pending_tasks()

    def _look_for_leftovers(self, tasks: list[str]) -> None:
        if self._watch is None:
            return
        left = self.leftovers = self._watch.finish(tasks, self._ports)
        lines = [*left.tasks, *left.never_awaited]
        if left.connections:
            lines.append(f"{left.connections} connections to Qdrant are still open")
        for line in lines:
            logger.warning("Left over: %s", line)

    def _log_lag(self) -> None:
        lag = summarise(self.lag.samples())
        logger.info(
            "Event loop lag: p50 %.1f ms, p99 %.1f ms, max %.1f ms",
            *(seconds * 1000 for seconds in (lag.p50, lag.p99, lag.worst)),
        )


def _watch_leftovers() -> LeftoverWatch | None:
    try:
        return LeftoverWatch()
    except psutil.Error as error:
        logger.info("What is left open cannot be seen on this system: %s", error)
        return None


def _failure(call: Call) -> RequestFailed | None:
    if call.error is None:
        return None
    failure = RequestFailed(call.record.error)
    failure.__cause__ = call.error
    return failure


def _quieten_request_log() -> None:
    # At Locust's log level httpx would write a line for each request, on the loop that is measured.
    for name in ("httpx", "httpcore"):
        if logging.getLogger(name).level == logging.NOTSET:
            logging.getLogger(name).setLevel(logging.WARNING)


_sessions: dict[Environment, Session] = {}
_watched: WeakSet[Environment] = WeakSet()


def session_of(environment: Environment) -> Session:
    """Return the session of the test that runs in `environment`; starts one when there is none."""
    if environment not in _watched:
        _watched.add(environment)
        environment.events.test_stop.add_listener(_close_session)
        _let_any_thread_stop(environment)
    if environment not in _sessions:
        _sessions[environment] = Session(environment)
    return _sessions[environment]


def running_session(environment: Environment) -> Session | None:
    """Return the session of the test that runs in `environment`, None when there is none."""
    return _sessions.get(environment)


def _close_session(environment: Environment, **_: object) -> None:
    session = _sessions.pop(environment, None)
    if session is not None:
        session.close()


def _let_any_thread_stop(environment: Environment) -> None:
    # A task may end the test with `self.environment.runner.quit()`, and tasks run outside of the
    # hub: from there gevent cannot stop the greenlets of the users.
    runner = environment.runner
    if runner is None:
        return
    hub = gevent.get_hub()
    hub_thread = threading.get_ident()

    def from_any_thread(method: Callable[[], None]) -> Callable[[], None]:
        def call() -> None:
            if threading.get_ident() == hub_thread:
                method()
            else:
                hub.loop.run_callback_threadsafe(gevent.spawn, method)

        return call

    for name in ("quit", "stop"):
        setattr(runner, name, from_any_thread(getattr(runner, name)))
