"""Which code runs when a function's body runs, and which code runs on an event loop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flake8_qdrant.facts.scopes import Scope, ScopeKind
from flake8_qdrant.facts.source import called_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.facts.scopes import Parameter

CONSUMERS: Final = frozenset(
    [
        "all",
        "any",
        "dict",
        "extend",
        "frozenset",
        "join",
        "list",
        "max",
        "min",
        "next",
        "set",
        "sorted",
        "sum",
        "tuple",
        "update",
    ]
)
"""Functions and methods that run through an iterable before they return, or step through it."""
_PASSING: Final = frozenset(["chain", "enumerate", "filter", "islice", "iter", "map", "zip"])
"""Functions that step through an iterable when their own result is stepped through."""
_ITERATING: Final = ("for_statement", "for_in_clause", "list_splat")


def runs_on_loop(scope: Scope) -> bool:
    """Tell whether the code of a scope runs on the thread of an event loop.

    That of an `async def` does, with its comprehensions and class bodies. A function or lambda
    defined there runs wherever it is called from.
    """
    current: Scope | None = scope
    while current is not None:
        if current.kind is ScopeKind.FUNCTION:
            return current.is_async
        if current.kind is ScopeKind.LAMBDA:
            return False
        if current.kind is ScopeKind.GENERATOR_EXPRESSION and not is_consumed(current.node):
            return False
        current = current.parent
    return False


def inline_calls(scope: Scope) -> Iterator[Node]:
    """Give the calls that run when the scope's own body runs, comprehensions included."""
    yield from scope.calls
    for child in scope.children:
        if (
            child.kind is ScopeKind.CLASS
            or child.kind is ScopeKind.COMPREHENSION
            or (child.kind is ScopeKind.GENERATOR_EXPRESSION and is_consumed(child.node))
        ):
            yield from inline_calls(child)


def called_parameters(scope: Scope) -> Iterator[tuple[Node, Parameter]]:
    """Give the calls in a function's own body whose callee is a parameter, and that parameter."""
    by_name = {one.name: one for one in scope.parameters if not one.star}
    for call in inline_calls(scope):
        function = call.field("function")
        name = function.text if function is not None and function.kind == "identifier" else ""
        if name in by_name and len(scope.bindings.get(name, ())) == 1:
            yield call, by_name[name]


def is_consumed(iterable: Node) -> bool:
    """Tell whether an iterable is run through where it stands."""
    around = iterable.parent
    while around is not None and around.kind == "parenthesized_expression":
        iterable, around = around, around.parent
    if around is None:
        return False
    if around.kind in _ITERATING:
        return around.kind == "list_splat" or around.field("right") == iterable
    if around.kind == "yield":
        return True
    call = around.parent if around.kind == "argument_list" else around
    if call is None or call.kind != "call" or call.field("function") == iterable:
        return False
    name = called_name(call)
    return name in CONSUMERS or (name in _PASSING and is_consumed(call))


def used_by_name(scope: Scope) -> Iterator[Node]:
    """Give what plain `with` and `for` statements of a function use by a variable's name."""
    for node in scope.source.used_by_name:
        if scope.source.scope_of(node) is scope:
            yield node


def is_entered(node: Node) -> bool:
    """Tell whether a `with` statement enters the value of an expression."""
    around = node.parent
    if around is not None and around.kind == "as_pattern":
        around = around.parent
    return around is not None and around.kind == "with_item"
