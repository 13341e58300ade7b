"""The left side of an assignment."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_qdrant.facts.nodes import Node

_SEQUENCES = ("pattern_list", "tuple_pattern", "list_pattern", "tuple", "list", "expression_list")
_SPLATS = ("list_splat_pattern", "list_splat")
STARRED = -1
"""Stands in a path of indexes for a starred target, whose value is a list."""


def targets(node: Node, unpack: tuple[int, ...] = ()) -> Iterator[tuple[Node, tuple[int, ...]]]:
    """Give each single target with the indexes that lead to its part of the value.

    `a, (b, *c)` gives `a` at (0,), `b` at (1, 0) and `c` at (1, -1).
    """
    kind = node.kind
    if kind in _SEQUENCES:
        for index, child in enumerate(node.children):
            yield from targets(child, (*unpack, index))
    elif kind in _SPLATS:
        for child in node.children:
            yield child, (*unpack[:-1], STARRED)
    elif kind == "parenthesized_expression":
        for child in node.children:
            yield from targets(child, unpack)
    else:
        yield node, unpack


def matched_class(pattern: Node) -> Node | None:
    """Return the class that `case Class():` asks for; None for any other pattern."""
    while pattern.kind == "case_pattern" and len(pattern.children) == 1:
        pattern = pattern.children[0]
    if pattern.kind == "as_pattern":
        return matched_class(pattern.children[0])
    if pattern.kind == "keyword_pattern":
        return matched_class(pattern.children[-1])
    return pattern.children[0] if pattern.kind == "class_pattern" else None
