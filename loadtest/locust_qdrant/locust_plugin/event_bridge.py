"""The way to Locust: what came in on the loop or in threads is handed to its events in the hub."""

from __future__ import annotations

import logging
from collections import deque
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, cast

import gevent
from locust.exception import (
    InterruptTaskSet,
    RescheduleTask,
    RescheduleTaskImmediately,
    StopTest,
    StopUser,
)
from locust.user import User

from locust_qdrant.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Callable

    from locust.env import Environment

    from locust_qdrant.client.recording import Calls, RecordedCall
    from locust_qdrant.metrics.record import Record

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


class _Caller(Protocol):
    """What a user of this package offers."""

    def context(self) -> dict[str, Any]: ...

    def request_name(self, record: Record) -> str: ...


class EventBridge:
    """Two queues, and the greenlet that empties them; make it in the hub's thread.

    Attributes:
        calls: finished calls that Locust has not seen yet.
        listeners: called in the hub with each record, cancelled requests included.
        shows_requests: whether Locust counts the requests; false where nobody sees its statistics.
    """

    def __init__(self, environment: Environment) -> None:
        self.calls: Calls = deque()
        self.listeners: list[Callable[[Record], None]] = []
        self.shows_requests = True
        self._environment = environment
        self._errors: deque[TaskError] = deque()
        self._hub = gevent.get_hub()
        self._drainer = gevent.spawn(self._drain_for_ever)

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
                user_instance=origin, exception=_shown(error), tb=error.__traceback__
            )

    def end(self) -> None:
        """Hand over what is left; what comes in later stays.

        Locust keeps the errors, whose frames would keep calls of gRPC and with them connections.
        """
        self._drainer.kill()
        self.drain()
        for kept in self._environment.stats.errors.values():
            _let_go(kept.error)

    def _drain_for_ever(self) -> None:
        while True:
            gevent.sleep(DRAIN_INTERVAL)
            self.drain()

    def _hand_over(self, call: RecordedCall) -> None:
        for listener in self.listeners:
            listener(call.record)
        if call.record.outcome.abandoned or not self.shows_requests:
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

    def _fire_request(self, call: RecordedCall) -> None:
        user = cast("_Caller", call.caller) if isinstance(call.caller, User) else None
        self._environment.events.request.fire(
            request_type=call.record.protocol,
            name=user.request_name(call.record) if user else call.record.operation,
            response_time=call.record.seconds * 1000,
            response_length=call.record.response_bytes,
            response=None,
            context=user.context() if user else {},
            exception=_failure(call),
            start_time=call.record.start,
            url=None,
        )


def _shown(error: BaseException) -> BaseException:
    """Return an error as Locust may keep it in its statistics and show it on its page."""
    text = str(error)
    shown = redact(text)
    return error if shown == text else RuntimeError(f"{type(error).__name__}: {shown}")


def _let_go(error: object) -> None:
    """Take the frames from an error and from those behind it."""
    seen: set[int] = set()
    while isinstance(error, BaseException) and id(error) not in seen:
        seen.add(id(error))
        error.__traceback__ = None
        error = error.__cause__ or error.__context__


def _failure(call: RecordedCall) -> RequestFailed | None:
    if call.error is None:
        return None
    failure = RequestFailed(call.record.error)
    failure.__cause__ = call.error
    return failure
