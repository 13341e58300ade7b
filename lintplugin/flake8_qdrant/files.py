"""Which files to look at: the tree below a path, as ruff and git would see it."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pathspec import GitIgnoreSpec

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

EXCLUDED: Final = frozenset(
    {
        ".bzr", ".direnv", ".eggs", ".git", ".hg", ".ipynb_checkpoints", ".mypy_cache", ".nox",
        ".pants.d", ".pyenv", ".pytest_cache", ".pytype", ".ruff_cache", ".svn", ".tox", ".venv",
        ".vscode", "__pycache__", "__pypackages__", "_build", "buck-out", "build", "dist",
        "node_modules", "site-packages", "venv",
    }
)  # fmt: skip
"""Folders that are skipped unless they are named: ruff's defaults."""
_MARKERS: Final = ("pyproject.toml", "setup.cfg", "setup.py")


def python_files(folder: str, excluded: Sequence[str] = ()) -> Iterator[str]:
    """Give the Python files below a folder, sorted, without what is excluded or git ignores.

    Args:
        folder: an absolute path.
        excluded: patterns as in a `.gitignore` at the working directory, besides the usual folders.
    """
    own = GitIgnoreSpec.from_lines(excluded) if excluded else None
    yield from _walk(folder, _ignores_above(folder), own)


def _walk(
    folder: str, ignores: list[tuple[str, GitIgnoreSpec]], own: GitIgnoreSpec | None
) -> Iterator[str]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    spec = _read_ignore(folder) if any(entry.name == ".gitignore" for entry in entries) else None
    if spec is not None:
        ignores = [(folder, spec), *ignores]
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if entry.name not in EXCLUDED and not _skipped(f"{entry.path}/", ignores, own):
                yield from _walk(entry.path, ignores, own)
        elif entry.name.endswith((".py", ".pyi")) and not _skipped(entry.path, ignores, own):
            yield entry.path


def _skipped(
    path: str, ignores: list[tuple[str, GitIgnoreSpec]], own: GitIgnoreSpec | None
) -> bool:
    if own is not None and own.match_file(_below(path, os.getcwd())):
        return True
    for folder, spec in ignores:
        verdict = spec.check_file(_below(path, folder)).include
        if verdict is not None:
            return verdict
    return False


def _below(path: str, folder: str) -> str:
    prefix = folder.rstrip("/") + "/"
    return path[len(prefix) :] if path.startswith(prefix) else path.lstrip("/")


def _read_ignore(folder: str) -> GitIgnoreSpec | None:
    try:
        text = Path(folder, ".gitignore").read_text("utf-8", "replace")
    except OSError:
        return None
    return GitIgnoreSpec.from_lines(text.splitlines())


def _ignores_above(folder: str) -> list[tuple[str, GitIgnoreSpec]]:
    """Return the `.gitignore` files from a folder up to the top of its repository."""
    found: list[tuple[str, GitIgnoreSpec]] = []
    current = folder
    while not os.path.isdir(f"{current}/.git"):
        parent = os.path.dirname(current)
        if parent == current:
            return []
        current = parent
        spec = _read_ignore(current)
        if spec is not None:
            found.append((current, spec))
    return found


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
