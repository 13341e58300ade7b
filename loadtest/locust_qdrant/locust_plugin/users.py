"""The user classes of a locustfile."""

from __future__ import annotations

import asyncio
import inspect
import logging
import threading
from typing import TYPE_CHECKING, Any, ClassVar, cast

from gevent import GreenletExit
from gevent.event import Event
from locust import events
from locust.exception import StopTest, StopUser
from locust.runners import WorkerRunner
from locust.user import User
from locust.user.task import (
    LOCUST_STATE_RUNNING,
    LOCUST_STATE_STOPPING,
    LOCUST_STATE_WAITING,
    DefaultTaskSet,
)

from locust_qdrant.client.recording import caller
from locust_qdrant.locust_plugin import (
    lag,  # noqa: F401 - listeners
    load_generator,  # noqa: F401 - listeners
    options,
    task_loop,
    web_tab,  # noqa: F401 - listeners
)
from locust_qdrant.locust_plugin.locust_compat import be_precise
from locust_qdrant.locust_plugin.session import session_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Mapping

    from locust.env import Environment
    from locust.user.task import TaskSet
    from qdrant_client import AsyncQdrantClient, QdrantClient

    from locust_qdrant.metrics.record import Record
    from locust_qdrant.targets.interface import ClientFactory

logger = logging.getLogger(__name__)

be_precise()

#: Seconds that a user gets to end once it is stopped by force.
GRACE_SECONDS = 10.0


class _QdrantUser(User):
    """What both kinds of users share: a greenlet that waits while the tasks run elsewhere."""

    abstract = True

    #: Further keyword arguments for the client, as its constructor takes them.
    client_options: ClassVar[Mapping[str, Any]] = {}
    #: How the client is made, by the keys of the table `client` of a workload file, such as
    #: `{"transport": "aiohttp", "compression": False}`; they win over the options.
    client_keys: ClassVar[Mapping[str, Any]] = {}

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self._session = session_of(environment)
        self._told_to_stop = threading.Event()
        self._halt: Callable[[], None] = lambda: None

    def client_settings(self) -> ClientFactory:
        """Return how this user's client is made: the host, and the `--qdrant-...` options."""
        return options.settings_from(
            self.environment, self.host, self.client_options, self.client_keys
        )

    def run(self) -> None:  # type: ignore[misc]  # final in Locust, where a user lives in its greenlet
        """Run this user's tasks elsewhere and wait for their end; Locust calls it in a greenlet."""
        ended = Event()
        errors: list[BaseException] = []

        def done(error: BaseException | None) -> None:
            if error is not None:
                errors.append(error)
            self._session.bridge.in_hub(ended.set)

        self._state = LOCUST_STATE_RUNNING
        self._taskset_instance = DefaultTaskSet(self)
        self._halt = self._launch(done)
        try:
            ended.wait()
        except GreenletExit:
            self._end_within_grace(ended)
        finally:
            self._session.bridge.drain()
        if errors:
            raise errors[0]

    def request_name(self, record: Record) -> str:
        """Return the name of a request in Locust's statistics: operation and collection."""
        return f"{record.operation} {record.collection}".rstrip()

    def was_told_to_stop(self) -> bool:
        """Tell whether Locust asked this user to end after its current task."""
        return self._told_to_stop.is_set()

    def report(self, origin: task_loop.TaskLoopUser | TaskSet, error: BaseException) -> None:
        """Let Locust show `error` in its table of exceptions."""
        self._session.bridge.report_error(origin, error)

    def _end_within_grace(self, ended: Event) -> None:
        self._told_to_stop.set()
        self._halt()
        if not ended.wait(GRACE_SECONDS):
            logger.warning(
                "A user of %s did not end within %g s of being stopped: something blocks its task.",
                type(self).__name__,
                GRACE_SECONDS,
            )

    def _tasks(self) -> DefaultTaskSet:
        return cast("DefaultTaskSet", self._taskset_instance)

    def _launch(self, done: Callable[[BaseException | None], None]) -> Callable[[], None]:
        """Start this user's tasks, and return what ends them by force."""
        raise NotImplementedError  # meant: each of the two classes below has its own


@events.init.add_listener  # type: ignore[untyped-decorator]
def _refuse_without_host(environment: Environment, **_: object) -> None:
    # A worker hears of the host from its master.
    if isinstance(environment.runner, WorkerRunner) or not options.starts_by_itself(environment):
        return
    for each in environment.user_classes:
        asks_locust = getattr(each, "client_settings", None) is _QdrantUser.client_settings
        if asks_locust and not (environment.host or each.host):
            logger.error(options.NO_HOST)
            raise SystemExit(2)


class AsyncQdrantUser(_QdrantUser):
    """A Locust user whose tasks are `async def` and whose `client` is an `AsyncQdrantClient`.

    All users of a process live on one event loop in a native thread. The users of one class share
    one client, as the request handlers of a service do; every call is in Locust's statistics.
    """

    abstract = True
    client: AsyncQdrantClient

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        try:
            self.client = self._session.async_client(type(self).__name__, self.client_settings())
        except (ValueError, TypeError) as error:
            environment.process_exit_code = 2
            raise StopTest(f"The Qdrant client cannot be made: {error}") from error

    def stop(self, force: bool = False) -> bool:
        """Stop this user: at once with `force`, else when its current task is over.

        Returns:
            Whether it was stopped at once.
        """
        if force or self._state is None:
            return bool(super().stop(force=True))
        self._session.loop.call(self._stop_after_task)
        return False

    async def wait(self) -> None:
        """Sleep for this user's wait time, inside a task."""
        await task_loop.wait(self, self._tasks())

    def settle(self, result: object) -> Awaitable[object]:
        """Return `result` if it can be awaited, else what can be and gives it."""
        return result if inspect.isawaitable(result) else _given(result)

    async def pause(self, seconds: float) -> None:
        """Sleep on the event loop; cancelled when the user is stopped."""
        if self.was_told_to_stop():
            raise StopUser
        self._state = LOCUST_STATE_WAITING
        await asyncio.sleep(seconds)
        self._state = LOCUST_STATE_RUNNING

    def _launch(self, done: Callable[[BaseException | None], None]) -> Callable[[], None]:
        return self._session.loop.spawn(self._run_tasks(), done)

    async def _run_tasks(self) -> None:
        caller.set(self)
        await task_loop.run_tasks(self, self._tasks())

    def _stop_after_task(self) -> None:
        # On the loop, so that the state cannot change in between.
        self._told_to_stop.set()
        if self._state == LOCUST_STATE_WAITING:
            self._halt()
        self._state = LOCUST_STATE_STOPPING


class SyncQdrantUser(_QdrantUser):
    """A Locust user whose tasks are plain `def` and whose `client` is a `QdrantClient`.

    Each user lives in an operating-system thread, as a request does in a threaded service. The
    users of one class share one client; every call is in Locust's statistics.
    """

    abstract = True
    client: QdrantClient

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        try:
            self.client = self._session.sync_client(type(self).__name__, self.client_settings())
        except (ValueError, TypeError) as error:
            environment.process_exit_code = 2
            raise StopTest(f"The Qdrant client cannot be made: {error}") from error

    def stop(self, force: bool = False) -> bool:
        """Stop this user: at once with `force`, else when its current task is over.

        A thread cannot be interrupted, so `force` means: when its current call is over.

        Returns:
            Whether it was stopped at once.
        """
        if force or self._state is None:
            return bool(super().stop(force=True))
        self._state = LOCUST_STATE_STOPPING
        self._told_to_stop.set()
        return False

    def wait(self) -> None:
        """Sleep for this user's wait time, inside a task."""
        _finish(task_loop.wait(self, self._tasks()))

    async def settle(self, result: object) -> object:
        """Return `result`.

        Raises:
            TypeError: it has to be awaited, and this user has no event loop.
        """
        if not inspect.isawaitable(result):
            return result
        if inspect.iscoroutine(result):
            result.close()
        raise TypeError(
            f"{type(self).__name__} is a SyncQdrantUser and runs plain functions only: write `def` "
            "instead of `async def`, or derive it from AsyncQdrantUser."
        )

    async def pause(self, seconds: float) -> None:
        """Block the thread; ends early when the user is stopped."""
        if self._told_to_stop.wait(seconds):
            raise StopUser

    def _launch(self, done: Callable[[BaseException | None], None]) -> Callable[[], None]:
        def run_tasks() -> None:
            caller.set(self)
            try:
                _finish(task_loop.run_tasks(self, self._tasks()))
            except BaseException as error:  # noqa: BLE001 - handed over to the greenlet
                done(error)
            else:
                done(None)

        threading.Thread(target=run_tasks, name=type(self).__name__, daemon=True).start()
        return lambda: None


async def _given(result: object) -> object:
    return result


def _finish(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine that never suspends."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    raise RuntimeError("A synchronous user cannot wait for an event loop.")
