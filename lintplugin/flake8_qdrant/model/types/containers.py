"""What a program puts into a list or dictionary after it was made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_qdrant.facts.scopes import BindingKind, Scope, ScopeKind
from flake8_qdrant.model.types.names import binding_scope
from flake8_qdrant.model.values import (
    Class,
    Collection,
    Function,
    Instance,
    Mapping,
    Module,
    Type,
    only,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.facts.scopes import Binding, Put
    from flake8_qdrant.facts.source import Source
    from flake8_qdrant.model.evaluation import Evaluation


def filled(model: Evaluation, binding: Binding, made: Type) -> Type:
    """Add to an empty container what the program puts into it under the binding's name.

    Args:
        model: the semantic model.
        binding: the assignment of the container to a name or attribute.
        made: the type of the container as it is made.
    """
    if binding.unpack or not any(_is_empty(value) for value in made):
        return made
    puts = [put for put in _puts(model, binding) if _into(model, binding, put)]
    if not puts:
        return made
    held = {put: model.type_of(put.source, put.value) for put in puts}
    if any(isinstance(value, Collection) for value in made):
        return only(Collection(union(held.values())))
    names = sorted({put.key for put in puts if put.key is not None})
    keys = tuple((name, union(held[put] for put in puts if put.key == name)) for name in names)
    return only(Mapping(union(held.values()), keys))


def item_of_object(model: Evaluation, value: Instance) -> Type | None:
    """Tell what `value[key]` gives by the class's own method; None where it has none."""
    for name in ("__getitem__", "__missing__"):
        methods = [one for one in model.member(value.cls, name) if isinstance(one, Function)]
        if methods:
            found = [model.returns(Function(one.scope, value)) for one in methods]
            return union((*found, *_own_items(model, value)))
    return None


def _own_items(model: Evaluation, value: Instance) -> Iterator[Type]:
    """Give what a class's methods put into their receiver: `self[key] = value`."""
    source = value.cls.source
    for put in source.puts_by_name.get("self", ()):
        if source.scope_of(put.target).frame().parent is value.cls:
            yield model.type_of(source, put.value)


def _puts(model: Evaluation, binding: Binding) -> list[Put]:
    """Return what may be put into a container; a function's own variable is filled in its file."""
    scope = binding.scope
    if scope.kind is not ScopeKind.FUNCTION or not _is_name(binding):
        return model.project.puts(binding.name)
    if next(scope.node.find_names(binding.name), None) is None:
        return []
    return scope.source.puts_by_name.get(binding.name, [])


def _is_empty(value: object) -> bool:
    if isinstance(value, Mapping):
        return not value.value
    return isinstance(value, Collection) and not value.item


def _into(model: Evaluation, binding: Binding, put: Put) -> bool:
    """Tell whether something is put into the container that the binding makes."""
    target = put.target
    if target.kind == "identifier":
        return _names(model, binding, put.source, target)
    owner = target.field("object")
    if owner is None:
        return False
    cls = _class_of(binding)
    for value in model.type_of(put.source, owner):
        if isinstance(value, Module):
            return cls is None and value.path == str(binding.scope.source.path)
        if cls is not None and isinstance(value, (Instance, Class)):
            return cls in model.ancestry(value.cls).classes
    return False


def _names(model: Evaluation, binding: Binding, source: Source, target: Node) -> bool:
    """Tell whether a name means the binding, be it imported from the binding's module."""
    name = target.text
    scope = binding_scope(source.scope_of(target), name)
    if scope is None or binding in scope.bindings[name]:
        return scope is not None
    if binding.scope.kind is not ScopeKind.MODULE:
        return False
    home, importer = str(binding.scope.source.path), str(source.path)
    return any(
        one.kind is BindingKind.IMPORT
        and one.imported is not None
        and model.project.layout.find(one.imported.module, one.imported.level, importer) == home
        for one in scope.bindings[name]
    )


def _class_of(binding: Binding) -> Scope | None:
    """Return the class whose attribute a binding makes; None for a module's or function's name."""
    scope: Scope | None = binding.scope
    if scope is not None and scope.kind is not ScopeKind.CLASS and _is_name(binding):
        return None
    while scope is not None and scope.kind is not ScopeKind.CLASS:
        scope = scope.parent
    return scope


def _is_name(binding: Binding) -> bool:
    return binding in binding.scope.bindings.get(binding.name, ())
