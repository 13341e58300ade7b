"""What a probe saw of an event loop: the lines that held it, and for how long.

`locust-qdrant service --profile` and `LoopProbe` write it; its format is a published JSON Schema,
`profile.schema.json`, which the load test ships.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import Any

#: The one version that is read.
FORMAT_VERSION = 1

_KEYS = frozenset(
    {"version", "loop", "python", "seconds", "interval", "late", "lag", "starved", "lines"}
)


class ProfileError(ValueError):
    """A file is no profile, or one of another version; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class HeldLine:
    """A line that held the loop.

    `file` is relative to the project's root, with forward slashes; times are milliseconds.
    """

    file: str
    line: int
    function: str
    samples: int
    milliseconds: float
    longest_milliseconds: float
    library_frame: str
    stack: tuple[str, ...]


def read_profile(path: str) -> list[HeldLine]:
    """Return the lines of the profile in a file.

    Raises:
        ProfileError: it cannot be read, is no profile, is of another version, or has a field that
            is unknown, missing or of the wrong kind.
    """
    try:
        with open(path, encoding="utf-8") as file:
            data = json.load(file)
    except OSError as error:
        raise ProfileError(f"--profile {path}: it cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise ProfileError(f"--profile {path}: it is no JSON ({error})") from error
    try:
        return _lines(data)
    except ProfileError as error:
        raise ProfileError(f"--profile {path}: {error}") from error


def _lines(data: Any) -> list[HeldLine]:  # noqa: ANN401 - whatever JSON holds
    if not isinstance(data, dict) or "version" not in data:
        raise ProfileError("this is no profile: it has no key `version`")
    if data["version"] != FORMAT_VERSION:
        raise ProfileError(
            f"its `version` is {data['version']!r}, and this reads version {FORMAT_VERSION}"
        )
    _refuse(data, _KEYS, "the profile")
    if not isinstance(data["lines"], list):
        raise ProfileError("`lines` has to be a list")
    return [_line(each, f"lines[{number}]") for number, each in enumerate(data["lines"])]


def _line(data: Any, where: str) -> HeldLine:  # noqa: ANN401 - whatever JSON holds
    if not isinstance(data, dict):
        raise ProfileError(f"{where} has to be an object")
    _refuse(data, frozenset(field.name for field in fields(HeldLine)), where)
    kinds: dict[str, type | tuple[type, ...]] = {
        "file": str,
        "line": int,
        "function": str,
        "samples": int,
        "milliseconds": (int, float),
        "longest_milliseconds": (int, float),
        "library_frame": str,
        "stack": list,
    }
    for key, kind in kinds.items():
        if not isinstance(data[key], kind):
            raise ProfileError(f"{where} has a key `{key}` of the wrong kind: {data[key]!r}")
    return HeldLine(**{**data, "stack": tuple(map(str, data["stack"]))})


def _refuse(data: dict[str, Any], known: frozenset[str], where: str) -> None:
    unknown, missing = sorted(data.keys() - known), sorted(known - data.keys())
    if unknown:
        raise ProfileError(
            f"{where} has an unknown key `{unknown[0]}`; allowed are {', '.join(sorted(known))}"
        )
    if missing:
        raise ProfileError(f"{where} has no key `{missing[0]}`")
