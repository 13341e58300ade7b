"""Durations as people write them: `30s`, `1m30s`, or a number of seconds."""

from __future__ import annotations

import math
import re

_UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_PART = re.compile(r"(\d+(?:\.\d+)?)(us|ms|s|m|h)")

#: What a duration may be, to be put into a sentence.
ALLOWED = 'a duration such as "30s", "1m30s" or a number of seconds'


def parse_duration(value: object) -> float:
    """Return the seconds that `value` stands for.

    Args:
        value: a number of seconds, or numbers with the units us, ms, s, m and h.

    Raises:
        ValueError: it is no duration.
    """
    if isinstance(value, bool):
        raise ValueError(ALLOWED)  # noqa: TRY004 - pydantic turns only this into an error of input
    if isinstance(value, (int, float)):
        if not math.isfinite(value):
            raise ValueError(ALLOWED)
        return float(value)
    text = str(value).replace(" ", "")
    if isinstance(value, str) and re.fullmatch(r"\d+(\.\d+)?", text):
        return float(text)
    parts = list(_PART.finditer(text))
    if not isinstance(value, str) or not parts or "".join(p.group() for p in parts) != text:
        raise ValueError(ALLOWED)
    return sum(float(number) * _UNITS[unit] for number, unit in (p.groups() for p in parts))


def format_duration(seconds: float) -> str:
    """Return `seconds` as `parse_duration` reads it, such as `30s`."""
    return f"{seconds!r}s" if seconds % 1 else f"{seconds:.0f}s"
