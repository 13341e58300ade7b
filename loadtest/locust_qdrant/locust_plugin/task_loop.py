"""The task loop of a virtual user, outside of gevent: the next task, its end, the wait after it.

The rules are those of Locust's `TaskSet.run`; only what waits is different. The same coroutine
serves both kinds of users: an asynchronous user awaits in `pause` and `settle`, a synchronous one
blocks its thread there and never suspends.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
import itertools
import logging
import traceback
from typing import TYPE_CHECKING, Any, NoReturn, Protocol, cast

from locust.exception import (
    InterruptTaskSet,
    RescheduleTask,
    RescheduleTaskImmediately,
    StopTest,
    StopUser,
)
from locust.user.task import DefaultTaskSet, TaskSet

from locust_qdrant.client.failures import describe
from locust_qdrant.client.recording import is_failed_request

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from locust.env import Environment

    #: A function that takes its owner, a method bound to it, or a task set.
    Task = Callable[..., object]

logger = logging.getLogger(__name__)

_ENDS_USER = (StopUser, StopTest, asyncio.CancelledError)


class TaskLoopUser(Protocol):
    """What a user offers so that its tasks can be run here."""

    environment: Environment

    def on_start(self) -> object:
        """Run before the first task."""

    def on_stop(self) -> object:
        """Run after the last task."""

    def was_told_to_stop(self) -> bool:
        """Tell whether the user is to end after its current task."""

    def settle(self, result: object) -> Awaitable[object]:
        """Return what waits for the result of a task, a wait time or a hook."""

    async def pause(self, seconds: float) -> None:
        """Sleep; raises `StopUser` when the user is to end."""

    def report(self, origin: TaskLoopUser | TaskSet, error: BaseException) -> None:
        """Show `error` among Locust's exceptions."""


async def run_tasks(user: TaskLoopUser, tasks: DefaultTaskSet) -> None:
    """Run what `user` has to do: its start, tasks until something ends them, its stop."""
    try:
        if await _started(user):
            await _run(user, tasks)
    except _ENDS_USER:
        await user.settle(user.on_stop())
    except SystemExit as request:
        # Let through, it would end the loop and leave everybody else waiting for it.
        _end_test(user, request.code)


def _end_test(user: TaskLoopUser, code: object) -> None:
    """End the test as `sys.exit(code)` in a task of Locust's own users does."""
    if isinstance(code, str):
        logger.error(code)
    user.environment.process_exit_code = code if isinstance(code, int) else int(code is not None)
    if user.environment.runner is not None:
        user.environment.runner.quit()


async def wait(user: TaskLoopUser, tasks: TaskSet) -> None:
    """Sleep for as long as the wait time of `tasks`, or else that of its user, says."""
    await user.pause(await _wait_time(user, tasks))


async def _wait_time(user: TaskLoopUser, tasks: TaskSet) -> float:
    seconds: Any = tasks.wait_time()
    if inspect.isawaitable(seconds):
        seconds = await user.settle(seconds)
    return cast("float", seconds)


async def _started(user: TaskLoopUser) -> bool:
    try:
        await user.settle(user.on_start())
    except _ENDS_USER:
        raise
    except Exception as error:
        if _is_counted(error):
            logger.warning("A user ends, since its on_start failed: %s", describe(error))
            return False
        _report(user, user, error)
        raise
    return True


async def _run(user: TaskLoopUser, tasks: TaskSet) -> None:
    # `await self.wait()` in a task waits here; Locust's own `wait` would stop the whole loop.
    tasks.wait = functools.partial(wait, user, tasks)  # type: ignore[method-assign]
    try:
        await user.settle(_hook(tasks.on_start))
    except InterruptTaskSet as interrupt:
        _hand_back(interrupt)
    try:
        while True:
            await _turn(user, tasks)
    except InterruptTaskSet as interrupt:
        await _leave(user, tasks)
        _hand_back(interrupt)
    except _ENDS_USER:
        await _leave(user, tasks)
        raise


async def _leave(user: TaskLoopUser, tasks: TaskSet) -> None:
    try:
        await user.settle(_hook(tasks.on_stop))
    except _ENDS_USER:
        raise
    except Exception:
        logger.exception("Uncaught exception in on_stop")


def _hook(method: Callable[[], object]) -> object:
    # Locust says that a hook returns None; one that is `async def` returns a coroutine.
    return method()


def _hand_back(interrupt: InterruptTaskSet) -> NoReturn:
    back = RescheduleTaskImmediately if interrupt.reschedule else RescheduleTask
    raise back(interrupt.reschedule) from interrupt


async def _turn(user: TaskLoopUser, tasks: TaskSet) -> None:
    """Run one task and wait afterwards."""
    number = next(_turns)
    if user.was_told_to_stop():
        raise StopUser
    try:
        task = _next_task(tasks)
        if isinstance(task, type) and issubclass(task, TaskSet):
            await _run(user, task(_owner(user, tasks)))
        else:
            await user.settle(_call(user, tasks, task))
    except RescheduleTaskImmediately:
        return
    except RescheduleTask:
        pass
    except (InterruptTaskSet, *_ENDS_USER):
        raise
    except Exception as error:
        if not user.environment.catch_exceptions:
            raise
        if not _is_counted(error):
            _report(user, tasks, error)
    seconds = await _wait_time(user, tasks)
    # Who waits for nothing goes on at once if its task has let others run. To let them run once
    # more would have all whose answers came in one turn put their connections back first, and
    # httpcore asks the system about each of those for each request.
    if seconds or next(_turns) == number + 1:
        await user.pause(seconds)


#: Numbers the turns of all users: those of one user follow each other where no other had its own.
_turns = itertools.count()


def _next_task(tasks: TaskSet) -> Task:
    queue = tasks._task_queue  # noqa: SLF001 - where `schedule_task` puts what comes first
    task: Task = queue.popleft() if queue else tasks.get_next_task()
    return task


def _call(user: TaskLoopUser, tasks: TaskSet, task: Task) -> object:
    owner = _owner(user, tasks)
    # A method that is bound to the task set has its owner already.
    return task() if getattr(task, "__self__", None) is owner else task(owner)


def _owner(user: TaskLoopUser, tasks: TaskSet) -> Any:  # noqa: ANN401 - a user or a task set
    return user if isinstance(tasks, DefaultTaskSet) else tasks


def _is_counted(error: Exception) -> bool:
    """Tell whether `error` is in Locust's failure table already: one failure is one line."""
    return is_failed_request(error)


def _report(user: TaskLoopUser, origin: TaskLoopUser | TaskSet, error: Exception) -> None:
    logger.error("%s\n%s", error, "".join(traceback.format_exception(error)))
    user.report(origin, error)
