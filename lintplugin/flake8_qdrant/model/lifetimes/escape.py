"""What becomes of an object that a function makes: called, closed, returned, stored, passed on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final, NamedTuple

from flake8_qdrant.facts.arguments import argument_for
from flake8_qdrant.facts.nodes import Node
from flake8_qdrant.facts.scopes import ScopeKind
from flake8_qdrant.model.effects.value_use import reads
from flake8_qdrant.model.evaluation import Evaluation
from flake8_qdrant.model.types.names import binding_scope
from flake8_qdrant.model.values import (
    Class,
    External,
    Function,
    SdkClass,
    SdkMethod,
    present,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flake8_qdrant.facts.scopes import Binding, Parameter, Scope
    from flake8_qdrant.facts.source import Source

_DEEPEST: Final = 6
_LOOKING: Final = frozenset(
    f"builtins.{name}"
    for name in ("bool", "getattr", "hasattr", "id", "isinstance", "print", "repr", "str", "type")
)
_CLOSING: Final = ("contextlib.aclosing", "contextlib.closing")


class Use(Enum):
    """One thing that is done with an object."""

    LOOKED_AT = "looked at"
    CALLED = "called"
    """One of its methods is called."""
    CLOSED = "closed"
    RETURNED = "returned"
    WRAPPED = "wrapped"
    """It is handed to a class, which makes something of it."""
    KEPT = "kept"
    """It is stored where others find it, or handed to somebody who may do so."""


class Used(NamedTuple):
    """A use, and the node where it happens."""

    use: Use
    node: Node


def uses(model: Evaluation, source: Source, node: Node, close: str | None) -> list[Used]:
    """Return what becomes of an expression's value, project functions that get it included.

    Args:
        model: the semantic model.
        source: the expression's file.
        node: the expression.
        close: the method that closes the object.
    """
    return list(_Follow(model, close).value(source, node, 0))


@dataclass(frozen=True, slots=True)
class _Follow:
    model: Evaluation
    close: str | None

    def value(self, source: Source, node: Node, depth: int) -> Iterator[Used]:
        """Give the uses of an expression's value by what stands around it."""
        around = node.parent
        if around is None or depth > _DEEPEST:
            yield Used(Use.KEPT, node)
            return
        kind = around.kind
        if kind in _HANDLERS:
            yield from _HANDLERS[kind](self, source, node, depth)
        elif kind in _TRANSPARENT:
            yield from self.value(source, around, depth)
        else:
            yield Used(_SIMPLE.get(kind, Use.KEPT), node)

    def variable(self, source: Source, target: Node, depth: int) -> Iterator[Used]:
        """Give the uses at every place that may read what is assigned here."""
        scope = binding_scope(source.scope_of(target), target.text)
        own = None if scope is None else _binding_at(scope, target)
        if scope is None or own is None or scope.kind in (ScopeKind.MODULE, ScopeKind.CLASS):
            yield Used(Use.KEPT, target)
            return
        if scope is not source.scope_of(target).frame():
            yield Used(Use.KEPT, target)
            return
        yield from self.reads(source, scope, own, depth)

    def reads(self, source: Source, scope: Scope, own: Binding, depth: int) -> Iterator[Used]:
        """Give the uses at the reads of a binding; one in a function within may come later."""
        for read in reads(source, scope, own):
            if source.scope_of(read).frame() is scope.frame():
                yield from self.value(source, read, depth + 1)
            else:
                yield Used(Use.KEPT, read)


def _binding_at(scope: Scope, target: Node) -> Binding | None:
    position = target.start
    bindings = scope.bindings[target.text]
    return next((one for one in bindings if one.start <= position < one.end), None)


def _assignment(follow: _Follow, source: Source, node: Node, depth: int) -> Iterator[Used]:
    around = node.parent
    target = around.field("left") if around is not None else None
    if around is None or target is None or target.kind != "identifier":
        yield Used(Use.KEPT, node)
        return
    if target == node:
        return
    yield from follow.variable(source, target, depth)
    outer = around.parent
    if outer is not None and outer.kind == "assignment":
        yield from follow.value(source, around, depth + 1)


def _walrus(follow: _Follow, source: Source, node: Node, depth: int) -> Iterator[Used]:
    around = node.parent
    name = around.field("name") if around is not None else None
    if around is None or name is None:
        yield Used(Use.KEPT, node)
        return
    yield from follow.variable(source, name, depth)
    yield from follow.value(source, around, depth + 1)


def _conditional(follow: _Follow, source: Source, node: Node, depth: int) -> Iterator[Used]:
    around = node.parent
    if around is None or around.children[1:2] == [node]:
        yield Used(Use.LOOKED_AT, node)
    else:
        yield from follow.value(source, around, depth)


def _attribute(follow: _Follow, source: Source, node: Node, _depth: int) -> Iterator[Used]:
    around = node.parent
    attribute = around.field("attribute") if around is not None else None
    if around is None or attribute is None or attribute == node:
        yield Used(Use.KEPT, node)
        return
    if attribute.text == follow.close:
        yield Used(Use.CLOSED, node)
        return
    outer = around.parent
    called = outer is not None and outer.kind == "call" and outer.field("function") == around
    if called and _is_method(follow.model, source, around):
        yield Used(Use.CALLED, node)
        return
    assigned = outer is not None and outer.kind == "assignment" and outer.field("left") == around
    yield Used(Use.LOOKED_AT if assigned else Use.KEPT, node)


def _is_method(model: Evaluation, source: Source, attribute: Node) -> bool:
    """Tell whether all that is called is a method which does not give the object itself."""
    values = present(model.type_of(source, attribute))
    return bool(values) and all(
        (isinstance(value, SdkMethod) and value.member.returns is None)
        or isinstance(value, Function)
        for value in values
    )


def _argument(follow: _Follow, source: Source, node: Node, depth: int) -> Iterator[Used]:
    call = node.parent
    while call is not None and call.kind != "call":
        call = call.parent
    function = call.field("function") if call is not None else None
    if call is None or function is None:
        yield Used(Use.KEPT, node)
        return
    called = present(follow.model.type_of(source, function))
    value = next(iter(called)) if len(called) == 1 else None
    if isinstance(value, External) and value.name in _LOOKING:
        yield Used(Use.LOOKED_AT, node)
    elif isinstance(value, External) and value.name in _CLOSING:
        yield Used(Use.CLOSED, node)
    elif isinstance(value, (Class, SdkClass)) or (
        isinstance(value, External) and value.name.rpartition(".")[2][:1].isupper()
    ):
        yield Used(Use.WRAPPED, node)
        around = follow.value(source, call, depth + 1)
        yield from (used for used in around if used.use in (Use.KEPT, Use.RETURNED))
    elif isinstance(value, Function):
        yield from _received(follow, value, call, node, depth)
    else:
        yield Used(Use.KEPT, node)


def _received(
    follow: _Follow, function: Function, call: Node, node: Node, depth: int
) -> Iterator[Used]:
    """Give what a function of the project does with an argument."""
    scope = function.scope
    parameter = _parameter(function, call, node)
    bindings = scope.bindings.get(parameter.name, ()) if parameter is not None else ()
    own = next((one for one in bindings if one.parameter is parameter), None)
    if own is None or follow.model.decoration(scope).opaque:
        yield Used(Use.KEPT, node)
        return
    for used in follow.reads(scope.source, scope, own, depth + 1):
        yield Used(Use.KEPT if used.use is Use.RETURNED else used.use, node)


def _parameter(function: Function, call: Node, node: Node) -> Parameter | None:
    bound = function.receiver is not None
    for parameter in function.scope.parameters:
        if not parameter.star and argument_for(parameter, call, bound=bound) == node:
            return parameter
    return None


_TRANSPARENT: Final = ("await", "boolean_operator", "parenthesized_expression")
_SIMPLE: Final = {
    "as_pattern": Use.CLOSED,
    "assert_statement": Use.LOOKED_AT,
    "comparison_operator": Use.LOOKED_AT,
    "delete_statement": Use.LOOKED_AT,
    "elif_clause": Use.LOOKED_AT,
    "expression_statement": Use.LOOKED_AT,
    "if_statement": Use.LOOKED_AT,
    "interpolation": Use.LOOKED_AT,
    "not_operator": Use.LOOKED_AT,
    "return_statement": Use.RETURNED,
    "while_statement": Use.LOOKED_AT,
    "with_item": Use.CLOSED,
    "yield": Use.RETURNED,
}
_HANDLERS: Final[dict[str, Callable[[_Follow, Source, Node, int], Iterator[Used]]]] = {
    "argument_list": _argument,
    "assignment": _assignment,
    "attribute": _attribute,
    "conditional_expression": _conditional,
    "keyword_argument": _argument,
    "named_expression": _walrus,
}
