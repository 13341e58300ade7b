"""The door for flake8."""

from __future__ import annotations

import gc
import os
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

from flake8.exceptions import ExecutionError

from flake8_qdrant import __version__
from flake8_qdrant.discovery import client_names, excluded_by, project_files, what_matters
from flake8_qdrant.files import Trees, below, project_root
from flake8_qdrant.model.reachability import import_statements, imports_any
from flake8_qdrant.model.resolver import Resolver
from flake8_qdrant.runner import Means, check_files, default_jobs
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
    _found: ClassVar[dict[str, list[Finding]]] = {}
    """What was found ahead, by file."""

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
        """Refuse bad settings, and find what there is before flake8 forks, once for all."""
        cls._from_standard_input = "-" in options.filenames
        try:
            client_names(_settings())
        except SettingsError as error:
            raise ExecutionError(str(error)) from error
        jobs = default_jobs() if options.jobs.is_auto else options.jobs.n_jobs
        cls._found = {} if cls._from_standard_input else _find_ahead(options.filenames, jobs)

    def run(self) -> Iterator[tuple[int, int, str, type[Any]]]:
        """Give (line, column, message, class) for each finding; lines from 1, columns from 0."""
        path = os.path.abspath(self._filename)
        for finding in self._found[path] if path in self._found else self._checked(path):
            if finding.code in _codes():
                message = f"{finding.code} {finding.message}"
                yield finding.line, finding.column - 1, message, type(self)

    def _checked(self, path: str) -> list[Finding]:
        project = _project(project_root(os.path.dirname(path), os.getcwd()))
        text = "".join(self._lines) if self._from_standard_input else None
        return project.check(path, text)


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


def _find_ahead(paths: Sequence[str], jobs: int) -> dict[str, list[Finding]]:
    """Return what there is in files and folders, as far as projects list them, with the cache."""
    settings, working_directory = _settings(), os.getcwd()
    trees = Trees(excluded_by(settings))
    wanted: set[str] = set()
    for path in map(os.path.abspath, paths or (".",)):
        if os.path.isdir(path):
            wanted.update(trees.below(path))
        else:
            root = project_root(os.path.dirname(path), working_directory)
            wanted.update({path}.intersection(trees.of_project(root)))
    means = Means(jobs, silenced=True)
    found: dict[str, list[Finding]] = {path: [] for path in wanted}
    for finding in check_files(set(), wanted, settings, means, trees, lambda _: None):
        path = os.path.normpath(os.path.join(working_directory, finding.path))
        found.setdefault(path, []).append(finding)
    gc.freeze()  # a collection in a process that flake8 forks would copy every page
    return found


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
