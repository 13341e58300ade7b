"""The nodes of one file as columns: what is left of a syntax tree when the tree is dropped."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from heapq import merge
from typing import TYPE_CHECKING, Final

from flake8_qdrant.facts.kinds import CODES, KINDS
from flake8_qdrant.facts.roles import PARTS, first, second

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ERROR: Final = CODES["ERROR"]
_BOOLEAN: Final = CODES["boolean_operator"]
_PLAIN: Final = bytes(
    kind in ("argument_list", "attribute", "binary_operator", "call", "subscript") for kind in KINDS
)
"""Expressions that evaluate all their parts, whatever these are."""
_NEWLINE: Final = re.compile(r"\n")
_COMMENT: Final = re.compile(r"#[^\n]*")
_QUOTES: Final = ('"""', "'''", '"', "'")


class Watch:
    """Which parts of a text have been looked at, each part a number of the caller's choice.

    Attributes:
        seen: the numbers of the parts, as they are looked at.
        parts: the part of each row.
        first: the part that holds all the others; its nodes may reach into them.
        lines: stands for where lines are.
    """

    __slots__ = ("_ends", "_starts", "first", "lines", "parts", "seen")

    def __init__(
        self, seen: set[int], first: int, lines: int, inner: list[tuple[int, int, int]], rows: int
    ) -> None:
        """Take the parts within the first as their number, first row, and the row after them."""
        self.seen = seen
        self.first = first
        self.lines = lines
        self.parts = array("I", (first,)) * rows
        for number, start, end in inner:
            self.parts[start:end] = array("I", (number,)) * (end - start)
        self._starts = [start for _, start, _ in inner]
        self._ends = [end for *_, end in inner]

    def note_below(self, row: int, last: int) -> None:
        """Count all that is looked through from a row to another."""
        part = self.parts[row]
        self.seen.add(part)
        if part == self.first:
            below = bisect_right(self._ends, row), bisect_left(self._starts, last)
            self.seen.update(self.parts[start] for start in self._starts[slice(*below)])


class NodeTable:
    """The named nodes of a text, in document order, so that a node's subtree is a run of rows.

    Row 0 is the whole text. Positions are character offsets.

    Attributes:
        text: what was parsed.
        kinds: each row's kind, as its place in `KINDS`.
        starts, ends: each row's span.
        parents: the row of the node around each; 0 for row 0.
        lasts: the first row that does not belong to each row's subtree.
        doubtful: whether the parser met something that Python may not accept.
        handles: for each row its node, if it was asked for.
        arguments: what calls pass, by row: all of it, and the positional ones.
        exits: conditions that are known where a statement begins, and whether they hold, by row.
        watch: told which parts of the text are looked at, where somebody wants to know.
    """

    def __init__(
        self,
        text: str,
        kinds: bytes,
        starts: array[int],
        ends: array[int],
        parents: array[int],
        lasts: array[int],
        *,
        doubtful: bool,
    ) -> None:
        self.text = text
        self.kinds = kinds
        self.starts = starts
        self.ends = ends
        self.parents = parents
        self.lasts = lasts
        self.doubtful = doubtful
        self.handles: list[Node | None] = [None] * len(kinds)
        self.arguments: dict[int, tuple[list[Node], list[Node]]] = {}
        self.exits: dict[int, tuple[tuple[Node, bool], ...]] = {}
        self.watch: Watch | None = None
        self._tops: dict[int, int] = {}
        self._names: dict[str, list[int]] | None = None
        self._lines: list[int] | None = None

    @property
    def root(self) -> Node:
        """The node of the whole text."""
        return self.node(0)

    def node(self, row: int) -> Node:
        """Return the node of a row; there is one object for each."""
        known = self.handles[row]
        if known is None:
            known = self.handles[row] = Node(self, row)
        return known

    def rows(self, kinds: Iterable[str], first: int, last: int) -> Iterator[int]:
        """Give the rows of certain kinds in a run of rows, in order."""
        each = [self._rows(CODES[kind], first, last) for kind in kinds]
        return each[0] if len(each) == 1 else merge(*each)

    def _rows(self, code: int, first: int, last: int) -> Iterator[int]:
        find = self.kinds.find
        row = find(code, first, last)
        while row >= 0:
            yield row
            row = find(code, row + 1, last)

    def top(self, row: int) -> int:
        """Return the outermost expression that a row is a part of, as far as no branch is between.

        A thousand operands nest a thousand deep; whoever asks for each what stands around it must
        not walk through all of them each time.
        """
        kinds, parents, tops = self.kinds, self.parents, self._tops
        way = []
        while row not in tops:
            above = parents[row]
            if not (row and _PLAIN[kinds[above]]) and not (
                kinds[above] == _BOOLEAN and row == above + 1
            ):
                tops[row] = row
                break
            way.append(row)
            row = above
        found = tops[row]
        for one in way:
            tops[one] = found
        return found

    def children(self, row: int) -> list[int]:
        """Return the rows of a node's children."""
        found = []
        lasts, last = self.lasts, self.lasts[row]
        row += 1
        while row < last:
            found.append(row)
            row = lasts[row]
        return found

    def place(self, position: int) -> tuple[int, int]:
        """Return the line and the column of a position, both from 1."""
        line = bisect_right(self._line_starts, position)
        return line, position - self._line_starts[line - 1] + 1

    @property
    def names(self) -> dict[str, list[int]]:
        """The rows of the identifiers, by name."""
        if self._names is None:
            self._names = {}
            for row in self.rows(("identifier",), 0, len(self.kinds)):
                name = self.text[self.starts[row] : self.ends[row]]
                self._names.setdefault(name, []).append(row)
        return self._names

    @property
    def _line_starts(self) -> list[int]:
        if self._lines is None:
            self._lines = [0, *(found.end() for found in _NEWLINE.finditer(self.text))]
        return self._lines


class Node:
    """One node of a file: a row of its table. Two are equal if they are the same."""

    __slots__ = ("row", "table")

    def __init__(self, table: NodeTable, row: int) -> None:
        self.table = table
        self.row = row

    def __repr__(self) -> str:
        return f"<{self.kind} {self.text[:40]!r}>"

    @property
    def kind(self) -> str:
        """What the grammar calls it."""
        table, row = self.table, self.row
        watch = table.watch
        if watch is not None:
            watch.seen.add(watch.parts[row])
        return KINDS[table.kinds[row]]

    @property
    def text(self) -> str:
        """Its code."""
        table, row = self.table, self.row
        watch = table.watch
        if watch is not None:
            watch.seen.add(watch.parts[row])
        return table.text[table.starts[row] : table.ends[row]]

    @property
    def start(self) -> int:
        """The offset of its first character."""
        return self.table.starts[self.row]

    @property
    def end(self) -> int:
        """The offset after its last character."""
        return self.table.ends[self.row]

    @property
    def line(self) -> int:
        """The line of its first character, from 1."""
        self._note_place()
        return self.table.place(self.start)[0]

    @property
    def place(self) -> tuple[int, int]:
        """The line and the column of its first character, both from 1."""
        self._note_place()
        return self.table.place(self.start)

    @property
    def end_place(self) -> tuple[int, int]:
        """The line and the column after its last character, both from 1."""
        self._note_place()
        return self.table.place(self.end)

    @property
    def parent(self) -> Node | None:
        """The node around it."""
        table, row = self.table, self.row
        watch = table.watch
        if watch is not None:
            watch.seen.add(watch.parts[row])
        return table.node(table.parents[row]) if row else None

    @property
    def children(self) -> list[Node]:
        """The named nodes in it, comments aside."""
        table, row = self.table, self.row
        watch = table.watch
        if watch is not None:
            watch.seen.add(watch.parts[row])
        node = table.node
        return [node(one) for one in table.children(row)]

    @property
    def is_async(self) -> bool:
        """Whether a loop, a comprehension's clause, a `with` or a function is an `async` one."""
        table, row = self.table, self.row
        watch = table.watch
        if watch is not None:
            watch.seen.add(watch.parts[row])
        return table.text.startswith("async", table.starts[row])

    @property
    def operator(self) -> str:
        """What stands between the two operands of an operator."""
        left, right = self.field("left"), self.field("right")
        if left is None or right is None:
            return ""
        between = self.table.text[left.end : right.start]
        return _COMMENT.sub("", between).replace("\\", "").strip()

    def field(self, name: str) -> Node | None:
        """Return the child that has a part in the node, by the grammar's name for it."""
        table, row = self.table, self.row
        watch = table.watch
        if watch is not None:
            watch.seen.add(watch.parts[row])
        role = PARTS[table.kinds[row]].get(name)
        if role is None:
            return None
        # Most parts are the first or the second child, and asked for over and over.
        child, last = row + 1, table.lasts[row]
        if child < last and table.kinds[child] != _ERROR:
            if role is first:
                return table.handles[child] or table.node(child)
            child = table.lasts[child]
            if role is second and child < last and table.kinds[child] != _ERROR:
                return table.handles[child] or table.node(child)
        found = role(table, row)
        return table.node(found[0]) if found else None

    def fields(self, name: str) -> list[Node]:
        """Return all children that have a part in the node."""
        table, row = self.table, self.row
        watch = table.watch
        if watch is not None:
            watch.seen.add(watch.parts[row])
        role = PARTS[table.kinds[row]].get(name)
        return [] if role is None else [table.node(one) for one in role(table, row)]

    def ancestors(self) -> Iterator[Node]:
        """Give the nodes around it, the innermost first."""
        table, row = self.table, self.row
        watch = table.watch
        if watch is not None:
            watch.seen.add(watch.parts[row])
        parents, handles = table.parents, table.handles
        while row:
            row = parents[row]
            yield handles[row] or table.node(row)

    def before(self) -> Iterator[Node]:
        """Give the nodes before it within the same one, the nearest first."""
        before, _ = self._siblings()
        for one in reversed(before):
            yield self.table.node(one)

    def after(self) -> Iterator[Node]:
        """Give the nodes after it within the same one, in document order."""
        _, after = self._siblings()
        for one in after:
            yield self.table.node(one)

    def _siblings(self) -> tuple[list[int], list[int]]:
        """Return the rows of the nodes before it and after it within the same one."""
        table, row = self.table, self.row
        watch = table.watch
        if watch is not None:
            watch.seen.add(watch.parts[row])
        if not row:
            return [], []
        siblings = table.children(table.parents[row])
        place = siblings.index(row)
        return siblings[:place], siblings[place + 1 :]

    def find_all(self, *kinds: str) -> Iterator[Node]:
        """Give what is of one of the kinds in this node, itself included, in document order."""
        table, row = self.table, self.row
        last = table.lasts[row]
        if table.watch is not None:
            table.watch.note_below(row, last)
        return map(table.node, table.rows(kinds, row, last))

    def find_names(self, name: str) -> Iterator[Node]:
        """Give the identifiers in this node that are a name, in document order."""
        table = self.table
        if table.watch is not None:
            table.watch.note_below(self.row, table.lasts[self.row])
        rows = table.names.get(name, ())
        first, last = bisect_left(rows, self.row), bisect_left(rows, table.lasts[self.row])
        return map(table.node, rows[first:last])

    def has(self, *kinds: str) -> bool:
        """Tell whether anything in this node, or itself, is of one of the kinds."""
        return next(self.find_all(*kinds), None) is not None

    def _note_place(self) -> None:
        watch = self.table.watch
        if watch is not None:
            watch.seen.add(watch.parts[self.row])
            watch.seen.add(watch.lines)

    def is_within(self, outer: Node) -> bool:
        """Tell whether it lies within another node, or is that node."""
        return self.table is outer.table and outer.row <= self.row < outer.table.lasts[outer.row]


def string_content(node: Node) -> str | None:
    """Return what stands between the quotes of a string literal, escapes as they are written.

    None for any other expression, and for a string with values in it.
    """
    if node.kind != "string" or node.has("interpolation"):
        return None
    text = node.text
    prefix = next((at for at, char in enumerate(text) if char in "'\""), len(text))
    quote = next((one for one in _QUOTES if text.startswith(one, prefix)), "")
    content = text[prefix + len(quote) :]
    return content.removesuffix(quote) if quote else content


def string_value(node: Node) -> str | None:
    """Return the text of a plain string literal; None for any other expression."""
    return string_content(node) if node.text[:1] in ("'", '"') else None
