"""What the server asks about a project: the one module that knows how findings come about."""

from __future__ import annotations

import gc
import os
from typing import TYPE_CHECKING, Protocol

from flake8_qdrant.cache import FOLDER
from flake8_qdrant.discovery import client_names, excluded_by, project_files, read, what_matters
from flake8_qdrant.facts.source import Problem, syntax_error
from flake8_qdrant.facts.text import UncheckableError, plain_lines, python_text, require_parsable
from flake8_qdrant.facts_store import FactsStore
from flake8_qdrant.files import EXCLUDED, below
from flake8_qdrant.model.reachability import ties
from flake8_qdrant.notebook import cell_at, cells_program
from flake8_qdrant.project import open_checker
from flake8_qdrant.runner import entry_that_holds
from flake8_qdrant.settings import codes_on

if TYPE_CHECKING:
    from collections.abc import Hashable, Set

    from flake8_qdrant.check import Checker
    from flake8_qdrant.facts.source import Source
    from flake8_qdrant.finding import Finding
    from flake8_qdrant.settings import Settings

    _Stamp = tuple[int, int]


class Model(Protocol):
    """A project, with buffers over its files, and the findings in them. For one thread."""

    def update(self, path: str, text: str | None) -> None:
        """Take a file's text from an editor, or, with None, what is on disk: perhaps nothing."""

    def affected(self) -> Set[str]:
        """Return the files whose findings may have changed since this was asked last."""

    def matters(self, path: str) -> bool:
        """Tell whether a file has to do with a client, so that it may have findings."""

    def findings(self, path: str) -> list[Finding]:
        """Return a file's findings; they name files by absolute paths."""

    def prepare(self) -> None:
        """Read what answers so far did not need, and the next change will: nobody waits now."""

    def changed_on_disk(self) -> Set[str]:
        """Return the files that were written, made or removed since this was asked last."""


class CheckerModel:
    """A model over a checker that stays, and is told of changes.

    Where a change could mean that other files matter, or that modules are elsewhere, both are found
    anew; only if they are others, everything is inferred anew from what has been parsed.

    Args:
        root: the project's folder, absolute.
        settings: what the user wants.

    Raises:
        SettingsError: a table of the user says something that has no meaning.
    """

    def __init__(self, root: str, settings: Settings) -> None:
        self._root = root
        self._settings = settings
        self._clients = client_names(settings)
        self._codes = codes_on(settings.select, settings.extend_select, settings.ignore)
        self._store = FactsStore(os.path.join(root, FOLDER), root)
        self._texts: dict[str, str] = {}
        self._files: list[str] = []
        self._is_listed = False
        """Whether `_files` and `_matters` are those of all changes so far."""
        self._matters: frozenset[str] = frozenset()
        self._known: dict[str, list[Finding]] = {}
        """The findings that an earlier run left, as long as nothing has changed."""
        self._told = ""
        """The last file whose findings were known."""
        self._checker: Checker | None = None
        self._is_new = True
        self._shown: frozenset[str] = frozenset()
        self._waiting: dict[str, str | None] = {}
        """Changes that the checker has not been told of."""
        self._is_read = False
        self._stamps = self._stamped()

    def update(self, path: str, text: str | None) -> None:
        """Take a file's text from an editor, or, with None, what is on disk: perhaps nothing."""
        before = self._held(path)
        after = text_on_disk(path) if text is None else text
        if text is None:
            self._texts.pop(path, None)
        else:
            self._texts[path] = text
        if before is not None and after is not None and plain_lines(before) == plain_lines(after):
            return
        self._waiting[path] = text
        self._known.clear()
        if before is None or after is None or _ties(before) != _ties(after):
            self._is_listed = False

    def affected(self) -> Set[str]:
        """Return the files whose findings may have changed since this was asked last."""
        before = self._shown
        checker = self._open()
        self._shown = self._matters
        if self._is_new:
            self._is_new = False
            return before | self._matters
        return checker.affected()

    def matters(self, path: str) -> bool:
        """Tell whether a file has to do with a client, so that it may have findings."""
        self._open()
        return path in self._matters

    def findings(self, path: str) -> list[Finding]:
        """Return a file's findings; they name files by absolute paths."""
        checker = self._open()
        if path not in self._matters:
            return []
        if path in self._known:
            self._told, found = path, self._known[path]
        elif self._is_read:
            found = checker.findings(path)
        else:
            found = self._first_findings(checker, path)
        return [one for one in found if one.code in self._codes]

    def prepare(self) -> None:
        """Read what answers so far did not need, and the next change will: nobody waits now."""
        if self._told and not self._is_read:
            self._first_findings(self._open(), self._told)

    def _first_findings(self, checker: Checker, path: str) -> list[Finding]:
        """Return a file's findings, for which much is read that stays: no garbage to look for."""
        gc.disable()
        try:
            return checker.findings(path)
        finally:
            gc.enable()
            gc.collect()
            gc.freeze()
            self._is_read = True

    def changed_on_disk(self) -> Set[str]:
        """Return the files that were written, made or removed since this was asked last."""
        before, self._stamps = self._stamps, self._stamped()
        return {path for path, _ in before.items() ^ self._stamps.items()}

    def _open(self) -> Checker:
        """Return the checker with all changes taken in."""
        parsed: dict[str, Source] = {} if self._checker is None else self._checker.project.parsed
        if not self._is_listed:
            self._list()
        if self._checker is not None:
            for path, text in self._waiting.items():
                self._checker.update(path, text)
        else:
            gc.unfreeze()  # what the checker before has learnt is garbage now
            self._is_new, self._is_read = True, False
            self._checker = open_checker(
                self._root,
                self._files,
                self._matters,
                self._settings,
                lambda path: path,
                self._texts,
                {path: one for path, one in parsed.items() if path not in self._waiting},
                self._store.table,
            )
        self._waiting.clear()
        return self._checker

    def _list(self) -> None:
        """Find the files, and which of them matter; the checker goes if either has changed."""
        unsaved = [path for path in self._texts if self._is_unlisted(path)]
        files = project_files(self._root, self._settings, unsaved)
        earlier = None
        if not self._files and not self._waiting:
            earlier = entry_that_holds(self._root, files, self._settings)
        if earlier is None:
            matters = what_matters(self._root, files, self._clients, self._texts)
        else:
            matters = frozenset(map(self._absolute, earlier.matters))
            self._known = {
                self._absolute(path): [one.with_paths(self._absolute) for one in found]
                for path, found in earlier.findings.items()
            }
        if (files, matters) != (self._files, self._matters):
            self._files, self._matters, self._checker = files, matters, None
        self._is_listed = True

    def _absolute(self, path: str) -> str:
        return os.path.join(self._root, path)

    def _held(self, path: str) -> str | None:
        """Return the text that answers rest on, as far as it is known."""
        if path in self._texts:
            return self._texts[path]
        if path in self._waiting:
            return text_on_disk(path)
        parsed = {} if self._checker is None else self._checker.project.parsed
        if path in parsed:
            return parsed[path].text
        return text_on_disk(path) if _stamp(path) == self._stamps.get(path) else None

    def _is_unlisted(self, path: str) -> bool:
        """Tell whether a text belongs to the project although no walk of its folder can find it."""
        if os.path.exists(path) and path.endswith((".py", ".pyi", ".ipynb")):
            return False
        inside = below(path, self._root).split("/")
        excluded = excluded_by(self._settings)
        return EXCLUDED.isdisjoint(inside) and not (excluded and excluded.verdict(path))

    def _stamped(self) -> dict[str, _Stamp]:
        files = project_files(self._root, self._settings)
        return {path: stamp for path in files if (stamp := _stamp(path)) is not None}


def problem_of(text: str) -> Problem | None:
    """Tell why a text does not parse."""
    try:
        require_parsable(text)
    except UncheckableError as error:
        return Problem(str(error), error.line)
    problem = syntax_error(text)
    return problem and problem._replace(message=f"syntax error: {problem.message}")


def problem_of_cell(text: str) -> Problem | None:
    """Tell why a notebook's cell does not parse."""
    whole = cells_program([text])
    problem = problem_of(whole)
    return None if problem is None else problem._replace(line=cell_at(whole, problem.line)[1])


def _ties(text: str) -> Hashable:
    return ties(text.encode("utf-8", "replace"))


def _stamp(path: str) -> _Stamp | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def text_on_disk(path: str) -> str | None:
    """Return the text of a file, a notebook's as a program; None if it has none."""
    try:
        return python_text(path, read(path))
    except (OSError, UncheckableError):
        return None
