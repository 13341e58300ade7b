"""What a program puts into a list or dictionary after it was made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flake8_qdrant.facts.scopes import BindingKind, Scope, ScopeKind
from flake8_qdrant.model.types.names import binding_scope
from flake8_qdrant.model.values import (
    NOTHING,
    Class,
    Collection,
    Function,
    Instance,
    Mapping,
    Module,
    Tuple,
    Type,
    Value,
    only,
    texts,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.facts.scopes import Binding, Put
    from flake8_qdrant.facts.source import Source
    from flake8_qdrant.model.evaluation import Evaluation

_MOST_ROWS: Final = 40
"""Literals with more items are data."""


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


def of_pairs(type_: Type) -> Type:
    """Tell what `dict(pairs)` is; a dictionary stays what it is."""
    return frozenset(_of_pairs(one) for one in type_)


def _of_pairs(value: Value) -> Value:
    rows = value.item if isinstance(value, Collection) else ()
    pairs = [one.items for one in rows if isinstance(one, Tuple) and len(one.items) == 2]  # noqa: PLR2004
    if not pairs or len(pairs) < len(rows):
        return value
    keys: dict[str, Type] = {}
    for key, held in pairs:
        names = texts(key)
        for name in names or ():
            keys[name] = union((keys.get(name, frozenset()), held))
    return Mapping(union(held for _, held in pairs), tuple(keys.items()))


def zipped(given: list[Node]) -> list[tuple[Node, ...]]:
    """Return the rows of a `zip` of lists and tuples that are written out; none for any other."""
    columns = [[item for item in one.children if item.kind != "comment"] for one in given]
    if not given or any(one.kind not in ("list", "tuple") for one in given):
        return []
    if any(item.kind == "list_splat" for column in columns for item in column):
        return []
    rows = list(zip(*columns, strict=False))
    return rows if len(rows) <= _MOST_ROWS else []


def filled_item(model: Evaluation, source: Source, node: Node, held: Type) -> Type:
    """Add to an empty container within another what the file puts there: `t["a"]["b"] = x`."""
    if not held or not all(map(_is_empty, held)):
        return held
    puts = [
        put
        for put in source.puts_by_name.get(node.text.rpartition(".")[2], ())
        if put.target.text == node.text and _is_same_variable(source, put.target, node)
    ]
    if not puts or any(isinstance(one, Collection) for one in held):
        return held
    types = {put: model.type_of(source, put.value) for put in puts}
    names = sorted({put.key for put in puts if put.key is not None})
    keys = tuple((name, union(types[put] for put in puts if put.key == name)) for name in names)
    return only(Mapping(union(types.values()), keys))


def _is_same_variable(source: Source, one: Node, other: Node) -> bool:
    """Tell whether the first name of two expressions of the same text is the same variable."""
    names = [next(node.find_all("identifier"), None) for node in (one, other)]
    scopes = [binding_scope(source.scope_of(name), name.text) for name in names if name is not None]
    return len(scopes) == 2 and scopes[0] is scopes[1]  # noqa: PLR2004


def set_items(model: Evaluation, scope: Scope) -> Iterator[Type]:
    """Give what the project puts into objects of a class by its own `__setitem__`."""
    cls = scope.parent
    if cls is None or scope.name != "__setitem__":
        return
    for source in model.project.holding(cls.name):
        for put in source.puts:
            held = model.type_of(source, put.target) if put.index is not None else NOTHING
            if any(isinstance(v, Instance) and cls in model.ancestry(v.cls).classes for v in held):
                yield model.type_of(source, put.value)


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
