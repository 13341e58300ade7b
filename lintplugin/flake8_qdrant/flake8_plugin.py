"""The door for flake8."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flake8.exceptions import ExecutionError

from flake8_qdrant import __version__
from flake8_qdrant.files import project_root
from flake8_qdrant.sdk.loader import load_tables
from flake8_qdrant.sdk.model import TableError
from flake8_qdrant.session import open_project
from flake8_qdrant.settings import SettingsError, codes_on, read_settings

if TYPE_CHECKING:
    import argparse
    import ast
    from collections.abc import Iterator, Sequence

    from flake8_qdrant.check import Checker
    from flake8_qdrant.settings import Settings


class QdrantPlugin:
    """Checks one file at a time, with the rest of its project in view.

    flake8 applies its own `--select`, `--ignore` and `# noqa`.
    """

    name = "flake8-qdrant"
    version = __version__

    def __init__(self, tree: ast.AST, filename: str, lines: Sequence[str]) -> None:
        """Take what flake8 offers; the tree is asked for because flake8 demands it of a plugin."""
        del tree
        self._filename = filename
        self._lines = lines

    @classmethod
    def parse_options(cls, options: argparse.Namespace) -> None:
        """Refuse bad settings before any file is checked."""
        del options
        try:
            load_tables(_settings().sdk)
        except (SettingsError, TableError) as error:
            raise ExecutionError(str(error)) from error

    def run(self) -> Iterator[tuple[int, int, str, type[Any]]]:
        """Give (line, column, message, class) for each finding; lines from 1, columns from 0."""
        path = os.path.abspath(self._filename)
        text = "".join(self._lines)
        root = project_root(os.path.dirname(path), os.getcwd())
        settings, checker = _project(root)
        if not checker.holds(path, text):
            checker = open_project(root, [path], settings, {path: text})
        on = codes_on(settings.select, settings.extend_select, settings.ignore)
        for finding in checker.check(path):
            if finding.code in on:
                yield (
                    finding.line,
                    finding.column - 1,
                    f"{finding.code} {finding.message}",
                    type(self),
                )


@lru_cache(maxsize=8)
def _project(root: str) -> tuple[Settings, Checker]:
    settings = _settings()
    return settings, open_project(root, (), settings)


@lru_cache(maxsize=1)
def _settings() -> Settings:
    return read_settings(os.getcwd())
