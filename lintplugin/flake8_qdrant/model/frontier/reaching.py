"""The files of a project that a client's value can reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_qdrant.facts.scopes import ScopeKind
from flake8_qdrant.model.frontier.growth import Frontier
from flake8_qdrant.model.frontier.named_imports import NamedImports
from flake8_qdrant.model.frontier.outflow import Outflow, outflow
from flake8_qdrant.model.frontier.seeds import starts_loops
from flake8_qdrant.model.reachability import naming

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_qdrant.model.evaluation import Evaluation


def reached(ask: Evaluation) -> frozenset[str]:
    """Return the files that can have a finding, of those that matter.

    It does not depend on which files are asked about. What is left out would have none: no client,
    no call or coroutine of one arrives there, and no event loop is started in a function.
    """
    project = ask.project
    statements = project.statements()
    clients = frozenset(name.decode() for name in ask.tables.names())
    tells = starts_loops(ask.tables.runners())
    seeds = naming(statements, clients)
    if not seeds:
        return frozenset()
    seeds |= {path for path in statements if tells(path, project.code(path))}

    def look(path: str) -> Outflow:
        source = project.source(path)
        return Outflow() if source is None else outflow(ask, source)

    frontier = Frontier(
        NamedImports(statements, project.layout),
        statements,
        project.code,
        look,
        lambda: _protocols(ask),
    )
    return frozenset(frontier.grow(seeds))


def _protocols(ask: Evaluation) -> Iterator[tuple[str, frozenset[str]]]:
    for cls in ask.project.classes_deriving("Protocol"):
        methods = {one.name for one in cls.children if one.kind is ScopeKind.FUNCTION}
        if methods:
            yield cls.source.name, frozenset(methods)
