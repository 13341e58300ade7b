"""The closed model: Locust's users, as many as the stage says, each waiting for its answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from locust_qdrant import pacing
from locust_qdrant.control.users import AsyncQdrantUser, SyncQdrantUser
from locust_qdrant.records import now

if TYPE_CHECKING:
    from locust.env import Environment
    from locust.runners import Runner
    from locust.user import User

    from locust_qdrant.aio.clients import ClientSettings
    from locust_qdrant.control.plan import Plan


#: A server that is gone refuses at once, and its users would ask it some thousand times a second.
_AFTER_FAILURE_SECONDS = 0.1


class ClosedModel:
    """Spawns and stops users as the stages of a plan say.

    Args:
        plan: what the traffic is made of.
        runner: whose users they are; its environment has the class that `user_class` returned.
        start: when the traffic begins, in seconds since the epoch.
    """

    def __init__(self, plan: Plan, runner: Runner, start: float) -> None:
        self._plan = plan
        self._runner = runner
        (self._class_name,) = runner.user_classes_by_name
        users: Any = runner.user_classes_by_name[self._class_name]
        users.began = start
        self._users: list[User] = []

    def adjust(self, elapsed: float) -> None:
        """Bring the number of users to what it is to be; stopped users end their request first."""
        plan = self._plan
        wanted = pacing.users_at(plan.load.stages, elapsed, plan.worker, plan.workers)
        missing = wanted - len(self._users)
        if missing > 0:
            self._users += self._runner.spawn_users({self._class_name: missing})
        for _ in range(-missing):
            # The youngest goes: who stays has the most points of its own to write again.
            self._users.pop().stop()

    def end(self) -> None:
        """Stop all users, and wait until their last request was answered."""
        # `quit` would do this, too, but not tell when it was done.
        self._runner.stop_users(self._runner.user_classes_count)


def user_class(plan: Plan) -> type[User]:
    """Return the class of the users that perform the mix of `plan`."""
    members: dict[str, Any] = {
        "abstract": False,
        "plan": plan,
    }
    if plan.path == "async":
        tasks = {"tasks": [_perform_async]}
        return type("AsyncTraffic", (_AsyncTraffic,), members | tasks)
    return type("SyncTraffic", (_SyncTraffic,), members | {"tasks": [_perform]})


class _Performer:
    """What both kinds of users have: a plan, and a participant of their own."""

    plan: ClassVar[Plan]
    began: ClassVar[float] = 0.0
    failed = False

    def join(self) -> None:
        self.participant = self.plan.cast.participant()

    def client_settings(self) -> ClientSettings:
        return self.plan.settings

    def step(self) -> str:
        return pacing.stage_at(self.plan.load.stages, now() - self.began).name

    def wait_time(self) -> float:
        think = self.plan.load.think_seconds
        return max(think, _AFTER_FAILURE_SECONDS) if self.failed else think


class _AsyncTraffic(_Performer, AsyncQdrantUser):
    abstract = True

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.join()


class _SyncTraffic(_Performer, SyncQdrantUser):
    abstract = True

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.join()


async def _perform_async(user: _AsyncTraffic) -> None:
    user.failed = True
    await user.plan.cast.perform_async(user.client, user.participant, user.step())
    user.failed = False


def _perform(user: _SyncTraffic) -> None:
    user.failed = True
    user.plan.cast.perform(user.client, user.participant, user.step())
    user.failed = False
