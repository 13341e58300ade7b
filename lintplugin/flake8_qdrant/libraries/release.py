"""How distributions are named and numbered: names, releases, and spans of releases."""

from __future__ import annotations

import re
from dataclasses import dataclass

_RELEASE = re.compile(r"\s*v?(\d+(?:\.\d+)*)")
_BOUND = re.compile(r"\s*(>=|<)\s*v?(\d+(?:\.\d+)*)\s*$")

Release = tuple[int, ...]


def parse_release(text: str) -> Release | None:
    """Read the numbers at the start of a version, or None if there are none.

    Trailing zeros do not count (``1.7`` equals ``1.7.0``), nor does what follows the numbers:
    a pre-release is taken for its release.
    """
    match = _RELEASE.match(text)
    if match is None:
        return None
    numbers = [int(number) for number in match[1].split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def normalized(distribution: str) -> str:
    """Spell a distribution's name as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", distribution).lower()


@dataclass(frozen=True, slots=True)
class Span:
    """The releases from ``since`` (included) to ``until`` (excluded); None is without a bound."""

    since: Release | None = None
    until: Release | None = None

    def __contains__(self, release: object) -> bool:
        if not isinstance(release, tuple):
            return False
        after = self.since is None or release >= self.since
        return after and (self.until is None or release < self.until)

    def __str__(self) -> str:
        since = None if self.since is None else f">={_dotted(self.since)}"
        until = None if self.until is None else f"<{_dotted(self.until)}"
        return ",".join(bound for bound in (since, until) if bound)


def parse_span(text: str) -> Span:
    """Read ``>=1.7.1,<1.11``; either bound may be missing.

    Raises:
        ValueError: for anything else.
    """
    bounds: dict[str, Release | None] = {}
    for part in text.split(",") if text.strip() else ():
        match = _BOUND.match(part)
        if match is None or match[1] in bounds:
            raise ValueError(text)
        bounds[match[1]] = parse_release(match[2])
    span = Span(bounds.get(">="), bounds.get("<"))
    if span.since is not None and span.until is not None and span.since >= span.until:
        raise ValueError(text)
    return span


def _dotted(release: Release) -> str:
    padded = release + (0,) * (2 - len(release))
    return ".".join(map(str, padded))
