"""The `# noqa` comments of a file, with flake8's meaning."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_LINE = re.compile(r"# noqa(?::\s?(?P<codes>(?:[A-Z]+[0-9]+(?:[,\s]+)?)+))?", re.IGNORECASE)
_WHOLE_FILE = re.compile(r"^\s*# flake8[:=]\s*noqa\s*$", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Suppressions:
    """Which code prefixes are silenced on which line, the empty prefix standing for every code."""

    lines: Mapping[int, tuple[str, ...]]
    whole_file: bool

    @classmethod
    def read(cls, text: str) -> Suppressions:
        """Find the comments in a file's text."""
        if "noqa" not in text.lower():
            return cls({}, whole_file=False)
        lines = {}
        for number, line in enumerate(text.splitlines(), start=1):
            match = _LINE.search(line)
            if match is not None:
                codes = re.split(r"[,\s]+", (match["codes"] or "").strip().upper())
                lines[number] = tuple(codes)
        return cls(lines, whole_file=_WHOLE_FILE.search(text) is not None)

    def silence(self, code: str, lines: range) -> bool:
        """Tell whether a code is silenced on any of the lines, or in the whole file."""
        if self.whole_file:
            return True
        return any(code.startswith(one) for line in lines for one in self.lines.get(line, ()))
