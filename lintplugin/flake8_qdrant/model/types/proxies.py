"""Objects that stand in for another one: `__getattr__` and descriptors of the project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flake8_qdrant.facts.arguments import arguments, positional
from flake8_qdrant.facts.running import inline_calls
from flake8_qdrant.facts.scopes import BindingKind, Scope
from flake8_qdrant.model.values import (
    UNKNOWN,
    Class,
    External,
    Function,
    Instance,
    Type,
    is_known,
    only,
    present,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.model.evaluation import Ancestry, Evaluation
    from flake8_qdrant.model.values import Value

_GETATTR: Final = External("builtins.getattr")
_HANDS_ON: Final = 2
"""Parameters of `__getattr__`: the receiver and the name."""


def forwarded(model: Evaluation, ancestry: Ancestry, name: str) -> Type | None:
    """Tell what `__getattr__` gives for a name that a class does not have; None without one.

    It is known if all that the method returns is `getattr(other, name)`.
    """
    for cls in ancestry.classes:
        bindings = cls.bindings.get("__getattr__") if isinstance(cls, Scope) else None
        if bindings:
            scope = bindings[-1].defines
            return UNKNOWN if scope is None else _forwarded(model, scope, name)
    return None


def _forwarded(model: Evaluation, scope: Scope, name: str) -> Type:
    plain = not (scope.is_async or scope.is_generator or scope.decorators)
    if not plain or len(scope.parameters) != _HANDS_ON or not scope.returns:
        return UNKNOWN
    asked = scope.parameters[1].name
    found = []
    for value in (_returned(scope, node) for node in scope.returns):
        target = None if value is None else _target(model, scope, value, asked)
        if target is None:
            return UNKNOWN
        found += [
            model.attribute(one, name) for one in present(model.type_of(scope.source, target))
        ]
    return union(found) or UNKNOWN


def _returned(scope: Scope, node: Node) -> Node | None:
    """Return the expression that a `return` gives, that of a variable bound once in its place."""
    value = next(iter(node.children), None)
    if value is None or value.kind != "identifier":
        return value
    bindings = scope.bindings.get(value.text, [])
    return bindings[0].value if len(bindings) == 1 and not bindings[0].unpack else None


def _target(model: Evaluation, scope: Scope, node: Node, asked: str) -> Node | None:
    """Return `other` of `getattr(other, asked)`."""
    function = node.field("function") if node.kind == "call" else None
    if function is None or model.type_of(scope.source, function) != only(_GETATTR):
        return None
    given = positional(node)
    named = [one.text for one in given[1:]]
    return given[0] if named == [asked] and len(arguments(node)) == _HANDS_ON else None


def is_lazy_attribute(model: Evaluation, cls: Scope) -> bool:
    """Tell whether a decorator class of the project makes a property: `__get__` calls the function.

    One that can be called itself makes a function, whatever its `__get__` is for.
    """
    getter = _method(model, cls, "__get__")
    if getter is None or _method(model, cls, "__call__") or len(getter.parameters) < _HANDS_ON:
        return False
    owner = getter.parameters[1].name
    return any(
        [one.text for one in positional(call)] == [owner] and _is_of_receiver(getter, call)
        for call in inline_calls(getter)
    )


def _is_of_receiver(scope: Scope, call: Node) -> bool:
    function = call.field("function")
    owner = function.field("object") if function is not None else None
    return owner is not None and owner.text == scope.parameters[0].name


def described(model: Evaluation, value: Value) -> Type | None:
    """Tell what reading a class attribute gives that holds a descriptor; None if it holds none."""
    if not isinstance(value, Instance):
        return None
    getter = _method(model, value.cls, "__get__")
    if getter is None:
        return None
    promised = model.returns(Function(getter, value))
    if is_known(promised) and not any(_is_itself(one, value) for one in promised):
        return promised
    found = union(
        model.type_of(getter.source, node) for node in _given(getter) if not _is_self(getter, node)
    )
    return found if is_known(found) else UNKNOWN


def _is_itself(value: Value, descriptor: Instance) -> bool:
    return isinstance(value, (Instance, Class)) and value.cls is descriptor.cls


def _is_self(scope: Scope, node: Node) -> bool:
    return node.text == scope.parameters[0].name


def _given(scope: Scope) -> Iterator[Node]:
    """Give the expressions whose values a descriptor's `__get__` returns.

    What it finds in the owner's attributes it has put there itself, so that counts for nothing.
    """
    owner = scope.parameters[1].name if len(scope.parameters) >= _HANDS_ON else ""
    cached = (f"getattr({owner},", f"{owner}.__dict__", f"vars({owner})")
    assigned = list(scope.node.find_all("assignment"))
    for node in scope.returns:
        value = next(iter(node.children), None)
        if value is None:
            continue
        if value.kind == "identifier" and value.text in scope.bindings:
            values = [one.value for one in scope.bindings[value.text]]
            kind = scope.bindings[value.text][0].kind
            if kind is not BindingKind.ASSIGNMENT:
                yield value
                continue
            yield from (one for one in values if one and not one.text.startswith(cached))
        elif value.text.startswith(cached):
            stored = [one for one in assigned if one.field("left") == value or _stores(one, value)]
            rights = [one.field("right") for one in stored]
            yield from (one for one in rights if one is not None)
        else:
            yield value


def _stores(assignment: Node, place: Node) -> bool:
    left = assignment.field("left")
    return left is not None and left.text == place.text


def _method(model: Evaluation, cls: Scope, name: str) -> Scope | None:
    for one in model.ancestry(cls).classes:
        bindings = one.bindings.get(name) if isinstance(one, Scope) else None
        if bindings:
            return bindings[-1].defines
    return None
