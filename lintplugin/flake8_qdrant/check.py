"""The one function behind flake8, the command and the language server."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from flake8_qdrant.facts.source import Problem, own_mistake
from flake8_qdrant.facts.text import plain_lines
from flake8_qdrant.finding import Finding
from flake8_qdrant.model.effects.coroutine_effects import CoroutineEffects
from flake8_qdrant.model.effects.sites import sites
from flake8_qdrant.model.evaluator import Evaluator
from flake8_qdrant.notebook import cell_at
from flake8_qdrant.rules import RULES, uncheckable_file
from flake8_qdrant.rules.context import RuleContext
from flake8_qdrant.suppressions import Suppressions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flake8_qdrant.libraries.loader import Tables
    from flake8_qdrant.model.modules import Project

_STACK: Final = 6_000


class Found(NamedTuple):
    """What was found in a file: what a `# noqa` comment silences apart; and what both rest on."""

    findings: list[Finding]
    silenced: list[Finding]
    read: int


class Checker:
    """Checks files of one project; what is learnt of one file serves the next.

    Args:
        project: the files.
        tables: what is known of the client libraries.
        display: gives the path under which a finding names a file.
    """

    def __init__(self, project: Project, tables: Tables, display: Callable[[str], str]) -> None:
        self.project = project
        self._display = display
        self._model = Evaluator(project, tables)
        self._found: dict[str, Found] = {}
        self._affected: set[str] = set()
        self._effects = CoroutineEffects(self._model)

    def findings(self, path: str) -> list[Finding]:
        """Return the findings in one file, as `check` does; those that still hold are kept."""
        return self.found(path).findings

    def found(self, path: str) -> Found:
        """Return what there is in one file; what still holds is kept."""
        if path not in self._found:
            before = self.project.reads.begin()
            findings, silenced = self._checked(path)
            self._found[path] = Found(findings, silenced, self.project.reads.end(before))
        return self._found[path]

    def update(self, path: str, text: str | None) -> None:
        """Take another text of a file, or, with None, what is on disk.

        Which files matter, and where modules are, must be as before.
        """
        dirty = self.project.update(path, text)
        self._model.forget(dirty.objects)
        stale = {each for each, one in self._found.items() if one.read & dirty.contents} | {path}
        self._found = {one: known for one, known in self._found.items() if one not in stale}
        self._affected |= stale
        self.project.forget_parts(path)

    def affected(self) -> set[str]:
        """Return the files whose findings may have changed since this was asked last."""
        affected, self._affected = self._affected, set()
        return affected

    def check(self, path: str, *, noqa: bool = True) -> list[Finding]:
        """Return the findings in one file, in the order of their places.

        What a `# noqa` comment silences is left out, unless `noqa` is false. A file that does not
        matter has none.
        """
        findings, silenced = self._checked(path)
        return findings if noqa else sorted([*findings, *silenced])

    def _checked(self, path: str) -> tuple[list[Finding], list[Finding]]:
        """Return the findings in one file, and those that are silenced."""
        try:
            with _deep_stack():
                return self._check(path)
        except RecursionError:
            problem = Problem("not checked: it nests too deeply")
        except Exception as error:  # noqa: BLE001 - the findings in other files must not be lost
            problem = own_mistake(error)
        return [self._uncheckable(path, problem)], []

    def _check(self, path: str) -> tuple[list[Finding], list[Finding]]:
        source = self.project.source(path) if self.project.is_checked(path) else None
        if source is None:
            problem = self.project.problems.get(path)
            return [] if problem is None else [self._uncheckable(path, problem)], []
        context = RuleContext(
            source,
            sites(self._model, self._effects, source),
            self._model,
            self._effects.blocking,
            self._display,
        )
        found = sorted(finding for rule in RULES for finding in rule.check(context))
        shown: list[Finding] = []
        silenced: list[Finding] = []
        quiet = Suppressions(source.text) if found else None
        for one in found:
            is_quiet = quiet is not None and quiet.silence(one.code, one.line)
            placed = _in_cell(one, source.text) if source.is_notebook else one
            (silenced if is_quiet else shown).append(placed)
        return shown, silenced

    def holds(self, path: str, text: str) -> bool:
        """Tell whether the project has a file with just this text, line ends aside."""
        return path in self.project.layout.files and self.project.text(path) == plain_lines(text)

    def _uncheckable(self, path: str, problem: Problem) -> Finding:
        message, line, column = problem
        code = uncheckable_file.RULE.code
        return Finding(self._display(path), line, column, line, column, code, message)


def _in_cell(finding: Finding, text: str) -> Finding:
    cell, line = cell_at(text, finding.line)
    end_line = cell_at(text, finding.end_line)[1]
    return replace(finding, cell=cell, line=line, end_line=end_line)


@contextmanager
def _deep_stack() -> Iterator[None]:
    """Make room for questions that lead to questions; the engine itself bounds how deep they go."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _STACK))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
