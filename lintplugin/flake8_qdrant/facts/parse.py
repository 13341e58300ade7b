"""From text to nodes: the one place that sees the parser's tree, which is dropped at once."""

from __future__ import annotations

import os
from array import array
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Final

from ast_grep_py import SgRoot

from flake8_qdrant.facts.kinds import CODES, KINDS
from flake8_qdrant.facts.nodes import NodeTable
from flake8_qdrant.facts.type_defaults import without_defaults

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ast_grep_py import Config, SgNode

_DOUBTFUL: Final = bytes(CODES[kind] for kind in ("ERROR", "print_statement", "exec_statement"))
_OFTEN: Final = (
    "identifier", "string", "attribute", "call", "argument_list", "expression_statement",
    "assignment", "type", "block", "keyword_argument", "dotted_name", "pair", "integer",
)  # fmt: skip
"""The kinds of nine nodes in ten: the parser tries one kind after the other for each node."""
_MISSING: Final[Config] = {"rule": {"regex": "^$"}}
"""What the parser put in because it was missing."""


def parse(text: str) -> NodeTable:
    """Return the nodes of a text, however broken it is."""
    table = _table(text, text)
    known = without_defaults(text) if table.doubtful else text
    return table if known == text else _table(text, known)


def _table(text: str, known: str) -> NodeTable:
    """Return a text's nodes as the grammar finds them in what it knows of the text."""
    root = SgRoot(known, "python").root()
    kinds = bytearray((CODES["module"],))
    starts, ends = array("I", (0,)), array("I", (len(text),))
    found = root.find_all(_config())
    if root.kind() != "module":
        del found[:1]  # of what is broken enough, the root itself is an error
    edits = [node.replace("") for node in found]  # `range` would count characters up to it
    kinds.extend([CODES[node.kind()] for node in found])
    starts.extend([edit.start_pos for edit in edits])
    ends.extend([edit.end_pos for edit in edits])
    parents, lasts = array("I", bytes(4 * len(kinds))), array("I", bytes(4 * len(kinds)))
    around, until = [0], [len(text)]
    for row, node in enumerate(found, 1):
        start, end = starts[row], ends[row]
        if start == end:
            _leave(around, _holder(node, around, kinds, starts, ends), row, lasts)
            del until[len(around) :]
        else:
            while until[-1] <= start:
                until.pop()
                lasts[around.pop()] = row
        parents[row] = around[-1]
        around.append(row)
        until.append(end)
    _leave(around, 0, len(kinds), lasts)
    lasts[0] = len(kinds)
    doubtful = (
        root.kind() != "module"
        or any(code in kinds for code in _DOUBTFUL)
        or root.find(_MISSING) is not None
    )
    return NodeTable(text, bytes(kinds), starts, ends, parents, lasts, doubtful=doubtful)


def _span(node: SgNode) -> tuple[int, int]:
    """Return a node's place; `range` would count its line's characters up to it each time."""
    edit = node.replace("")
    return edit.start_pos, edit.end_pos


def _leave(around: list[int], holder: int, row: int, lasts: array[int]) -> None:
    """Close the nodes within `holder`; the one at `row` belongs to none of them."""
    while around[-1] != holder:
        lasts[around.pop()] = row


def _holder(
    node: SgNode, around: list[int], kinds: bytearray, starts: array[int], ends: array[int]
) -> int:
    """Return the open row that holds a node without text, whose place does not tell it."""
    for outer in node.ancestors():
        told = (CODES.get(outer.kind()), *_span(outer))
        for row in reversed(around):
            if told == (kinds[row], starts[row], ends[row]):
                return row
    return 0


@cache
def _config() -> Config:
    """Return the rule that finds what is kept, leaving out what this grammar does not know."""
    root = SgRoot("", "python").root()

    def is_known(kind: str) -> bool:
        try:
            root.find(kind=kind)
        except (ValueError, RuntimeError):
            return False
        return True

    ordered = (*_OFTEN, *(kind for kind in KINDS[1:] if kind not in _OFTEN))
    with _no_backtrace():
        return {"rule": {"any": [{"kind": kind} for kind in ordered if is_known(kind)]}}


@contextmanager
def _no_backtrace() -> Iterator[None]:
    """Spare the parser's errors a backtrace, which takes 50 MB where `RUST_BACKTRACE` is set."""
    before = os.environ.get("RUST_LIB_BACKTRACE")
    os.environ["RUST_LIB_BACKTRACE"] = "0"
    try:
        yield
    finally:
        del os.environ["RUST_LIB_BACKTRACE"]
        if before is not None:
            os.environ["RUST_LIB_BACKTRACE"] = before
