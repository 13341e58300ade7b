"""Which clients a coroutine uses, and where they are held."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from flake8_qdrant.facts.arguments import arguments
from flake8_qdrant.facts.placement import arms
from flake8_qdrant.facts.running import inline_calls
from flake8_qdrant.libraries.model import ClassInfo, Kind
from flake8_qdrant.model.lifetimes.loop_entry import dotted
from flake8_qdrant.model.lifetimes.places import Handed, Place, Variable
from flake8_qdrant.model.lifetimes.storage import entered, place_of
from flake8_qdrant.model.types.names import binding_scope
from flake8_qdrant.model.values import Function, SdkMethod, present

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.facts.scopes import Scope
    from flake8_qdrant.facts.source import Source
    from flake8_qdrant.model.evaluation import Evaluation
    from flake8_qdrant.model.lifetimes.places import Environment
    from flake8_qdrant.model.values import Value

_DEEPEST: Final = 6


class Held(NamedTuple):
    """A client that belongs to the first loop that uses it, and where it is held."""

    place: Place
    cls: ClassInfo


def used_by(
    model: Evaluation, source: Source, node: Node, known: Environment, depth: int = 0
) -> Iterator[Held]:
    """Give the clients that are certainly used when an awaitable runs.

    Args:
        model: the semantic model.
        source: the file of the awaitable.
        node: an expression that gives it, or a function that does.
        known: what the parameters of the functions around it hold.
        depth: how many functions lead to it.
    """
    kind = node.kind
    if depth > _DEEPEST:
        return
    if kind != "call":
        yield from _of_reference(model, source, node, known, depth)
        return
    function, value = _called(model, source, node)
    if isinstance(value, SdkMethod):
        yield from _of_method(model, source, function, value, known)
    elif isinstance(value, Function):
        if _is_run(model, value) and _may_use(model, value.scope):
            inner = entered(model, source, node, value, known)
            yield from _of_body(model, value.scope, inner, depth)
    elif value is not None and _consumes(model, value):
        for argument in arguments(node):
            yield from used_by(model, source, argument, known, depth + 1)


def _called(model: Evaluation, source: Source, call: Node) -> tuple[Node | None, Value | None]:
    """Return what stands before a call's brackets, and what that is if it is certain."""
    function = call.field("function")
    called = present(model.type_of(source, function)) if function is not None else frozenset()
    return function, next(iter(called)) if len(called) == 1 else None


def _is_run(model: Evaluation, function: Function) -> bool:
    """Tell whether awaiting what a function gives runs its body."""
    return not function.scope.is_generator and not model.decoration(function.scope).opaque


def _may_use(model: Evaluation, scope: Scope) -> bool:
    """Tell whether a body may use a client, whatever its parameters hold.

    Most of what a loop runs has nothing to do with a client, and is found so once, instead of in
    every run with what is held then.
    """
    return model.once(
        ("may use", scope),
        lambda: any(_call_may_use(model, scope.source, call) for call in _certain_calls(scope)),
        False,
    )


def _call_may_use(model: Evaluation, source: Source, call: Node) -> bool:
    _, value = _called(model, source, call)
    if isinstance(value, Function):
        return _is_run(model, value) and _may_use(model, value.scope)
    return value is not None and (isinstance(value, SdkMethod) or _consumes(model, value))


def _consumes(model: Evaluation, value: Value) -> bool:
    name = dotted(value)
    return name is not None and model.tables.consumer(name) is not None


def _of_method(
    model: Evaluation, source: Source, function: Node | None, method: SdkMethod, known: Environment
) -> Iterator[Held]:
    cls = method.cls
    if cls is None or not cls.loop_bound or method.member.kind is not Kind.COROUTINE:
        return
    receiver = function.field("object") if function is not None else None
    held = place_of(model, source, receiver, known) if receiver is not None else None
    if held is not None:
        yield Held(held, cls)


def _of_reference(
    model: Evaluation, source: Source, node: Node, known: Environment, depth: int
) -> Iterator[Held]:
    """A variable that holds a coroutine, a function to be called, or what gathers several."""
    if node.kind in ("list_splat", "list", "list_comprehension", "generator_expression"):
        body = node.field("body")
        parts = node.children if body is None else [body]
        for part in parts:
            yield from used_by(model, source, part, known, depth + 1)
        return
    for value in model.type_of(source, node):
        if isinstance(value, Function) and value.scope.is_async:
            yield from _of_body(model, value.scope, known, depth)
    if node.kind == "identifier":
        around = binding_scope(source.scope_of(node), node.text)
        given = None if around is None else known.get(Variable(around, node.text))
        if isinstance(given, Handed):
            yield from used_by(model, given.source, given.node, dict(given.known), depth + 1)
            return
        scope = binding_scope(source.scope_of(node), node.text)
        bindings = scope.bindings[node.text] if scope is not None else []
        if len(bindings) == 1 and bindings[0].value is not None and not bindings[0].unpack:
            yield from used_by(model, bindings[0].scope.source, bindings[0].value, known, depth + 1)


def _of_body(model: Evaluation, scope: Scope, known: Environment, depth: int) -> Iterator[Held]:
    """Give the clients that a function's body uses whichever way it takes."""
    for call in _certain_calls(scope):
        yield from used_by(model, scope.source, call, known, depth + 1)


def _certain_calls(scope: Scope) -> Iterator[Node]:
    """Give the calls that a body makes whichever way it takes."""
    return (call for call in inline_calls(scope) if not arms(call))
