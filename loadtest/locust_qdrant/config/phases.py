"""Phases of a run, `[[phases]]`, and the stages that they become."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

from pydantic import BeforeValidator, Field

from locust_qdrant.config.model import Stage
from locust_qdrant.config.schema import MOST_RATE, MOST_SECONDS, Name
from locust_qdrant.config.validation import Allowed, Duration, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_LEVEL = (
    "a number of users (closed model) or requests a second (open model), or a share of the "
    "traffic's own such as `50%`"
)
_SHARE = re.compile(r"(\d+(?:\.\d+)?)%")


def _parse_level(value: object) -> float | str:
    if isinstance(value, str) and (share := _SHARE.fullmatch(value.strip())):
        if float(share[1]) <= MOST_RATE:
            return value.strip()
    elif type(value) in {int, float} and 0 <= float(str(value)) <= MOST_RATE:
        return float(str(value))
    raise ValueError(_LEVEL)


#: Load as a number, or as a share of the traffic's own users or rate.
Level = Annotated[float | str, BeforeValidator(_parse_level), Allowed(_LEVEL)]

_ALL = "100%"


class PhaseKeys(Table):
    """What every phase takes."""

    kind: str = Field(description="one of the kinds below")
    name: Name | None = Field(
        None, description="its name in figures and plots; without it, the kind"
    )

    def stages(self, name: str, whole: float) -> list[Stage]:
        """Return the stages of this phase.

        Args:
            name: what the report calls it.
            whole: the traffic's own level, users or requests a second.
        """
        raise NotImplementedError  # meant: each kind of phase below has its own


class ConstantKeys(PhaseKeys):
    """The same load all the time."""

    duration: Duration = Field(gt=0, le=MOST_SECONDS, description="how long it lasts")
    level: Level = Field(_ALL, description="how much load")

    def stages(self, name: str, whole: float) -> list[Stage]:
        """Return one stage."""
        level = _at(self.level, whole)
        return [Stage(name, self.duration, level, level)]


class WarmupKeys(ConstantKeys):
    """Load that no figure counts: caches fill, connections open."""

    def stages(self, name: str, whole: float) -> list[Stage]:
        """Return one stage that is not measured."""
        level = _at(self.level, whole)
        return [Stage(name, self.duration, level, level, measured=False)]


class RampKeys(PhaseKeys):
    """Load that grows or shrinks in a straight line."""

    duration: Duration = Field(gt=0, le=MOST_SECONDS, description="how long it lasts")
    start: Level = Field("0%", alias="from", description="how much load at its beginning")
    to: Level = Field(_ALL, description="how much load at its end")

    def stages(self, name: str, whole: float) -> list[Stage]:
        """Return one stage."""
        return [Stage(name, self.duration, _at(self.start, whole), _at(self.to, whole))]


class StepKeys(PhaseKeys):
    """Load that grows in steps, each with figures of its own: where is the knee?"""

    duration: Duration = Field(gt=0, le=MOST_SECONDS, description="how long each step lasts")
    start: Level = Field("25%", alias="from", description="how much load on the first step")
    to: Level = Field(_ALL, description="how much load on the last step")
    steps: int = Field(4, ge=2, le=1000, description="number of steps")

    def stages(self, name: str, whole: float) -> list[Stage]:
        """Return a stage for each step."""
        first, last = _at(self.start, whole), _at(self.to, whole)
        levels = [first + (last - first) * i / (self.steps - 1) for i in range(self.steps)]
        return [
            Stage(f"{name} {number}/{self.steps}", self.duration, level, level)
            for number, level in enumerate(levels, start=1)
        ]


class SpikeKeys(PhaseKeys):
    """A sudden peak, and whether the service comes back from it."""

    duration: Duration = Field(gt=0, le=MOST_SECONDS, description="how long the peak lasts")
    rest: Duration = Field(
        10.0, gt=0, le=MOST_SECONDS, description="how long the load is `level` before and after it"
    )
    level: Level = Field(_ALL, description="how much load before and after the peak")
    to: Level = Field("500%", description="how much load at the peak")

    def stages(self, name: str, whole: float) -> list[Stage]:
        """Return three stages: before, peak, after."""
        level, peak = _at(self.level, whole), _at(self.to, whole)
        return [
            Stage(f"{name} before", self.rest, level, level),
            Stage(f"{name} peak", self.duration, peak, peak),
            Stage(f"{name} after", self.rest, level, level),
        ]


class SoakKeys(PhaseKeys):
    """The same load for long, in parts whose figures show what changes with time."""

    duration: Duration = Field(gt=0, le=MOST_SECONDS, description="how long all parts last")
    level: Level = Field(_ALL, description="how much load")
    parts: int = Field(4, ge=1, le=1000, description="number of parts")

    def stages(self, name: str, whole: float) -> list[Stage]:
        """Return a stage for each part."""
        level, seconds = _at(self.level, whole), self.duration / self.parts
        return [
            Stage(f"{name} {number}/{self.parts}", seconds, level, level)
            for number in range(1, self.parts + 1)
        ]


#: What each kind takes, by its name in the file.
KINDS: dict[str, type[PhaseKeys]] = {
    "warmup": WarmupKeys,
    "constant": ConstantKeys,
    "ramp": RampKeys,
    "step": StepKeys,
    "spike": SpikeKeys,
    "soak": SoakKeys,
}


def expand(
    phases: Iterable[PhaseKeys], whole: float, *, is_open: bool, seconds: float | None = None
) -> tuple[Stage, ...]:
    """Return the stages of `phases`, one after the other.

    Args:
        phases: at least one.
        whole: the traffic's own level, users or requests a second.
        is_open: whether levels are requests a second; users are whole, and at least one of them
            where a stage has any.
        seconds: stretch or shrink everything so that it lasts that long together; None: as it is.
    """
    phases = list(phases)
    names = unique_names([phase.name or phase.kind for phase in phases])
    stages = [
        stage
        for name, phase in zip(names, phases, strict=True)
        for stage in phase.stages(name, whole)
    ]
    factor = 1.0 if seconds is None else seconds / sum(stage.seconds for stage in stages)
    return tuple(
        Stage(
            stage.name,
            stage.seconds * factor,
            stage.start if is_open else _users(stage.start),
            stage.end if is_open else _users(stage.end),
            stage.measured,
        )
        for stage in stages
    )


def without_phases(level: float, seconds: float, warm_up: float | None) -> tuple[Stage, ...]:
    """Return the stages of a run without phases: a warm-up, if any, and what is measured.

    Args:
        level: users or requests a second.
        seconds: how long the measured part lasts.
        warm_up: seconds before it; None: a tenth of `seconds`, at most 5 s.
    """
    before = min(seconds / 10, 5.0) if warm_up is None else warm_up
    measured = Stage("constant", seconds, level, level)
    if not before:
        return (measured,)
    return (Stage("warmup", before, level, level, measured=False), measured)


def unique_names(names: Sequence[str]) -> list[str]:
    """Return `names`, with a number behind each one that would appear twice."""
    seen: dict[str, int] = {}
    taken = set(names)
    unique = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        candidate = name
        while seen[name] > 1 and candidate in taken:
            candidate = f"{name}-{seen[name]}"
            seen[name] += candidate in taken
        taken.add(candidate)
        unique.append(candidate)
    return unique


def _at(level: float | str, whole: float) -> float:
    return whole * float(level.rstrip("%")) / 100 if isinstance(level, str) else level


def _users(level: float) -> float:
    return float(max(1, round(level))) if level else 0.0
