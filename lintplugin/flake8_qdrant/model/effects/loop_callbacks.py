"""Plain functions that a framework calls on the thread of its event loop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flake8_qdrant.facts.arguments import keyword
from flake8_qdrant.facts.scopes import Scope, ScopeKind
from flake8_qdrant.model.values import External, ExternalInstance, Sdk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.facts.source import Source
    from flake8_qdrant.model.evaluation import Evaluation

_VERBS: Final = frozenset(("delete", "get", "head", "options", "patch", "post", "put", "route"))
_CALLED_ON_LOOP: Final = {
    ("mcp", "FastMCP"): frozenset(("prompt", "resource", "tool")),
    ("sanic", "Blueprint"): _VERBS,
    ("sanic", "Sanic"): _VERBS,
}
"""Methods whose decorator registers a plain function that is called as it is, by package and class.

The MCP SDK's own class does so in all of 1.x. The package `fastmcp` hands plain functions to a
thread since 3.0, so of that nothing is told.
"""
_LITESTAR: Final = ("litestar", "sync_to_thread")
"""A package whose plain handlers stay on the loop where an argument says so."""


def is_called_on_loop(ask: Evaluation, scope: Scope) -> bool:
    """Tell whether a framework certainly calls a plain function on its loop's thread."""
    frame = scope.frame()
    if frame.kind is not ScopeKind.FUNCTION or frame.is_async or frame.is_generator:
        return False
    return any(_keeps_on_loop(ask, frame.source, one) for one in frame.decorators)


def _keeps_on_loop(ask: Evaluation, source: Source, decorator: Node) -> bool:
    named = decorator.field("function") if decorator.kind == "call" else decorator
    if named is None:
        return False
    package, argument = _LITESTAR
    if decorator.kind == "call" and any(
        isinstance(one, External) and one.name.partition(".")[0] == package
        for one in ask.type_of(source, named)
    ):
        told = keyword(decorator, argument)
        return told is not None and told.kind == "false"
    owner, method = named.field("object"), named.field("attribute")
    if owner is None or method is None or named.kind != "attribute":
        return False
    return any(method.text in _CALLED_ON_LOOP.get(key, ()) for key in _keys(ask, source, owner))


def _keys(ask: Evaluation, source: Source, node: Node) -> Iterator[tuple[str, str]]:
    for value in ask.type_of(source, node):
        if isinstance(value, (ExternalInstance, Sdk)):
            name = value.name if isinstance(value, ExternalInstance) else value.cls.name
            yield name.partition(".")[0], name.rpartition(".")[2]
