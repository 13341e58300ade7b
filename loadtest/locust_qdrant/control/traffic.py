"""Drive traffic: Locust's runner as a library, its users performing a mix of operations."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import gevent
from locust import constant, runners
from locust.env import Environment

from locust_qdrant.control.session import session_of
from locust_qdrant.control.users import AsyncQdrantUser, SyncQdrantUser
from locust_qdrant.interrupts import deferred_interrupt
from locust_qdrant.records import now
from locust_qdrant.results import Traffic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from locust.runners import Runner

    from locust_qdrant.aio.clients import ClientSettings
    from locust_qdrant.control.session import Session
    from locust_qdrant.operations import Participant
    from locust_qdrant.operations.crew import Crew
    from locust_qdrant.records import Record

    #: Called while the traffic runs, with the seconds so far and the records so far.
    Watch = Callable[[float, Sequence[Record]], None]

_WATCH_INTERVAL = 0.1

# Locust's warning of a busy processor would come in the middle of the display, and the report has a
# check of its own for it.
runners.CPU_WARNING_THRESHOLD = math.inf  # type: ignore[assignment]


@dataclass(frozen=True)
class Plan:
    """What the traffic is made of.

    Attributes:
        path: `async` or `sync`.
        users: number of virtual users.
        seconds: how long they go on.
        think_seconds: pause of a user between an answer and its next request.
        settings: how the client is made.
        crew: what the users share.
    """

    path: str
    users: int
    seconds: float
    think_seconds: float
    settings: ClientSettings
    crew: Crew

    def participants(self) -> Iterator[Participant]:
        """Yield a participant for each user that is spawned, each with its own chance."""
        return map(self.crew.participant, count())


def drive(plan: Plan, watch: Watch) -> Traffic:
    """Let the users of `plan` go on until the time is up, or until Ctrl-C.

    Returns:
        What happened; a request that was under way at the end is waited for and included.
    """
    user_class = _user_class(plan)
    environment = Environment(
        user_classes=[user_class], host=plan.settings.url, stop_timeout=plan.settings.timeout + 1
    )
    runner = environment.create_local_runner()
    session = session_of(environment)
    records: list[Record] = []
    session.listeners.append(records.append)
    # Making the first client takes a while: it is over before the clock starts.
    _make_client(session, plan, user_class.__name__)
    start = _instant()
    end, interrupted = _run(runner, plan, lambda: watch(now() - start.wall, records))
    return Traffic(
        records=records,
        seconds=end.wall - start.wall,
        lag=session.lag.samples(),
        cpu_seconds=end.cpu - start.cpu,
        task_errors=[
            f"{each['msg']} ({each['count']} times)" for each in runner.exceptions.values()
        ],
        interrupted=interrupted,
    )


class Instant(NamedTuple):
    """A moment on two clocks, in seconds: time that passes, and processor time of this process."""

    wall: float
    cpu: float


def _instant() -> Instant:
    return Instant(now(), time.process_time())


def _run(runner: Runner, plan: Plan, watch: Callable[[], None]) -> tuple[Instant, bool]:
    """Return when the last user ended, and whether that was because of Ctrl-C."""
    due = now() + plan.seconds
    with deferred_interrupt() as interrupt:
        try:
            runner.start(plan.users, spawn_rate=plan.users)
            while (left := due - now()) > 0 and not interrupt.is_set():
                gevent.sleep(min(left, _WATCH_INTERVAL))
                watch()
            # `quit` would do this, too, but not tell when it was done.
            runner.stop_users(runner.user_classes_count)
            end = _instant()
        finally:
            runner.quit()
        return end, interrupt.is_set()


def _make_client(session: Session, plan: Plan, owner: str) -> None:
    if plan.path == "async":
        session.async_client(owner, plan.settings)
    else:
        session.sync_client(owner, plan.settings)


class _AsyncTraffic(AsyncQdrantUser):
    abstract = True
    plan: ClassVar[Plan]
    participants: ClassVar[Iterator[Participant]]

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.participant = next(self.participants)

    def client_settings(self) -> ClientSettings:
        return self.plan.settings


class _SyncTraffic(SyncQdrantUser):
    abstract = True
    plan: ClassVar[Plan]
    participants: ClassVar[Iterator[Participant]]

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.participant = next(self.participants)

    def client_settings(self) -> ClientSettings:
        return self.plan.settings


def _user_class(plan: Plan) -> type[_AsyncTraffic] | type[_SyncTraffic]:
    is_async = plan.path == "async"
    task_of = _async_task if is_async else _sync_task
    members: dict[str, Any] = {
        "abstract": False,
        "plan": plan,
        "participants": plan.participants(),
        "wait_time": constant(plan.think_seconds),
        "tasks": [task_of(plan.crew)],
    }
    if is_async:
        return type("AsyncTraffic", (_AsyncTraffic,), members)
    return type("SyncTraffic", (_SyncTraffic,), members)


def _async_task(crew: Crew) -> Callable[[Any], Any]:
    async def perform(user: _AsyncTraffic) -> None:
        operation = crew.choose(user.participant)
        request = operation.plan(user.participant)
        with crew.ledger.writing(request.write):
            await getattr(user.client, request.method)(**request.arguments)

    return perform


def _sync_task(crew: Crew) -> Callable[[Any], Any]:
    def perform(user: _SyncTraffic) -> None:
        operation = crew.choose(user.participant)
        request = operation.plan(user.participant)
        with crew.ledger.writing(request.write):
            getattr(user.client, request.method)(**request.arguments)

    return perform
