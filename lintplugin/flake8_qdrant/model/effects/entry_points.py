"""By what name the world outside calls a function: `route GET /articles`, `tool search`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flake8_qdrant.facts.arguments import keyword, positional
from flake8_qdrant.facts.nodes import string_value
from flake8_qdrant.facts.scopes import ScopeKind
from flake8_qdrant.model.effects.requests import is_route

if TYPE_CHECKING:
    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.facts.scopes import Scope
    from flake8_qdrant.facts.source import Source
    from flake8_qdrant.model.evaluation import Evaluation

_VERBS: Final = frozenset(("delete", "get", "head", "options", "patch", "post", "put", "trace"))
_ROUTES: Final = frozenset(("api_route", "route"))
_NAMED: Final = frozenset(("prompt", "resource", "tool"))


def entry_point(model: Evaluation, scope: Scope) -> str | None:
    """Name the route or tool that a function is; None for any other."""
    frame = scope.frame()
    if frame.kind is not ScopeKind.FUNCTION:
        return None
    for decorator in frame.decorators:
        named = decorator.field("function") if decorator.kind == "call" else decorator
        what = None if named is None else named.text.rpartition(".")[2]
        if what in _VERBS | _ROUTES | _NAMED and is_route(model, frame.source, decorator):
            return _told(frame, decorator, what or "")
    return None


def _told(frame: Scope, decorator: Node, what: str) -> str | None:
    given = positional(decorator) if decorator.kind == "call" else []
    first = string_value(given[0]) if given else None
    if what in _NAMED:
        name = keyword(decorator, "name") if decorator.kind == "call" else None
        written = string_value(name) if name is not None else None
        return f"{what} {written or first or frame.name}"
    if first is None:
        return None
    path = _prefix(frame.source, decorator) + first
    verb = what.upper() if what in _VERBS else _methods(decorator)
    return " ".join(filter(None, ("route", verb, path)))


def _methods(decorator: Node) -> str:
    listed = keyword(decorator, "methods")
    names = [string_value(one) for one in listed.children] if listed is not None else []
    return ",".join(one for one in names if one)


def _prefix(source: Source, decorator: Node) -> str:
    """Return what the router of a route puts before its path, as far as the file tells."""
    named = decorator.field("function")
    owner = named.field("object") if named is not None else None
    bindings = source.module.bindings.get(owner.text, ()) if owner is not None else ()
    value = bindings[0].value if len(bindings) == 1 else None
    given = keyword(value, "prefix") if value is not None and value.kind == "call" else None
    if given is None:
        return ""
    return string_value(given) or ""
