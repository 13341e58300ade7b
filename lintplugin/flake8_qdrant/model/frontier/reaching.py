"""The files of a project that a client's value can reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_qdrant.facts.scopes import ScopeKind
from flake8_qdrant.model.frontier.growth import Frontier
from flake8_qdrant.model.frontier.named_imports import NamedImports
from flake8_qdrant.model.frontier.outflow import Outflow, outflow
from flake8_qdrant.model.frontier.seeds import starts_loops
from flake8_qdrant.model.reachability import import_statements, naming
from flake8_qdrant.model.types.classes import base_expressions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
    imports = NamedImports(statements, project.layout)
    news = {path for path in imports.imported() - statements.keys() if path.endswith(".py")}
    while news:  # a helper that starts a loop may have nothing to do with any client itself
        for path in sorted(news):
            statements[path] = import_statements(project.code(path))
            imports.add(path, statements[path])
        news = {path for path in imports.imported() - statements.keys() if path.endswith(".py")}
    seeds |= {path for path in statements if tells(path, project.code(path))}

    def look(path: str) -> Outflow:
        source = project.source(path)
        return Outflow() if source is None else outflow(ask, source)

    frontier = Frontier(
        imports,
        statements,
        project.code,
        look,
        lambda: _protocols(ask, statements),
    )
    return frozenset(path for path in frontier.grow(seeds) if project.matters(path))


def _protocols(ask: Evaluation, paths: Iterable[str]) -> Iterator[tuple[str, frozenset[str]]]:
    for path in paths:
        source = ask.project.source(path) if b"Protocol" in ask.project.code(path) else None
        for cls in source.scopes if source is not None else ():
            methods = {one.name for one in cls.children if one.kind is ScopeKind.FUNCTION}
            if methods and any("Protocol" in base.text for base in base_expressions(cls)):
                yield path, frozenset(methods)
