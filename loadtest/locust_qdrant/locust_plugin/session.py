"""What the users of one test share in a process: the loop, the clients, and the way to Locust."""

from __future__ import annotations

import asyncio
import gc
import inspect
import logging
import threading
from collections import deque
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

import gevent
import psutil
from locust.runners import WorkerRunner

from locust_qdrant.client.leftovers import GRACE_SECONDS, LeftoverWatch, pending_tasks
from locust_qdrant.client.loop_thread import LoopBlockedError, LoopThread
from locust_qdrant.locust_plugin.event_bridge import EventBridge
from locust_qdrant.probe.loop_lag import LoopLag, summarise

if TYPE_CHECKING:
    from collections.abc import Callable

    from locust.env import Environment

    from locust_qdrant.metrics.results import Client, Leftovers
    from locust_qdrant.targets.interface import ClientFactory

logger = logging.getLogger(__name__)

_LOOK_AGAIN_SECONDS = 0.02


class Session:
    """One test in one process.

    Users live on the loop or in threads, Locust in gevent's hub; the event bridge is between them.

    Attributes:
        bridge: the way to Locust.
        lag: the loop's lag, since the first asynchronous client was made.
        leftovers: what was still open when the clients had been closed; None before, and where
            nobody could look.
    """

    def __init__(self, environment: Environment) -> None:
        self.bridge = EventBridge(environment)
        self.lag = LoopLag()
        self.leftovers: Leftovers | None = None
        self._loop: LoopThread | None = None
        self._lag_runs = False
        self._spares_collector = False
        self._async_clients: dict[str, deque[Any]] = {}
        self._sync_clients: dict[str, deque[Any]] = {}
        self._openings: list[Callable[[], int | None]] = []
        self._ports: set[int] = set()
        self._watch = _watch_leftovers()
        quieten_request_log()
        # Locust looks at the stack when a test ends. The first time, Python reads all sources for
        # that: a second beside a busy loop, and a master waits half a second for the last report.
        inspect.stack()

    @property
    def loop(self) -> LoopThread:
        """The loop on which asynchronous users live; started when first asked for."""
        if self._loop is None:
            self._loop = LoopThread()
        return self._loop

    @property
    def loop_id(self) -> int:
        """The operating system's number of the loop's thread, zero where there is no loop."""
        return 0 if self._loop is None else self._loop.native_id

    def async_client(self, owner: str, settings: ClientFactory) -> Any:  # noqa: ANN401 - what they make
        """Return a client that the users called `owner` share, as a service's handlers do.

        They get them in turn, where the settings ask for more than one.
        """
        shared = self._async_clients.setdefault(owner, deque())
        if len(shared) < settings.clients:
            self._note(owner, settings, first=not shared)
            if not self._lag_runs:
                self.loop.run(settings.first_call())
            client = self.loop.run(self._make_async(settings))
            self._openings.append(partial(settings.connections_opened, client))
            shared.appendleft(client)
            self._spare_collector()
            self._watch_lag()
        shared.rotate(-1)
        return shared[-1]

    def sync_client(self, owner: str, settings: ClientFactory) -> Any:  # noqa: ANN401 - as above
        """Return a blocking client that the users called `owner` share."""
        shared = self._sync_clients.setdefault(owner, deque())
        if len(shared) < settings.clients:
            self._note(owner, settings, first=not shared)
            client = settings.make_sync(self.bridge.calls)
            self._openings.append(partial(settings.connections_opened, client))
            shared.appendleft(client)
            self._spare_collector()
        shared.rotate(-1)
        return shared[-1]

    def _note(self, owner: str, settings: ClientFactory, *, first: bool) -> None:
        self._ports.update(settings.ports())
        if first:
            logger.info("%s: %s", owner, settings.describe())

    @property
    def connections_opened(self) -> int | None:
        """Number of connections that the clients have opened so far; None if nobody could count."""
        opened = [count() for count in self._openings]
        known = [each for each in opened if each is not None]
        return sum(known) if len(known) == len(opened) else None

    def client_facts(self, settings: ClientFactory) -> Client | None:
        """Return what is known of the clients, made from `settings`, once nobody uses them."""
        if self._async_clients:
            return self.loop.run(self._settled_facts(settings))
        return settings.facts(list(chain.from_iterable(self._sync_clients.values())))

    async def _settled_facts(self, settings: ClientFactory) -> Client | None:
        # A request that was given up cleans up behind itself, in a few turns of the loop.
        every = list(chain.from_iterable(self._async_clients.values()))
        end = asyncio.get_running_loop().time() + GRACE_SECONDS
        while (found := settings.facts(every)) is not None and found.held:
            if asyncio.get_running_loop().time() >= end:
                break
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)
        return found

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

    async def _make_async(self, settings: ClientFactory) -> Any:  # noqa: ANN401 - what its settings make
        return settings.make_async(self.bridge.calls)

    def close(self) -> None:
        """Hand over what is left, close the clients and end the loop's thread."""
        self.bridge.end()
        for client in chain.from_iterable(self._sync_clients.values()):
            client.close()
        if self._loop is None:
            self._look_for_leftovers([])
        else:
            self._close_loop(self._loop)
            self._log_lag()
        gc.unfreeze()

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


def quieten_request_log() -> None:
    """Keep httpx from a line for each request at Locust's log level, on the loop under test."""
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
    if session is None:
        return
    if isinstance(environment.runner, WorkerRunner):
        # To close takes a while, and the master waits half a second for a worker's last report.
        session.bridge.drain()
        _report(environment.runner)
    session.close()


def _report(worker: WorkerRunner) -> None:
    data: dict[str, Any] = {}
    worker.environment.events.report_to_master.fire(client_id=worker.client_id, data=data)
    worker.send_message("stats", data)


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
