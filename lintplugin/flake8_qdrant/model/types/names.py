"""What a name stands for where it is used."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Final

from flake8_qdrant.facts.flow import reaching
from flake8_qdrant.facts.scopes import ScopeKind
from flake8_qdrant.model.types.imports import star_import
from flake8_qdrant.model.values import UNKNOWN, External, Type, only, union

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.facts.scopes import Binding, Scope
    from flake8_qdrant.facts.source import Source
    from flake8_qdrant.model.evaluation import Evaluation

_BUILTINS: Final = frozenset(dir(builtins))


def lookup(model: Evaluation, source: Source, node: Node) -> Type:
    """Tell what an identifier may be where it stands, by Python's rules for scopes."""
    name = node.text
    used_in = source.scope_of(node)
    scope = binding_scope(used_in, name)
    if scope is None:
        return _outside(model, source, name)
    if scope.kind is ScopeKind.MODULE and used_in.frame() is not scope:
        return model.global_name(source, name)
    return union(model.binding(binding) for binding in seen_bindings(scope, used_in, node))


def visible(model: Evaluation, source: Source, place: Node, name: str) -> Type:
    """Tell what a name may be at a place, whatever the order of its bindings."""
    scope = binding_scope(source.scope_of(place), name)
    if scope is None:
        return _outside(model, source, name)
    if scope.kind is ScopeKind.MODULE:
        return model.global_name(source, name)
    return union(model.binding(binding) for binding in scope.bindings[name])


def binding_scope(used_in: Scope, name: str) -> Scope | None:
    """Return the scope whose binding a name means, if the file binds it at all."""
    scope: Scope | None = used_in
    while scope is not None:
        hidden = scope.kind is ScopeKind.CLASS and scope is not used_in.frame()
        if not hidden and name in scope.bindings:
            return scope
        scope = scope.parent
    return None


def seen_bindings(scope: Scope, used_in: Scope, use: Node) -> Sequence[Binding]:
    """Return those bindings of a name in its scope that a use of it may see.

    Args:
        scope: the scope that binds the name.
        used_in: the scope of the use; from within another function, any binding may be seen.
        use: the identifier.
    """
    bindings = scope.bindings[use.text]
    return reaching(bindings, use) if scope.frame() is used_in.frame() else bindings


def global_name(model: Evaluation, source: Source, name: str) -> Type:
    """Tell what a module's name may be, seen from a function or another module."""
    bindings = source.module.bindings.get(name)
    if bindings:
        return union(model.binding(binding) for binding in bindings)
    return star_import(model, source, name) or UNKNOWN


def _outside(model: Evaluation, source: Source, name: str) -> Type:
    found = star_import(model, source, name)
    if found:
        return found
    return only(External(f"builtins.{name}")) if name in _BUILTINS else UNKNOWN
