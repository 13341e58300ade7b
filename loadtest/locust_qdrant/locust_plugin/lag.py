"""Loop lag of every process of a test, merged exactly: histograms add up, percentiles do not.

Workers send what is new with each report to the master, as they do with Locust's own statistics.
"""

from __future__ import annotations

import logging
from collections import deque
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary

from hdrh.histogram import HdrHistogram
from locust import events
from locust.runners import MasterRunner, WorkerRunner

from locust_qdrant.locust_plugin.session import running_session

if TYPE_CHECKING:
    from collections.abc import Iterable

    from locust.env import Environment

logger = logging.getLogger(__name__)

_KEY = "qdrant_loop_lag"
_THIS_PROCESS = "this process"

_HIGHEST_MICROSECONDS = 3_600_000_000
_SIGNIFICANT_DIGITS = 3
_RECENT_SECONDS = 10.0


def histogram(lags: Iterable[float] = ()) -> HdrHistogram:
    """Return a histogram in microseconds of `lags` in seconds, to three significant digits."""
    microseconds = HdrHistogram(1, _HIGHEST_MICROSECONDS, _SIGNIFICANT_DIGITS)
    for lag in lags:
        microseconds.record_value(min(max(round(lag * 1_000_000), 1), _HIGHEST_MICROSECONDS))
    return microseconds


class LagLine(NamedTuple):
    """Loop lag of one process or of all; times in milliseconds.

    Attributes:
        name: of the process, or `all`.
        samples: number of lags, one for each 5 ms of the loop's time.
        p50: half of the time, what is due waits no longer.
        p99: 99 % of the time, no longer.
        worst: the longest wait.
        over_10: percentage of the time in which it waits more than 10 ms.
        over_50: the same for 50 ms.
        over_100: the same for 100 ms.
        recent_p99: the p99 of the last ten seconds.
    """

    name: str
    samples: int
    p50: float
    p99: float
    worst: float
    over_10: float
    over_50: float
    over_100: float
    recent_p99: float


def describe(name: str, whole: HdrHistogram, recent: HdrHistogram) -> LagLine:
    """Return the figures of one histogram, and the p99 of its most recent part."""
    at = whole.get_percentile_to_value_dict([50, 99, 100])
    return LagLine(
        name=name,
        samples=whole.get_total_count(),
        p50=at.get(50, 0) / 1000,
        p99=at.get(99, 0) / 1000,
        worst=at.get(100, 0) / 1000,
        over_10=_share_above(whole, 10),
        over_50=_share_above(whole, 50),
        over_100=_share_above(whole, 100),
        recent_p99=recent.get_percentile_to_value_dict([99]).get(99, 0) / 1000,
    )


def _share_above(whole: HdrHistogram, milliseconds: float) -> float:
    above = sum(
        each.count_added_in_this_iter_step
        for each in whole.get_recorded_iterator()
        if each.value_iterated_to > milliseconds * 1000
    )
    return float(100 * above / max(1, whole.get_total_count()))


class LagBook:
    """What is known of the loop lag of each process of a test."""

    def __init__(self) -> None:
        self._whole: dict[str, HdrHistogram] = {}
        # Encoded, a hundredth of the size: a master may have many workers.
        self._recent: dict[str, deque[tuple[float, bytes]]] = {}

    def add(self, process: str, part: HdrHistogram) -> None:
        """Add what is new of one process."""
        self._whole.setdefault(process, histogram()).add(part)
        recent = self._recent.setdefault(process, deque())
        recent.append((monotonic(), part.encode()))
        while recent[0][0] < monotonic() - _RECENT_SECONDS:
            recent.popleft()

    def clear(self) -> None:
        """Forget everything."""
        self._whole.clear()
        self._recent.clear()

    def lines(self) -> list[LagLine]:
        """Return a line for each process, and then, if there are several, one for all of them."""
        lines, everything, everything_recent = [], histogram(), histogram()
        for process, whole in self._whole.items():
            recent = histogram()
            for at, part in self._recent[process]:
                if at >= monotonic() - _RECENT_SECONDS:
                    recent.decode_and_add(part)
            lines.append(describe(process, whole, recent))
            everything.add(whole)
            everything_recent.add(recent)
        if len(lines) > 1:
            lines.append(describe("all", everything, everything_recent))
        return lines


class LagFlow:
    """From the loop of this process to the books: its own, or the master's."""

    def __init__(self, environment: Environment) -> None:
        self.book = LagBook()
        self._environment = environment
        self._unsent = histogram()
        self._session: object = None
        self._seen = 0

    def lines(self) -> list[LagLine]:
        """Return the figures until now."""
        if not isinstance(self._environment.runner, MasterRunner):
            self.book.add(_THIS_PROCESS, self._take())
        return self.book.lines()

    def collect(self, **_: object) -> None:
        """Note the lags that are new."""
        session = running_session(self._environment)
        if session is None:
            return
        if session is not self._session:
            self._session, self._seen = session, 0
        new, self._seen = session.lag.since(self._seen)
        self._unsent.add(histogram(new))

    def start(self, **_: object) -> None:
        """Begin anew."""
        self.book.clear()
        self._unsent.reset()

    def send(self, data: dict[str, Any], **_: object) -> None:
        """Put what is new into a worker's report."""
        part = self._take()
        if part.get_total_count():
            data[_KEY] = part.encode()

    def receive(self, client_id: str, data: dict[str, Any]) -> None:
        """Take what is new out of a worker's report."""
        part = data.pop(_KEY, None)
        if part is not None:
            self.book.add(client_id, HdrHistogram.decode(part))

    def log(self, **_: object) -> None:
        """Log the lag of all workers together."""
        lines = self.book.lines()
        if lines:
            count = max(1, len(lines) - 1)
            logger.info(
                "Event loop lag of %d %s: p50 %.1f ms, p99 %.1f ms, max %.1f ms",
                count,
                "worker" if count == 1 else "workers",
                *lines[-1][2:5],
            )

    def _take(self) -> HdrHistogram:
        self.collect()
        part, self._unsent = self._unsent, histogram()
        return part


_flows: WeakKeyDictionary[Environment, LagFlow] = WeakKeyDictionary()


def flow_of(environment: Environment) -> LagFlow:
    """Return the flow of lags in `environment`."""
    if environment not in _flows:
        _flows[environment] = LagFlow(environment)
    return _flows[environment]


@events.init.add_listener  # type: ignore[untyped-decorator]
def _join(environment: Environment, **_: object) -> None:
    flow = flow_of(environment)
    hooks = environment.events
    hooks.test_start.add_listener(flow.start)
    hooks.reset_stats.add_listener(flow.start)
    # Added before the first session is, so that it runs before that is closed.
    hooks.test_stop.add_listener(flow.collect)
    if isinstance(environment.runner, MasterRunner):
        hooks.worker_report.add_listener(flow.receive)
        # Not at the end of the test: the last reports come later.
        hooks.quit.add_listener(flow.log)
    elif isinstance(environment.runner, WorkerRunner):
        hooks.report_to_master.add_listener(flow.send)
