"""The cases as files: where they are, what they claim, which Python they need."""

from __future__ import annotations

import io
import re
import sys
import tokenize
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

CASES = Path(__file__).resolve().parent.parent / "cases"

_CLAIM = re.compile(r"#\s*error:\s*(?P<codes>QDR\d{3}(?:\s*,\s*QDR\d{3})*)\s*$")
_REQUIRES = re.compile(r"^# requires: (\d+)\.(\d+)$", re.MULTILINE)


class Mark(NamedTuple):
    """One mistake: file (relative to the case's folder), first line of the call, code."""

    file: str
    line: int
    code: str


@dataclass(frozen=True)
class Case:
    """A program of one file, or a folder of several with a ``main.py``.

    Attributes:
        id: Path below ``cases`` without the suffix, such as ``qdr101/local_variable``.
        root: The folder that ``Mark.file`` is relative to.
        entry: The file that holds ``main``.
        files: All source files, the entry among them.
        expected: What the comments claim; empty for a program without a mistake.
        requires: The oldest Python that can run it.
    """

    id: str
    root: Path
    entry: Path
    files: tuple[Path, ...]
    expected: frozenset[Mark]
    requires: tuple[int, int]

    @property
    def runs_here(self) -> bool:
        """Whether the running Python is new enough."""
        return sys.version_info[:2] >= self.requires

    @property
    def rule(self) -> str:
        """The code of the rule in whose folder the case lies, such as ``QDR101``."""
        return self.id.partition("/")[0].upper()


def all_cases(folder: Path = CASES) -> Iterator[Case]:
    """Yield the cases of every rule, in order of their ids."""
    for rule in sorted(path for path in folder.iterdir() if path.is_dir()):
        for path in sorted(rule.iterdir()):
            if path.suffix == ".py" or (path / "main.py").is_file():
                yield read_case(path, folder)


def read_case(path: Path, folder: Path = CASES) -> Case:
    """Read one case.

    Args:
        path: The program's file, or its folder.
        folder: What the id is relative to.

    Raises:
        ValueError: If a comment looks like a claim and is none.
    """
    path = path.resolve()
    single = path.is_file()
    root = path.parent if single else path
    files = (path,) if single else tuple(sorted(path.rglob("*.py")))
    sources = {file: file.read_text(encoding="utf-8") for file in files}
    needed = [
        (int(major), int(minor))
        for source in sources.values()
        for major, minor in _REQUIRES.findall(source)
    ]
    return Case(
        id=path.relative_to(folder.resolve()).with_suffix("").as_posix(),
        root=root,
        entry=path if single else path / "main.py",
        files=files,
        expected=frozenset(
            Mark(file.relative_to(root).as_posix(), line, code)
            for file, source in sources.items()
            for line, code in claims(source, file)
        ),
        requires=max(needed, default=(3, 10)),
    )


def claims(source: str, file: Path | str = "<source>") -> Iterator[tuple[int, str]]:
    """Yield line and code of each claim in the comments of a source text."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type != tokenize.COMMENT or "error:" not in token.string:
            continue
        match = _CLAIM.fullmatch(token.string)
        if match is None:
            raise ValueError(
                f"{file}:{token.start[0]}: {token.string!r} is no claim; "
                "write '# error: QDR101', several codes separated by commas"
            )
        for code in match["codes"].split(","):
            yield token.start[0], code.strip()
