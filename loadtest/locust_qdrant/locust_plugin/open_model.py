"""The open model: arrivals at their times, on the loop; Locust only counts them."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING, Any

from gevent.event import Event

from locust_qdrant.client.recording import is_failed_request
from locust_qdrant.config import pacing
from locust_qdrant.config.pacing import dealt
from locust_qdrant.locust_plugin.arrivals import Scheduler

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from locust_qdrant.config.pacing import Due
    from locust_qdrant.locust_plugin.segment_plan import SegmentPlan
    from locust_qdrant.locust_plugin.session import Session
    from locust_qdrant.metrics.results import Arrivals


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
    asked = plan.load.most_in_flight
    if asked is None:
        return plan.settings.most_in_flight
    return max(1, dealt(asked, plan.worker, plan.workers))
