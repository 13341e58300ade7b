"""Guards of first use: code that runs only while something is missing, and builds it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from flake8_qdrant.facts.arguments import positional
from flake8_qdrant.facts.nodes import Node, string_value
from flake8_qdrant.facts.placement import around, conditions, leaves
from flake8_qdrant.facts.source import called_name

if TYPE_CHECKING:
    from collections.abc import Iterator


_EMPTY: Final = ("none", "false")
_MISSING_ERRORS: Final = ("AttributeError", "KeyError", "LookupError", "NameError")
_ASKING: Final = re.compile(r"\bin\b|\bis\b|\bnot\b|\.get\(")
_ASSIGNED_IN: Final = ("assignment", "named_expression", "return_statement")


class Guarded(NamedTuple):
    """What is looked at: a variable (no owner), an attribute, or an item under a plain string.

    `node` is the expression of the variable, attribute or container; None for an attribute that is
    named in a string, as in `hasattr(self, "client")`.
    """

    owner: Node | None
    name: str
    node: Node | None = None
    key: str | None = None


class Guard(NamedTuple):
    """A place that is missing, and the code that runs for that reason."""

    place: Guarded
    region: Node


def guards(node: Node) -> Iterator[Guard]:
    """Give what is certainly missing where a node stands, the innermost test first."""
    for outer, inner in around(node):
        for place in _missing_in(outer, inner):
            yield Guard(place, inner)
        if outer.kind == "block":
            for place in _missing_after(inner):
                yield Guard(place, outer)
        elif outer.kind in ("boolean_operator", "conditional_expression"):
            yield from _in_expression(outer, inner)


def lacks_key(node: Node) -> bool:
    """Tell whether a node stands where a container was asked for a key, whichever it is."""
    tests = [*conditions(node)]
    for outer, inner in around(node):
        if outer.kind == "try_statement" and inner.kind == "except_clause":
            caught = inner.text.partition(":")[0]
            if any(name in caught for name in _MISSING_ERRORS):
                return True
        if outer.kind == "block":
            exits = [one for one in inner.before() if one.has("return_statement")]
            tests += [test for one in exits if (test := one.field("condition")) is not None]
    return any(_ASKING.search(test.text) for test in tests)


def _missing_in(outer: Node, inner: Node) -> Iterator[Guarded]:
    kind = outer.kind
    if kind in ("if_statement", "elif_clause", "while_statement"):
        condition = outer.field("condition")
        body = outer.field("body") if kind == "while_statement" else outer.field("consequence")
        if condition is None or inner == condition:
            return
        if inner == body:
            yield from _missing(condition, holds=True)
        elif inner.kind == "else_clause":
            yield from _missing(condition, holds=False)
    elif kind == "try_statement" and inner.kind == "except_clause":
        yield from _failed_read(outer, inner)


def _missing_after(statement: Node) -> Iterator[Guarded]:
    """`if self.client: return self.client` says that it is missing in what follows."""
    for before in statement.before():
        condition, body = before.field("condition"), before.field("consequence")
        if before.kind != "if_statement" or condition is None or body is None:
            continue
        if before.field("alternative") is None and leaves(body):
            yield from _missing(condition, holds=False)


def _in_expression(outer: Node, inner: Node) -> Iterator[Guard]:
    """`self.client = self.client or build()`, `build() if self.client is None else self.client`."""
    region = next((one for one in outer.ancestors() if one.kind in _ASSIGNED_IN), None)
    if region is None:
        return
    if outer.kind == "boolean_operator":
        left = outer.field("left")
        is_right = left is not None and inner == outer.field("right")
        found = _missing(left, holds=outer.operator == "and") if left and is_right else iter(())
    else:
        parts = outer.children
        if len(parts) != 3 or inner == parts[1]:  # noqa: PLR2004  (value, condition, other value)
            return
        found = _missing(parts[1], holds=inner == parts[0])
    for place in found:
        yield Guard(place, region)


def _failed_read(statement: Node, clause: Node) -> Iterator[Guarded]:
    """`try: return self.client` fails with an AttributeError while there is none."""
    body = next((one for one in statement.children if one.kind == "block"), None)
    caught = clause.text.partition(":")[0]
    if body is None or not any(name in caught for name in _MISSING_ERRORS):
        return
    for read in body.children:
        value = next(iter(read.children), None)
        if read.kind in ("return_statement", "expression_statement") and value is not None:
            place = place_of(value)
            if place is not None:
                yield place


def _missing(condition: Node, *, holds: bool) -> Iterator[Guarded]:
    """Give what a condition, which holds or does not, certainly finds missing."""
    kind = condition.kind
    if kind == "parenthesized_expression":
        for inner in condition.children[:1]:
            yield from _missing(inner, holds=holds)
    elif kind == "not_operator":
        argument = condition.field("argument")
        yield from () if argument is None else _missing(argument, holds=not holds)
    elif kind == "boolean_operator":
        if (condition.operator == "and") is holds:
            sides = (condition.field("left"), condition.field("right"))
            for side in (one for one in sides if one is not None):
                yield from _missing(side, holds=holds)
    elif kind == "comparison_operator":
        yield from _compared(condition, holds=holds)
    elif not holds:
        asked = _asked_for(condition) or _awaited_event(condition)
        yield from filter(None, (asked or place_of(condition),))


def _compared(condition: Node, *, holds: bool) -> Iterator[Guarded]:
    operands = condition.children
    if len(operands) != 2:  # noqa: PLR2004  (a chain of comparisons is no such test)
        return
    left, right = operands
    operator = " ".join(condition.text[left.end - condition.start : -len(right.text)].split())
    place = place_of(left)
    if operator in ("is", "==", "is not", "!=") and right.kind in _EMPTY:
        if (operator in ("is", "==")) is holds and place is not None:
            yield place
    elif operator in ("is", "is not") and right.kind == "true":
        if (operator == "is not") is holds and place is not None:
            yield place
    elif operator in ("in", "not in") and (operator == "not in") is holds:
        key, container = string_value(left), place_of(right)
        if key is not None and container is not None:
            yield container._replace(key=key)


def _awaited_event(call: Node) -> Guarded | None:
    """Return the event of which `ready.is_set()` asks."""
    function = call.field("function") if call.kind == "call" else None
    if function is None or called_name(call) != "is_set":
        return None
    event = function.field("object")
    return None if event is None else place_of(event)


def _asked_for(call: Node) -> Guarded | None:
    """Return what `hasattr(owner, "name")` asks for."""
    given = positional(call) if call.kind == "call" and called_name(call) == "hasattr" else []
    name = string_value(given[1]) if len(given) == 2 else None  # noqa: PLR2004
    return None if name is None else Guarded(given[0], name)


def place_of(node: Node) -> Guarded | None:
    """Return the place that an expression reads, or None if it reads none."""
    if node.kind == "identifier":
        return Guarded(None, node.text, node)
    if node.kind == "attribute":
        owner, attribute = node.field("object"), node.field("attribute")
        return Guarded(owner, attribute.text, node) if owner and attribute else None
    if node.kind == "subscript":
        container, index = node.field("value"), node.field("subscript")
        key = string_value(index) if index is not None else None
        held = place_of(container) if container is not None and key is not None else None
        return None if held is None else held._replace(key=key)
    if node.kind in ("named_expression", "parenthesized_expression"):
        inner = node.field("value") or next(iter(node.children), None)
        return None if inner is None else place_of(inner)
    return _read_by_call(node) if node.kind == "call" else None


def _read_by_call(call: Node) -> Guarded | None:
    """Return what `getattr(owner, "name", None)` or `container.get("key")` reads."""
    given, function = positional(call), call.field("function")
    if function is None or not given:
        return None
    if function.text == "getattr" and len(given) > 1:
        name = string_value(given[1])
        return None if name is None else Guarded(given[0], name)
    if function.kind == "attribute" and called_name(call) == "get":
        key, container = string_value(given[0]), function.field("object")
        held = place_of(container) if container is not None and key is not None else None
        return None if held is None else held._replace(key=key)
    return None
