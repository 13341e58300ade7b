"""Where a node stands in its function: in which arms, in which loop, behind which guard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_qdrant.facts.nodes import Node

_FUNCTIONS: Final = ("function_definition", "class_definition", "lambda", "module")
_STATEMENT_LOOPS: Final = ("for_statement", "while_statement")
COMPREHENSIONS: Final = (
    "list_comprehension",
    "set_comprehension",
    "dictionary_comprehension",
    "generator_expression",
)
_ARMS: Final = {
    "if_statement": ("block", "elif_clause", "else_clause"),
    "try_statement": ("except_clause", "except_group_clause", "else_clause"),
    "block": ("case_clause",),
    "for_statement": ("else_clause",),
    "while_statement": ("else_clause",),
}
_LEAVES: Final = ("return_statement", "raise_statement", "continue_statement", "break_statement")
_EXITS: Final = ("break_statement", "return_statement")


def around(node: Node) -> Iterator[tuple[Node, Node]]:
    """Give each node around a node within its function, with its child on the way to it.

    Left out are expressions that evaluate all their parts, such as a call.
    """
    table, row = node.table, node.row
    while row:
        inner = table.top(row)
        row = table.parents[inner]
        outer = table.node(row)
        if outer.kind in _FUNCTIONS:
            return
        yield outer, table.node(inner)


def arms(node: Node) -> dict[int, int]:
    """Map each branching statement or expression around a node to the arm that holds it.

    Both by position. The body of a `try` is no arm: it is always entered.
    """
    found = {}
    for outer, inner in around(node):
        kind = outer.kind
        chosen = inner.kind in _ARMS.get(kind, ())
        if kind == "boolean_operator":
            chosen = outer.field("right") == inner
        elif kind == "conditional_expression":
            chosen = outer.children[1:2] != [inner]
        if chosen:
            found[outer.start] = inner.start
    return found


def conditions(node: Node) -> Iterator[Node]:
    """Give the conditions of the `if`, `while` and conditional expressions around a node."""
    for outer, inner in around(node):
        condition = outer.field("condition")
        if outer.kind == "conditional_expression":
            condition = next(iter(outer.children[1:2]), None)
        if condition is not None and condition != inner:
            yield condition


def instead(node: Node) -> Iterator[Node]:
    """Give the code that runs in the place of a node's branch, where a test decides otherwise."""
    for outer, inner in around(node):
        kind = outer.kind
        if kind == "conditional_expression":
            parts = outer.children
            yield from (one for one in (*parts[:1], *parts[2:]) if one != inner)
        elif kind == "if_statement" and inner != outer.field("condition"):
            yield from (one for one in outer.children if one.kind in _ARMS[kind] and one != inner)
            if inner == outer.field("consequence") and leaves(inner):
                yield from outer.after()
        elif kind == "block":
            for before in inner.before():
                arm = before.field("consequence") if before.kind == "if_statement" else None
                if arm is not None and leaves(arm):
                    yield arm


def leaves(block: Node) -> bool:
    """Tell whether what follows a branch is run only if the branch is not."""
    return any(one.kind in _LEAVES for one in block.children[-1:])


def is_cut_off(node: Node) -> bool:
    """Tell whether a statement before always leaves: code after `return` is never reached."""
    return any(
        outer.kind == "block"
        and any(
            outer.table.parents[row] == outer.row
            for row in outer.table.rows(_LEAVES, outer.row, inner.row)
        )
        for outer, inner in around(node)
    )


def handlers(node: Node) -> Iterator[Node]:
    """Give the `except` clauses of every `try` whose body holds the node."""
    for outer, inner in around(node):
        if outer.kind == "try_statement" and inner.kind == "block":
            yield from (one for one in outer.children if one.kind == "except_clause")


def entered_around(node: Node) -> Iterator[Node]:
    """Give what the `with` statements around a node enter."""
    for outer, inner in around(node):
        if outer.kind == "with_statement" and inner.kind == "block":
            yield from (item for item in outer.find_all("with_item") if _is_head(item, outer))


def _is_head(item: Node, statement: Node) -> bool:
    clause = item.parent
    return clause is not None and clause.parent == statement


def loops(node: Node) -> Iterator[Node]:
    """Give the loops and comprehensions that run a node once a turn, the innermost first."""
    for outer, inner in around(node):
        if _repeats(outer, inner):
            yield outer


def _repeats(outer: Node, inner: Node) -> bool:
    kind = outer.kind
    if kind in COMPREHENSIONS:
        return not _is_first_iterable(outer, inner)
    if kind == "while_statement" and outer.field("condition") == inner:
        return True
    return kind in _STATEMENT_LOOPS and inner.kind == "block"


def _is_first_iterable(comprehension: Node, clause: Node) -> bool:
    clauses = [one for one in comprehension.children if one.kind == "for_in_clause"]
    return clauses[:1] == [clause]


def ends_early(loop: Node) -> bool:
    """Tell whether a loop's body may leave it before the loop is through."""
    return any(_belongs(exit_, loop) for kind in _EXITS for exit_ in loop.find_all(kind))


def _belongs(exit_: Node, loop: Node) -> bool:
    for outer, _ in around(exit_):
        if outer == loop:
            return True
        if exit_.kind == "break_statement" and outer.kind in _STATEMENT_LOOPS:
            return False
    return False


def holds(outer: Node, inner: Node) -> bool:
    """Tell whether a node lies within another."""
    return inner.is_within(outer)
