"""What a probe saw, as data with a published schema: `profile.schema.json` beside this module."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

T = TypeVar("T")

#: Raised whenever a field changes its meaning, comes or goes.
FORMAT_VERSION = 1

_NUMBERS = (int, float)


class ProfileError(ValueError):
    """A text is no profile, or one of another version; the message is one sentence."""


@dataclass(frozen=True)
class LoopLagFigures:
    """How late the loop was; in milliseconds, and in shares of the time from 0 to 1.

    Attributes:
        ticks: number of samples.
        p50: half of the time, a callback that is due waits no longer than this.
        p99: 99 % of the time, no longer than this.
        max: the longest wait.
        over_10: share of the time in which it waits longer than 10 ms.
        over_50: longer than 50 ms.
        over_100: longer than 100 ms.
    """

    ticks: int
    p50: float
    p99: float
    max: float
    over_10: float
    over_50: float
    over_100: float


@dataclass(frozen=True)
class HeldLine:
    """A line that held the loop.

    Attributes:
        file: relative to the project's root; of a library where no line of the project was running.
        line: number of the line, from 1.
        function: the function that it stands in.
        samples: how often the loop was seen held by it.
        milliseconds: for how long altogether.
        longest_milliseconds: for how long at a stretch.
        library_frame: the line of a library that it called, in words; empty if there is none.
        stack: the stack that was seen for the longest time, outermost line first.
    """

    file: str
    line: int
    function: str
    samples: int
    milliseconds: float
    longest_milliseconds: float
    library_frame: str
    stack: tuple[str, ...]


@dataclass(frozen=True)
class Profile:
    """What a probe saw.

    Attributes:
        loop: class of the event loop, such as `uvloop.Loop`.
        python: version of Python.
        seconds: for how long the probe has looked.
        interval: milliseconds between two looks.
        late: how far behind the loop had to be, in milliseconds, to be looked at.
        lag: how late the loop was.
        starved: milliseconds in which the loop's thread was ready and got no processor, which is no
            line's fault; zero where the operating system does not tell (it does on Linux).
        lines: the lines that held the loop, that with the longest time first.
        version: of this format.
    """

    loop: str
    python: str
    seconds: float
    interval: float
    late: float
    lag: LoopLagFigures
    starved: float
    lines: tuple[HeldLine, ...]
    version: int = FORMAT_VERSION

    def to_json(self) -> str:
        """Return it as JSON."""
        return json.dumps(asdict(self), indent=2) + "\n"

    def write(self, path: Path) -> None:
        """Write it to a file."""
        path.write_text(self.to_json(), encoding="utf-8")

    @classmethod
    def from_json(cls, text: str) -> Profile:
        """Return the profile that `text` holds.

        Raises:
            ProfileError: it is none, is of another version, or has unknown or missing fields.
        """
        try:
            data = json.loads(text)
        except ValueError as error:
            raise ProfileError(f"a profile is JSON, and this is not ({error})") from error
        return cls.from_data(data)

    @classmethod
    def from_data(cls, data: object) -> Profile:
        """Return the profile that parsed JSON holds.

        Raises:
            ProfileError: it is none, is of another version, or has unknown or missing fields.
        """
        if not isinstance(data, dict) or "version" not in data:
            raise ProfileError("this is no profile: it has no `version`")
        if data["version"] != FORMAT_VERSION:
            raise ProfileError(
                f"the profile has version {data['version']!r}, and this reads version "
                f"{FORMAT_VERSION}: use the locust-qdrant that wrote it"
            )
        lines = data.get("lines")
        if not isinstance(lines, list):
            raise ProfileError("`lines` has to be a list")
        parts = {
            "lag": _made(LoopLagFigures, data.get("lag"), "lag"),
            "lines": tuple(
                _made(HeldLine, line, f"lines[{number}]") for number, line in enumerate(lines)
            ),
        }
        return _made(cls, {**data, **parts}, "the profile")


def _made(kind: type[T], data: object, where: str) -> T:
    """Return `data` as a `kind`, its fields checked by their annotations."""
    if not isinstance(data, dict):
        raise ProfileError(f"{where} has to be an object")
    types = {field.name: str(field.type) for field in fields(kind)}  # type: ignore[arg-type]
    unknown, missing = sorted(data.keys() - types.keys()), sorted(types.keys() - data.keys())
    if unknown:
        raise ProfileError(f"{where} has an unknown field {unknown[0]!r}")
    if missing:
        raise ProfileError(f"{where} has no field {missing[0]!r}")
    return kind(**{name: _checked(data, name, types[name], where) for name in types})


def _checked(data: Mapping[str, Any], name: str, kind: str, where: str) -> object:
    value = data[name]
    fits = {
        "int": isinstance(value, int) and not isinstance(value, bool),
        "float": isinstance(value, _NUMBERS) and not isinstance(value, bool),
        "str": isinstance(value, str),
        "tuple[str, ...]": isinstance(value, list | tuple)
        and all(isinstance(each, str) for each in value),
    }
    if not fits.get(kind, True):
        raise ProfileError(f"{where} has a field {name!r} that is no {kind}")
    return tuple(value) if kind == "tuple[str, ...]" else value
