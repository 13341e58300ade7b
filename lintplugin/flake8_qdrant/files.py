"""Which files to look at: the tree below a path, as ruff and git would see it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    import re
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

    def verdict_on_entry(self, path: str) -> bool | None:
        """Tell the same of an entry of a folder that is not left out itself.

        What was said of the folder says nothing of its entries: below `!made`, `made/a.py` may
        still be left out by `a.py` in a folder above.
        """
        if not path.startswith(self._prefix) or path == self._prefix:
            return None
        below = path[len(self._prefix) :]
        for pattern in reversed(self._spec.patterns):
            matched = pattern.match_file(below) if pattern.include is not None else None
            if matched and not _matches_folder_above(matched.match, below):
                return pattern.include
        return None


def _matches_folder_above(match: re.Match[str], path: str) -> bool:
    """Tell whether a pattern means a folder above a path; pathspec marks that folder's slash."""
    return "ps_d" in match.re.groupindex and -1 < match.end("ps_d") < len(path)


class Trees:
    """The Python files below folders, each folder walked once.

    Args:
        excluded: what to leave out besides the usual folders and what git ignores.
    """

    def __init__(self, excluded: Patterns | None = None) -> None:
        self._excluded = excluded
        self._walked: dict[str, list[str]] = {}

    def below(self, folder: str) -> list[str]:
        """Return the files below a folder, an absolute path."""
        if folder not in self._walked:
            self._walked[folder] = list(python_files(folder, self._excluded))
        return self._walked[folder]

    def of_project(self, root: str) -> list[str]:
        """Return the files of a project: those below its folder.

        A home that is no project is not walked unless somebody named it: only the files that
        lie in it itself belong together.
        """
        if root in self._walked or is_project(root) or not _holds_home(root):
            return self.below(root)
        return list(python_files(root, self._excluded, deep=False))


def python_files(
    folder: str, excluded: Patterns | None = None, *, deep: bool = True
) -> Iterator[str]:
    """Give the Python files below a folder without what is excluded or git ignores.

    As in ruff, git's files count inside a repository only; a folder that is named is looked at
    even if it is excluded itself; links to files are followed, links to folders are not.

    Args:
        folder: an absolute path.
        excluded: what to leave out besides the usual folders and what git ignores.
        deep: whether to go into the folders below.
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
                if deep and entry.name not in EXCLUDED and not _left_out(f"{entry.path}/", judges):
                    waiting.append((entry.path, ignores, in_repository))
            elif _is_python(entry) and not _left_out(entry.path, judges):
                yield entry.path


def _is_python(entry: os.DirEntry[str]) -> bool:
    """Tell whether an entry is a Python file, or a link that leads nowhere: that is reported."""
    if not entry.name.endswith((".py", ".pyi", ".ipynb")):
        return False
    try:
        return entry.is_file() or (entry.is_symlink() and not os.path.exists(entry.path))
    except OSError:  # links that lead round in a circle
        return True


def _left_out(path: str, judges: list[Patterns]) -> bool:
    """Ask the judges in turn: the first that says anything decides."""
    for judge in judges:
        verdict = judge.verdict_on_entry(path)
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


def project_root(folder: str, working_directory: str) -> str:
    """Return the folder whose files belong together with those of `folder`.

    That is the repository (a home is none, though its dot files may be kept in one); else the
    outermost folder that configures a Python project; else the working directory, if it holds
    `folder` and is no one's home; else what holds the outermost package. A folder that is skipped
    by default, such as `site-packages`, is a project of its own.
    """
    standing = _standing(folder)
    if standing.project is not None:
        return standing.project
    inside = folder == working_directory or folder.startswith(working_directory + "/")
    if inside and not _holds_home(working_directory):
        return working_directory
    return standing.above_package or folder


def forget_roots() -> None:
    """Look at folders anew: in a process that lives long, what makes a project comes and goes."""
    _standings.clear()


def is_project(folder: str) -> bool:
    """Tell whether a folder says itself that its files belong together."""
    return _standing(folder).project == folder


def _holds_home(folder: str) -> bool:
    """Tell whether a folder is the user's home, or one that holds it."""
    home = os.path.expanduser("~")
    return folder in ("/", home) or home.startswith(folder + "/")


class _Standing(NamedTuple):
    """What a folder is, and what its parents make of it."""

    project: str | None = None
    above_package: str | None = None
    is_package: bool = False


_standings: dict[str, _Standing] = {}


def _standing(folder: str) -> _Standing:
    """Look at a folder and those above it, each folder once in the life of the process."""
    known = _standings.get(folder)
    if known is not None:
        return known
    below_known = []
    while folder not in _standings and os.path.dirname(folder) != folder:
        below_known.append(folder)
        folder = os.path.dirname(folder)
    standing = _standings.get(folder, _Standing())
    for current in reversed(below_known):
        standing = _standings[current] = _looked_at(current, standing)
    return standing


def _looked_at(folder: str, parent: _Standing) -> _Standing:
    is_package = os.path.exists(f"{folder}/__init__.py")
    above_package = parent.above_package
    if is_package and not parent.is_package:
        above_package = os.path.dirname(folder)
    is_repository = os.path.exists(f"{folder}/.git") and not _holds_home(folder)
    if os.path.basename(folder) in EXCLUDED or is_repository:
        return _Standing(folder, above_package, is_package)
    project = parent.project
    if project is None and any(os.path.exists(f"{folder}/{marker}") for marker in _MARKERS):
        project = folder
    return _Standing(project, above_package, is_package)


def below(path: str, folder: str) -> str:
    """Return a path from a folder if it lies below that, else as it is."""
    return path.removeprefix(folder.rstrip("/") + "/")
