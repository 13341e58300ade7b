"""Locust users that perform on a target, such as the mix of a workload."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from locust.exception import StopUser
from locust.user import User

from locust_qdrant.locust_plugin.users import AsyncQdrantUser, SyncQdrantUser
from locust_qdrant.metrics.record import now

if TYPE_CHECKING:
    from locust.env import Environment

    from locust_qdrant.metrics.record import Record
    from locust_qdrant.targets.interface import ClientFactory, Target

#: A server that is gone refuses at once, and its users would ask it some thousand times a second.
_AFTER_FAILURE_SECONDS = 0.1
#: By how much a timer is late by itself: loops round up to milliseconds.
_TIMER_SECONDS = 0.001


class Part(Protocol):
    """What the users of one class in one process share."""

    @property
    def target(self) -> Target | None:
        """Who performs; None where there is nothing to perform on, and users leave at once."""

    @property
    def think_seconds(self) -> float:
        """Pause of a user between an answer and its next request."""

    def settings(self, environment: Environment, host: str | None) -> ClientFactory:
        """Return how the client is made."""

    def step(self) -> str:
        """Return the name of the stage that runs now."""


class _Performer(User):
    """What both kinds of users have: a part, and a virtual user of their own."""

    abstract = True
    part: ClassVar[Part]
    failed = False
    virtual_user: Any | None = None
    #: Since when it has been ready for its next request, in seconds since the epoch.
    ready: float | None = None

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        target = self.part.target
        if target is not None:
            self.virtual_user = target.virtual_user()

    def client_settings(self) -> ClientFactory:
        return self.part.settings(self.environment, self.host)

    def turn(self) -> tuple[Target, Any]:
        if self.part.target is None or self.virtual_user is None:
            raise StopUser
        return self.part.target, self.virtual_user

    def request_name(self, record: Record) -> str:
        # The collection has another name in each test.
        return record.operation

    def wait_time(self) -> float:
        think = self.part.think_seconds
        pause = max(think, _AFTER_FAILURE_SECONDS) if self.failed else think
        self.ready = now() + pause + (_TIMER_SECONDS if pause else 0.0)
        return pause


class _AsyncPerformer(_Performer, AsyncQdrantUser):
    abstract = True


class _SyncPerformer(_Performer, SyncQdrantUser):
    abstract = True


async def _perform_async(user: _AsyncPerformer) -> None:
    target, virtual_user = user.turn()
    user.failed = True
    await target.perform_async(user.client, virtual_user, user.part.step(), ready=user.ready)
    user.failed = False


def _perform(user: _SyncPerformer) -> None:
    target, virtual_user = user.turn()
    user.failed = True
    target.perform(user.client, virtual_user, user.part.step())
    user.failed = False


def user_class(
    name: str, part: Part, *, blocking: bool
) -> type[AsyncQdrantUser] | type[SyncQdrantUser]:
    """Return the class of the users of `part`, which live in threads if they are `blocking`."""
    members: dict[str, Any] = {"abstract": False, "part": part}
    if blocking:
        return type(name, (_SyncPerformer,), members | {"tasks": [_perform]})
    return type(name, (_AsyncPerformer,), members | {"tasks": [_perform_async]})
