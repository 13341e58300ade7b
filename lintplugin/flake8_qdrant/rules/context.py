"""What a rule sees of a file, and how it says what it found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_qdrant.files import below
from flake8_qdrant.finding import Finding, Step, shown_path
from flake8_qdrant.notebook import ENDING, cell_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.facts.source import Source
    from flake8_qdrant.model.effects.blocking_path import Blocking
    from flake8_qdrant.model.effects.sites import Site
    from flake8_qdrant.model.evaluation import Evaluation


@dataclass(frozen=True, slots=True)
class RuleContext:
    """One file with everything that the inference knows of it.

    `display` gives the path under which findings and chains name a file.
    """

    source: Source
    sites: Sequence[Site]
    model: Evaluation
    blocking: Blocking
    display: Callable[[str], str]

    def finding(self, node: Node, code: str, message: str, chain: tuple[Step, ...] = ()) -> Finding:
        """Return a finding at a node."""
        (line, column), (end_line, end_column) = node.place, node.end_place
        return Finding(
            path=self.display(str(self.source.path)),
            line=line,
            column=column,
            end_line=end_line,
            end_column=end_column,
            code=code,
            message=message,
            chain=chain,
        )

    def shown(self, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        """Return the steps of a chain with the paths under which findings name files."""
        return tuple(self._shown(step) for step in steps)

    def links(self, steps: tuple[Step, ...]) -> list[str]:
        """Name the steps of a chain for a message, each with its place from the project's folder.

        A message does not depend on where the command runs.
        """
        root = self.model.project.layout.root
        return [
            f"`{step.function}` ({shown_path(below(one.path, root), step.cell)}:{step.line})"
            for one, step in zip(steps, self.shown(steps), strict=True)
        ]

    def _shown(self, step: Step) -> Step:
        path = self.display(step.path)
        source = self.model.project.source(step.path) if step.path.endswith(ENDING) else None
        if source is None:
            return Step(step.function, path, step.line)
        cell, line = cell_at(source.text, step.line)
        return Step(step.function, path, line, cell)

    def at(self, line: int, column: int, code: str, message: str) -> Finding:
        """Return a finding at a single place."""
        path = self.display(str(self.source.path))
        return Finding(path, line, column, line, column, code, message)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its code and name, what it finds, and its documentation.

    Attributes:
        code: stable for ever once it is released.
        name: for people, in kebab-case.
        since: the version that brought it.
        documentation: the module's docstring; its first line is the summary.
        check: gives the findings of one file.
        advice: off unless it is asked for.
    """

    code: str
    name: str
    since: str
    documentation: str
    check: Callable[[RuleContext], Iterator[Finding]]
    advice: bool = False

    @property
    def summary(self) -> str:
        """The first line of the documentation."""
        return self.documentation.strip().partition("\n")[0].rstrip(".")
