"""What the turns of a loop have to do with each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flake8_qdrant.facts.placement import (
    COMPREHENSIONS,
    ends_early,
    holds,
    loops,
)
from flake8_qdrant.facts.scopes import BindingKind
from flake8_qdrant.facts.source import called_name
from flake8_qdrant.model.types.names import binding_scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.facts.scopes import Binding
    from flake8_qdrant.facts.source import Source

_LISTING: Final = ("list_comprehension", "set_comprehension", "dictionary_comprehension")
_PAUSES: Final = frozenset(("sleep", "wait"))


def turning(call: Node) -> Node | None:
    """Return the loop that certainly makes a call in each of its turns, for all items there are.

    That is a plain `for` that nothing leaves early and that does not pause, or a comprehension;
    what `async for` brings comes one by one.
    """
    loop = next(loops(call), None)
    if loop is None:
        return None
    if loop.kind in COMPREHENSIONS:
        asynchronous = any(one.is_async for one in loop.find_all("for_in_clause"))
        return loop if loop.kind in _LISTING and not asynchronous else None
    if loop.kind != "for_statement" or loop.is_async or ends_early(loop):
        return None
    return None if pauses(loop) or loop.has("yield") else loop


def pauses(loop: Node) -> bool:
    """Tell whether a loop waits now and then, as one does that tries again or looks around."""
    return any(called_name(call) in _PAUSES for call in loop.find_all("call"))


def differs_by_turn(source: Source, call: Node, loop: Node) -> bool:
    """Tell whether a call uses something of its own turn, and nothing of an earlier one."""
    own = False
    for name in names_in(call):
        bindings = [one for one in _bindings(source, name) if holds(loop, one.node)]
        own = own or bool(bindings) or _is_loop_variable(source, name, loop)
        if any(_comes_later(one, call, loop) for one in bindings):
            return False
    return own


def _is_loop_variable(source: Source, name: Node, loop: Node) -> bool:
    return any(
        one.kind is BindingKind.ITERATION and (one.node == loop or holds(loop, one.node))
        for one in _bindings(source, name)
    )


def _comes_later(binding: Binding, call: Node, loop: Node) -> bool:
    """Tell whether a turn may use what this binding gave its name in the turn before."""
    if binding.kind is BindingKind.ITERATION:
        return False
    return binding.kind is BindingKind.OPAQUE or binding.end > call.start


def _bindings(source: Source, name: Node) -> list[Binding]:
    scope = binding_scope(source.scope_of(name), name.text)
    return [] if scope is None else scope.bindings[name.text]


def names_in(node: Node) -> Iterator[Node]:
    """Give the names that an expression reads."""
    if node.kind == "identifier":
        yield node
        return
    for name in node.find_all("identifier"):
        around = name.parent
        if around is None:
            continue
        if around.kind == "attribute" and around.field("attribute") == name:
            continue
        if around.kind == "keyword_argument" and around.field("name") == name:
            continue
        yield name
