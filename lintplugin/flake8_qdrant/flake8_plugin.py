"""The door for flake8."""

from __future__ import annotations

import gc
import os
import sys
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

from flake8.exceptions import ExecutionError

from flake8_qdrant import __version__
from flake8_qdrant.discovery import client_names, project_files, what_matters
from flake8_qdrant.files import below, project_root
from flake8_qdrant.model.reachability import import_statements, imports_any
from flake8_qdrant.model.resolver import Resolver
from flake8_qdrant.settings import ADVICE, SettingsError, codes_on, read_settings

if TYPE_CHECKING:
    import argparse
    import ast
    from collections.abc import Iterator, Sequence

    from flake8.options.manager import OptionManager

    from flake8_qdrant.check import Checker
    from flake8_qdrant.finding import Finding
    from flake8_qdrant.settings import Settings


class QdrantPlugin:
    """Checks one file at a time, with the rest of its project in view.

    flake8 applies its own `--select`, `--ignore` and `# noqa`.
    """

    name = "flake8-qdrant"
    version = __version__
    _from_standard_input: ClassVar = False

    def __init__(self, tree: ast.AST, filename: str, lines: Sequence[str]) -> None:
        """Take what flake8 offers; the tree is asked for because flake8 demands it of a plugin."""
        del tree
        self._filename = filename
        self._lines = lines

    @classmethod
    def add_options(cls, manager: OptionManager) -> None:
        """Leave advice off, as flake8 does it: `--extend-select QDR4` turns it on."""
        try:
            settings = _settings()
        except SettingsError:
            return  # parse_options says so
        manager.extend_default_ignore(_advice_off(settings))

    @classmethod
    def parse_options(cls, options: argparse.Namespace) -> None:
        """Refuse bad settings before any file is checked, and get ready for several processes."""
        cls._from_standard_input = "-" in options.filenames
        try:
            client_names(_settings())
        except SettingsError as error:
            raise ExecutionError(str(error)) from error
        if sys.platform.startswith("linux") and (options.jobs.is_auto or options.jobs.n_jobs > 1):
            _share(options.filenames)

    def run(self) -> Iterator[tuple[int, int, str, type[Any]]]:
        """Give (line, column, message, class) for each finding; lines from 1, columns from 0."""
        path = os.path.abspath(self._filename)
        project = _project(project_root(os.path.dirname(path), os.getcwd()))
        text = "".join(self._lines) if self._from_standard_input else None
        for finding in project.check(path, text):
            if finding.code in _codes():
                message = f"{finding.code} {finding.message}"
                yield finding.line, finding.column - 1, message, type(self)


class _Project:
    """A project as it was found when the first of its files was checked."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._clients = client_names(_settings())
        self._files = project_files(root, _settings())
        self._listed = frozenset(self._files)
        self.matters = what_matters(root, self._files, self._clients)

    @cached_property
    def checker(self) -> Checker:
        """The engine, made when a file that matters is met."""
        from flake8_qdrant.project import open_checker  # noqa: PLC0415 - most files need none

        working_directory = os.getcwd()
        return open_checker(
            self._root,
            self._files,
            self.matters,
            _settings(),
            lambda path: below(path, working_directory),
        )

    @cached_property
    def _layout(self) -> Resolver:
        return Resolver(self._root, self._files, self._clients)

    def check(self, path: str, text: str | None) -> list[Finding]:
        """Return the findings in a file that is on disk, or has another text."""
        if text is None and path in self._listed:
            return self.checker.check(path, noqa=False) if path in self.matters else []
        if text is None:
            with open(path, "rb") as stream:
                data = stream.read()
        else:
            data = text.encode("utf-8", "replace")
        if path not in self.matters and not self._is_tied(path, data):
            return []
        from flake8_qdrant.project import open_project  # noqa: PLC0415 - few files need this

        texts = {} if text is None else {path: text}
        return open_project(self._root, [path], _settings(), texts).check(path, noqa=False)

    def _is_tied(self, path: str, data: bytes) -> bool:
        """Tell whether a file that the project does not list imports what matters."""
        statements = import_statements(data)
        return imports_any(statements, path, self._layout, self._clients, self.matters)


def _advice_off(settings: Settings) -> list[str]:
    """Return the codes, or the beginning of the codes, of the advice that is not asked for."""
    if not (settings.select or settings.extend_select or settings.ignore):
        return list(ADVICE)
    on = codes_on(settings.select, settings.extend_select, settings.ignore)
    everything = codes_on((), (), (), advice=True)
    return sorted(everything - codes_on((), (), ()) - on)


def _share(paths: Sequence[str]) -> None:
    """Find and parse what matters before flake8 forks, so that its processes share it."""
    for path in paths or (".",):
        folder = os.path.abspath(path)
        if not os.path.isdir(folder):
            continue
        project = _project(project_root(folder, os.getcwd()))
        if project.matters:
            for _ in project.checker.project.sources():
                pass
    gc.freeze()


@cache
def _project(root: str) -> _Project:
    return _Project(root)


@lru_cache(maxsize=1)
def _settings() -> Settings:
    return read_settings(os.getcwd())


@lru_cache(maxsize=1)
def _codes() -> frozenset[str]:
    settings = _settings()
    return codes_on(settings.select, settings.extend_select, settings.ignore, advice=True)
