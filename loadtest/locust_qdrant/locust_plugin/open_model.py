"""The open model: arrivals begin at their times, whether or not earlier ones were answered.

They live on the loop; Locust only counts them.
"""

from __future__ import annotations

import asyncio
import math
from itertools import cycle
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from gevent.event import Event

from locust_qdrant.client.heartbeat import sleep_until
from locust_qdrant.client.recording import is_failed_request
from locust_qdrant.config import pacing
from locust_qdrant.config.pacing import dealt
from locust_qdrant.metrics.record import now
from locust_qdrant.metrics.results import Arrivals

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence

    from locust_qdrant.config.pacing import Due
    from locust_qdrant.locust_plugin.segment_plan import SegmentPlan
    from locust_qdrant.locust_plugin.session import Session
    from locust_qdrant.metrics.record import Record

VirtualUserT = TypeVar("VirtualUserT")

#: An arrival that begins this many seconds after its time is late.
LATE_START_SECONDS = 0.010
#: A loop with much to do makes few turns a second, so one arrival a turn would bound the rate. As
#: many begin at once as a turn of this many seconds has room for: a client that holds the loop gets
#: no two arrivals in a row.
_LONG_TURN_SECONDS = 0.020
_MOST_AT_ONCE = 16


def began_late(record: Record) -> bool:
    """Tell whether a request was made noticeably later than it was meant to be."""
    intended = record.intended
    return intended is not None and record.start - intended > LATE_START_SECONDS


class Scheduler(Generic[VirtualUserT]):
    """Begins each arrival at its time, with a virtual user that has nothing else to do.

    A virtual user does one thing at a time, so that each of its points has one writer; there are as
    many as ever were busy at once.

    Args:
        dues: the arrivals in order, in seconds since the beginning.
        virtual_user: makes a new virtual user.
        perform: makes one request; gets the virtual user, the arrival and its time in seconds since
            the epoch, and handles its own failures.
        most_in_flight: arrivals beyond this number of requests under way are missed.
    """

    def __init__(
        self,
        dues: Iterator[Due],
        virtual_user: Callable[[], VirtualUserT],
        perform: Callable[[VirtualUserT, Due, float], Awaitable[None]],
        most_in_flight: int,
    ) -> None:
        self._dues = dues
        self._virtual_user = virtual_user
        self._perform = perform
        self._most = most_in_flight
        self._idle: list[VirtualUserT] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._begun = 0

    async def run(self, start: float, until: float = math.inf) -> None:
        """Begin the arrivals from `start`; ends with the last one, and never after `until`.

        Both are in seconds since the epoch. What could not begin by then is missed.
        """
        at_once, begun = 1, 0
        for due in self._dues:
            at = start + due.at
            if now() < at:
                await sleep_until(at)
                at_once, begun = 1, 0
            elif (begun := begun + 1) >= at_once:
                # A loop that is behind must get to the answers all the same.
                at_once, begun = _after_a_turn(at_once, await _turn()), 0
            if now() >= until:
                return
            if len(self._tasks) < self._most:
                self._begin(due, at)

    async def settle(self, seconds: float) -> None:
        """Wait for the requests under way; those that take longer than `seconds` are cancelled."""
        if not self._tasks:
            return
        _, pending = await asyncio.wait(self._tasks, timeout=seconds)
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)

    def counted(self, late: int, due: int) -> Arrivals:
        """Return what became of the `due` arrivals of the schedule, of which `late` began late."""
        return Arrivals(due, late, max(0, due - self._begun))

    def _begin(self, due: Due, at: float) -> None:
        self._begun += 1
        virtual_user = self._idle.pop() if self._idle else self._virtual_user()
        task = asyncio.get_running_loop().create_task(self._attend(virtual_user, due, at))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _attend(self, virtual_user: VirtualUserT, due: Due, at: float) -> None:
        try:
            await self._perform(virtual_user, due, at)
        finally:
            self._idle.append(virtual_user)


async def _turn() -> float:
    """Let the loop make a turn, and return how many seconds it took."""
    began = now()
    await asyncio.sleep(0)
    return now() - began


def _after_a_turn(at_once: int, seconds: float) -> int:
    """Return how many arrivals begin before the next turn, after so many before one that long."""
    return max(1, at_once // 2) if seconds > _LONG_TURN_SECONDS else min(_MOST_AT_ONCE, 2 * at_once)


class OpenModel:
    """Lets arrivals come as the stages of a plan say.

    Args:
        plan: what the traffic is made of, on the path `async`.
        session: whose loop they live on.
        clients: with what their requests are made, in turn.
        start: when the traffic begins, in seconds since the epoch.
    """

    def __init__(
        self,
        plan: SegmentPlan,
        session: Session,
        clients: Sequence[Any],
        start: float,
    ) -> None:
        self._plan = plan
        self._session = session
        self._clients = cycle(clients)
        self._ended = Event()
        self._settled = Event()
        self._scheduler: Scheduler[Any] = Scheduler(
            pacing.arrivals(plan.load, plan.seed, plan.worker, plan.workers),
            plan.target.virtual_user,
            self._perform,
            _most_in_flight(plan),
        )
        run = self._scheduler.run(start, start + plan.load.seconds)
        self._halt = session.loop.spawn(run, self._done(self._ended))

    def adjust(self, elapsed: float) -> None:
        """Do nothing: arrivals keep their own time."""

    def end(self) -> None:
        """Let no more arrivals come, and wait until those under way were answered."""
        # A loop that is held by somebody gets to neither of them: nobody waits for it without end.
        seconds = self._plan.settings.timeout + 1
        self._halt()
        self._ended.wait(seconds)
        self._session.loop.spawn(self._scheduler.settle(seconds), self._done(self._settled))
        self._settled.wait(2 * seconds)

    def counted(self, late: int, elapsed: float) -> Arrivals:
        """Return what became of the arrivals.

        Args:
            late: number of those that began late.
            elapsed: seconds after its beginning when no more arrivals were let in.
        """
        plan = self._plan
        due = pacing.due_until(plan.load, elapsed, plan.seed, plan.worker, plan.workers)
        return self._scheduler.counted(late, due)

    def _done(self, event: Event) -> Callable[[BaseException | None], None]:
        def done(error: BaseException | None) -> None:
            if error is not None:
                self._session.bridge.report_error(self, error)
            self._session.bridge.in_hub(event.set)

        return done

    async def _perform(self, virtual_user: object, due: Due, at: float) -> None:
        try:
            client = next(self._clients)
            await self._plan.target.perform_async(client, virtual_user, due.stage.name, at)
        except Exception as error:  # noqa: BLE001 - it ends this arrival, and is reported
            # A failed request is in the records already.
            if not is_failed_request(error):
                self._session.bridge.report_error(virtual_user, error)


def _most_in_flight(plan: SegmentPlan) -> int:
    """Return how many requests this process may have under way: a part, or what its client fits."""
    most = plan.load.most_in_flight
    if most is None:
        return plan.settings.most_in_flight
    return max(1, dealt(most, plan.worker, plan.workers))
