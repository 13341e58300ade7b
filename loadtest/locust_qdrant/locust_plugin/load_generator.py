"""Had the processes of a test under Locust the processors that it takes to measure?

Each looks at itself once its users are there. Workers send what they saw with each report to the
master, and the test that was short of something ends with exit code 3, unless something failed it.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary

from locust import events
from locust.runners import MasterRunner, WorkerRunner

from locust_qdrant import exit_codes
from locust_qdrant.checks import generator
from locust_qdrant.locust_plugin.lag import flow_of
from locust_qdrant.locust_plugin.session import running_session
from locust_qdrant.probe.thread_clock import ThreadClock

if TYPE_CHECKING:
    from locust.env import Environment

logger = logging.getLogger(__name__)

_KEY = "qdrant_load_generator"
_THIS_PROCESS = "this process"
#: Seconds of a test below which its shares say nothing.
_SHORTEST = 0.5


class Shares(NamedTuple):
    """What a process used, as shares of the time.

    Attributes:
        busy: of a core.
        waits: for how much of the time its event loop was ready and got no processor; None where
            nobody tells, or there is no loop.
    """

    busy: float
    waits: float | None


class LoadGeneratorWatch:
    """What is known of the processes of a test."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._shares: dict[str, Shares] = {}
        self._session: object = None
        self._clock = ThreadClock()
        self._first = (0.0, 0.0)

    def start(self, **_: object) -> None:
        """Begin anew."""
        self._shares.clear()
        self._session = None

    def look(self, **_: object) -> None:
        """Note what this process used until now."""
        session = running_session(self._environment)
        if session is None:
            return
        if session is not self._session:
            self._session = session
            self._clock = ThreadClock(session.loop_id)
            self._first = time.perf_counter(), time.process_time()
            return
        seconds = time.perf_counter() - self._first[0]
        if seconds >= _SHORTEST:
            waits = self._clock.now().starved / seconds if self._clock.tells else None
            busy = (time.process_time() - self._first[1]) / seconds
            self._shares[_THIS_PROCESS] = Shares(busy, waits)

    def send(self, data: dict[str, Any], **_: object) -> None:
        """Put it into a worker's report."""
        self.look()
        if _THIS_PROCESS in self._shares:
            data[_KEY] = list(self._shares[_THIS_PROCESS])

    def receive(self, client_id: str, data: dict[str, Any]) -> None:
        """Take it out of a worker's report."""
        part = data.pop(_KEY, None)
        if part is not None:
            self._shares[client_id] = Shares(*part)

    def judge(self, **_: object) -> None:
        """Say what the test was short of, and let it end with the exit code for that."""
        self.look()
        waits = [each.waits for each in self._shares.values() if each.waits is not None]
        lags = flow_of(self._environment).lines()
        found = generator.shortages(
            max((each.busy for each in self._shares.values()), default=0.0),
            max(waits, default=None),
            max((line.p99 for line in lags), default=0.0) / 1000,
            self._environment.stats.total.get_response_time_percentile(0.99) / 1000,
        )
        for each in found:
            logger.warning("Invalid figures: %s", each)
        allowed = getattr(self._environment.parsed_options, "qdrant_allow_invalid", False)
        if found and not allowed and not self._has_failed():
            self._environment.process_exit_code = exit_codes.INVALID

    def _has_failed(self) -> bool:
        runner = self._environment.runner
        recorded = runner is not None and (runner.errors or runner.exceptions)
        return bool(self._environment.process_exit_code or recorded)


_watches: WeakKeyDictionary[Environment, LoadGeneratorWatch] = WeakKeyDictionary()


@events.init.add_listener  # type: ignore[untyped-decorator]
def _join(environment: Environment, **_: object) -> None:
    watch = _watches[environment] = LoadGeneratorWatch(environment)
    hooks = environment.events
    hooks.test_start.add_listener(watch.start)
    hooks.spawning_complete.add_listener(watch.look)
    if isinstance(environment.runner, WorkerRunner):
        hooks.report_to_master.add_listener(watch.send)
        # The last report is made when the session of the test is closed.
        hooks.test_stop.add_listener(watch.look)
        return
    if isinstance(environment.runner, MasterRunner):
        hooks.worker_report.add_listener(watch.receive)
    # Before the session of the test is closed, whose listener comes with the first user.
    hooks.test_stop.add_listener(watch.judge)
