"""Which bindings of a name reach a use of it, within one function's body."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from flake8_qdrant.facts.placement import leaves

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.facts.scopes import Binding

_ARMS: Final = {
    "if_statement": ("block", "elif_clause", "else_clause"),
    "block": ("case_clause",),
    "try_statement": ("block", "except_clause", "except_group_clause", "else_clause"),
}
_LOOPS: Final = ("for_statement", "while_statement")
_SCOPES: Final = ("function_definition", "class_definition", "lambda", "module")


class _Arm(NamedTuple):
    """One arm of a branching statement; `excludes` the other arms, as a `try` body does not."""

    start: int
    excludes: bool


def reaching(bindings: Sequence[Binding], use: Node) -> list[Binding]:
    """Return the bindings whose value the use may see, the latest first.

    The last binding that is always passed on the way to the use hides the ones before it; one in
    another arm of the same `if` or `match`, or in a block that leaves the function, is left out.
    Inside a loop, later bindings of the body count as well. If none is left, all are returned.
    """
    if len(bindings) == 1:
        return list(bindings)
    position = use.start
    arms, loops = _arms(use), _enclosing(use, _LOOPS)
    found: list[Binding] = []
    for binding in sorted(bindings, key=lambda one: one.end, reverse=True):
        if binding.end > position:
            if not any(a <= binding.start and binding.end <= b for a, b in loops):
                continue
            found.append(binding)
            continue
        own = {} if binding.parameter is not None else _arms(binding.node)
        if _excluded(own, arms) or (own and _leaves(binding.node, own, arms)):
            continue
        found.append(binding)
        if binding.parameter is not None or (
            set(own.items()) <= set(arms.items()) and not _in_loop_apart(binding, use)
        ):
            break
    return found or list(bindings)


def _in_loop_apart(binding: Binding, use: Node) -> bool:
    """Tell whether the binding stands in a loop's body, which may not run, and the use outside."""
    if binding.node.kind in _LOOPS:
        return not _holds(binding.node, use)
    around = set(_enclosing(use, _LOOPS))
    return any(span not in around for span in _enclosing(binding.node, _LOOPS))


def _holds(outer: Node, inner: Node) -> bool:
    return inner.is_within(outer)


def _arms(node: Node) -> dict[int, _Arm]:
    """Map each branching statement around a node, by position, to the arm that holds it."""
    arms: dict[int, _Arm] = {}
    inner = node
    for outer in node.ancestors():
        kind = outer.kind
        if kind in _SCOPES:
            break
        if inner.kind in _ARMS.get(kind, ()):
            excludes = (kind, inner.kind) != ("try_statement", "block")
            arms[outer.start] = _Arm(inner.start, excludes)
        inner = outer
    return arms


def _excluded(own: dict[int, _Arm], arms: dict[int, _Arm]) -> bool:
    for statement, arm in own.items():
        other = arms.get(statement, arm)
        if other != arm and arm.excludes and other.excludes:
            return True
    return False


def _leaves(node: Node, own: dict[int, _Arm], arms: dict[int, _Arm]) -> bool:
    """Tell whether control never comes from the binding's arm to the use."""
    if set(own.items()) <= set(arms.items()):
        return False
    for outer in node.ancestors():
        kind = outer.kind
        if kind in _SCOPES:
            return False
        if kind == "block":
            around = outer.parent
            if around is not None and around.kind in _LOOPS:
                return False
            if leaves(outer):
                return True
            if around is not None and around.kind != "with_statement":
                return False
    return False


def _enclosing(node: Node, kinds: tuple[str, ...]) -> list[tuple[int, int]]:
    spans = []
    for outer in node.ancestors():
        kind = outer.kind
        if kind in _SCOPES:
            break
        if kind in kinds:
            spans.append((outer.start, outer.end))
    return spans
