"""Which files to look at: the tree below a path, as ruff and git would see it."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pathspec import GitIgnoreSpec

EXCLUDED: Final = frozenset(
    {
        ".bzr", ".direnv", ".eggs", ".flake8_qdrant_cache", ".git", ".git-rewrite", ".hg",
        ".ipynb_checkpoints", ".mypy_cache", ".nox", ".pants.d", ".pyenv", ".pytest_cache",
        ".pytype", ".ruff_cache", ".svn", ".tox", ".venv", ".vscode", "__pycache__",
        "__pypackages__", "_build", "buck-out", "dist", "node_modules", "site-packages", "venv",
    }
)  # fmt: skip
"""Folders that are skipped unless they are named: ruff's defaults, and what holds no source."""
_MARKERS: Final = ("pyproject.toml", "setup.cfg", "setup.py")


class Patterns:
    """Patterns as in a `.gitignore`, for what lies below a folder."""

    def __init__(self, folder: str, lines: Iterable[str]) -> None:
        from pathspec import GitIgnoreSpec  # noqa: PLC0415 - most trees are walked without it

        self._prefix = folder.rstrip("/") + "/"
        self._spec: GitIgnoreSpec = GitIgnoreSpec.from_lines(lines)

    def verdict(self, path: str) -> bool | None:
        """Tell whether a path (a folder's ends in a slash) is left out; None if nothing is said."""
        if not path.startswith(self._prefix) or path == self._prefix:
            return None
        return self._spec.check_file(path[len(self._prefix) :]).include


def python_files(folder: str, excluded: Patterns | None = None) -> Iterator[str]:
    """Give the Python files below a folder without what is excluded or git ignores.

    As in ruff, git's files count inside a repository only; a folder that is named is looked at
    even if it is excluded itself; links to files are followed, links to folders are not.

    Args:
        folder: an absolute path.
        excluded: what to leave out besides the usual folders and what git ignores.
    """
    named = folder.rstrip("/") + "/"
    if excluded is not None and excluded.verdict(named):
        excluded = None
    above, in_repository = _ignores_above(folder)
    waiting = [(folder, [one for one in above if not one.verdict(named)], in_repository)]
    while waiting:
        current, ignores, in_repository = waiting.pop()
        try:
            with os.scandir(current) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError:
            continue
        names = {entry.name for entry in entries}
        in_repository = in_repository or ".git" in names
        if in_repository:
            ignores = [*_ignores_in(current, names), *ignores]
        judges = ignores if excluded is None else [excluded, *ignores]
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in EXCLUDED and not _left_out(f"{entry.path}/", judges):
                    waiting.append((entry.path, ignores, in_repository))
            elif entry.name.endswith((".py", ".pyi")) and not _left_out(entry.path, judges):
                if entry.is_file() or _is_broken(entry):
                    yield entry.path


def _is_broken(entry: os.DirEntry[str]) -> bool:
    """Tell whether an entry is a link that leads nowhere, which is worth a finding."""
    return entry.is_symlink() and not os.path.exists(entry.path)


def _left_out(path: str, judges: list[Patterns]) -> bool:
    """Ask the judges in turn: the first that says anything decides."""
    for judge in judges:
        verdict = judge.verdict(path)
        if verdict is not None:
            return verdict
    return False


def _ignores_in(folder: str, names: set[str]) -> Iterator[Patterns]:
    """Give what git reads in a folder of a repository, the strongest first."""
    if ".gitignore" in names:
        yield from _read_patterns(folder, f"{folder}/.gitignore")
    if ".git" in names:
        yield from _read_patterns(folder, f"{folder}/.git/info/exclude")


def _read_patterns(folder: str, file: str) -> Iterator[Patterns]:
    try:
        with open(file, encoding="utf-8", errors="replace") as stream:
            lines = [line for line in stream.read().splitlines() if line.strip()]
    except OSError:
        return
    if any(not line.startswith("#") for line in lines):
        yield Patterns(folder, lines)


def _ignores_above(folder: str) -> tuple[list[Patterns], bool]:
    """Return what git reads above a folder, the nearest first; whether that is in a repository."""
    above: list[str] = []
    current = folder
    while not os.path.exists(f"{current}/.git"):
        parent = os.path.dirname(current)
        if parent == current:
            return [], False
        current = parent
        above.append(current)
    found = [ignore for one in above for ignore in _ignores_in(one, {".git", ".gitignore"})]
    return found, True


@cache
def project_root(folder: str, working_directory: str) -> str:
    """Return the folder whose files belong together with those of `folder`.

    That is the repository; else the outermost folder that configures a Python project; else the
    working directory, if it holds `folder`; else what holds the outermost package. A folder that is
    skipped by default, such as `site-packages`, is a project of its own.
    """
    configured = package = None
    current = folder
    while True:
        if os.path.basename(current) in EXCLUDED or os.path.exists(f"{current}/.git"):
            return current
        if any(os.path.exists(f"{current}/{marker}") for marker in _MARKERS):
            configured = current
        if os.path.exists(f"{current}/__init__.py") and package in (None, f"{current}"):
            package = os.path.dirname(current)
        parent = os.path.dirname(current)
        if parent == current:
            break
        current = parent
    if configured is not None:
        return configured
    if folder == working_directory or folder.startswith(working_directory.rstrip("/") + "/"):
        return working_directory
    return package or folder
