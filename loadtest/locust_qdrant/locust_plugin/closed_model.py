"""The closed model: Locust's users, as many as the stage says, each waiting for its answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from locust_qdrant.config import pacing
from locust_qdrant.locust_plugin.target_users import user_class
from locust_qdrant.metrics.record import now

if TYPE_CHECKING:
    from locust.env import Environment
    from locust.runners import Runner
    from locust.user import User

    from locust_qdrant.locust_plugin.segment_plan import SegmentPlan
    from locust_qdrant.targets.interface import ClientFactory, Target


class ClosedModel:
    """Spawns and stops users as the stages of a plan say.

    Args:
        plan: what the traffic is made of.
        runner: whose users they are; its environment has the class that `planned_user` returned.
        start: when the traffic begins, in seconds since the epoch.
    """

    def __init__(self, plan: SegmentPlan, runner: Runner, start: float) -> None:
        self._plan = plan
        self._runner = runner
        (self._class_name,) = runner.user_classes_by_name
        users: Any = runner.user_classes_by_name[self._class_name]
        users.part.began = start
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


class PlannedPart:
    """The part of users that follow a plan.

    Attributes:
        began: when the traffic began, in seconds since the epoch.
    """

    def __init__(self, plan: SegmentPlan) -> None:
        self.began = 0.0
        self._plan = plan

    @property
    def target(self) -> Target:
        """Who performs."""
        return self._plan.target

    @property
    def think_seconds(self) -> float:
        """Pause of a user between an answer and its next request."""
        return self._plan.load.think_seconds

    def settings(self, environment: Environment, host: str | None) -> ClientFactory:
        """Return the plan's settings, whatever Locust was told."""
        return self._plan.settings

    def step(self) -> str:
        """Return the name of the stage that runs now."""
        return pacing.stage_at(self._plan.load.stages, now() - self.began).name


def planned_user(plan: SegmentPlan) -> type[User]:
    """Return the class of the users that perform the mix of `plan`."""
    blocking = plan.path == "sync"
    name = "SyncTraffic" if blocking else "AsyncTraffic"
    return user_class(name, PlannedPart(plan), blocking=blocking)
