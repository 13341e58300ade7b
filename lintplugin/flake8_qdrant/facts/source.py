"""One parsed source file, and questions about positions in it."""

from __future__ import annotations

import ast
import warnings
from bisect import bisect_right
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NamedTuple

from flake8_qdrant.facts.arguments import arguments, positional
from flake8_qdrant.facts.build import build_scopes
from flake8_qdrant.facts.nodes import string_content, string_value
from flake8_qdrant.facts.parse import parse
from flake8_qdrant.facts.scopes import Put
from flake8_qdrant.notebook import ENDING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flake8_qdrant.facts.nodes import Node, NodeTable
    from flake8_qdrant.facts.scopes import AttributeAssignment, Binding, Scope


_PUTTING: Final = ("add", "append", "appendleft", "insert", "set", "setdefault")
_NAMES: Final = ("attribute", "identifier")
OWN_MISTAKE: Final = "flake8-qdrant itself made a mistake"


class Problem(NamedTuple):
    """Why a file, or a part of it, cannot be checked. Line and column count from 1."""

    message: str
    line: int = 1
    column: int = 1


def own_mistake(error: Exception) -> Problem:
    """Say where the linter itself went wrong, so that a user can report it."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    place = f" at {frame.tb_frame.f_code.co_name}:{frame.tb_lineno}" if frame else ""
    return Problem(f"not checked: {OWN_MISTAKE}, {type(error).__name__}{place}; please report it")


def syntax_error(text: str) -> Problem | None:
    """Return where Python itself stops, asked if the tree has a doubtful place: grammars differ."""
    return python_error(text) if parse(text).doubtful else None


def python_error(text: str) -> Problem | None:
    """Return where Python itself stops."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except SyntaxError as error:
        return Problem(error.msg, error.lineno or 1, error.offset or 1)
    except (RecursionError, MemoryError, ValueError) as error:
        return Problem(str(error) or "nested too deeply for Python to parse")
    return None


class Source:
    """A file's text with its tree and scopes. Positions are character offsets.

    Args:
        path: where it lies.
        text: its Python source.
        table: the nodes of that text, if they are known.
    """

    def __init__(self, path: Path, text: str, table: NodeTable | None = None) -> None:
        self.path = path
        self.name = str(path)
        self.text = text
        self.table = parse(text) if table is None else table
        self.puts: list[Put] = []
        self._quoted: dict[Node, Node | None] = {}
        self._mentioned: dict[str, bool] = {}
        self.name_reads: dict[tuple[Scope, str], tuple[dict[Binding, list[Node]], list[Node]]] = {}
        """Where names are read, as far as it has been found: by binding, and in other functions."""
        self._scopes, self._outside_attributes = build_scopes(self)
        self._starts = [scope.start for scope in self._scopes]
        self._calls_by_name: dict[str, list[Node]] | None = None
        self._puts_by_name: dict[str, list[Put]] | None = None
        self._outside_attributes_by_name: dict[str, list[AttributeAssignment]] | None = None
        self._used_by_name: list[Node] | None = None
        self._attributes_by_frame: dict[Scope, list[tuple[Node, str]]] | None = None

    @property
    def tree(self) -> Node:
        """The node of the whole text."""
        return self.table.root

    @property
    def scopes(self) -> list[Scope]:
        """Its scopes in document order, the module first."""
        if self.table.watch is not None:
            self.table.watch.seen.add(self.table.watch.first)
        return self._scopes

    def quoted(self, string: Node) -> Node | None:
        """Return the root of the code in an annotation's quotes; None for any other string."""
        code = string_content(string)
        if string not in self._quoted:
            self._quoted[string] = None if code is None else parse(code).root
        return self._quoted[string]

    @property
    def is_notebook(self) -> bool:
        """Whether the text is that of a notebook's cells, whose top level runs on a loop."""
        return self.path.suffix == ENDING

    @property
    def module(self) -> Scope:
        """The scope of the file's top level."""
        return self._scopes[0]

    def scope_at(self, position: int) -> Scope:
        """Return the innermost scope whose code holds the position."""
        scope: Scope | None = self._scopes[max(bisect_right(self._starts, position) - 1, 0)]
        while scope is not None and scope.end <= position:
            scope = scope.parent
        return scope or self.module

    def scope_of(self, node: Node) -> Scope:
        """Return the innermost scope whose code holds the node."""
        return self.scope_at(node.start)

    def mentions(self, word: str) -> bool:
        """Tell whether the text has a word, or a part of one."""
        known = self._mentioned.get(word)
        if known is None:
            known = self._mentioned[word] = word in self.text
        return known

    @property
    def syntax_error(self) -> Problem | None:
        """Where Python itself stops, asked if the tree has a doubtful place: grammars differ."""
        return python_error(self.text) if self.table.doubtful else None

    def attributes_read_in(self, frame: Scope) -> list[tuple[Node, str]]:
        """Return the `value.name` expressions in a function's own code, with their names."""
        frame.look_at()
        return self._attributes_read.get(frame, [])

    def outside_attributes_in(self, frame: Scope) -> list[AttributeAssignment]:
        """Return a function's own assignments to attributes, those of its receiver aside."""
        frame.look_at()
        return [one for one in self._outside_attributes if one.binding.scope.frame() is frame]

    @property
    def _attributes_read(self) -> dict[Scope, list[tuple[Node, str]]]:
        if self._attributes_by_frame is None:
            found: dict[Scope, list[tuple[Node, str]]] = {}
            with self._unwatched():
                for node in self.tree.find_all("attribute"):
                    name = node.field("attribute")
                    if name is not None:
                        found.setdefault(self.scope_of(node).frame(), []).append((node, name.text))
            self._attributes_by_frame = found
        return self._attributes_by_frame

    @property
    def used_by_name(self) -> list[Node]:
        """What plain `with` and `for` statements use that stands in a variable or attribute.

        Of a `for` statement it is a variable which its function has from a call.
        """
        if self._used_by_name is None:
            found: list[Node] = []
            with self._unwatched():
                for loop in self.tree.find_all("for_statement"):
                    items = loop.field("right")
                    if items is not None and items.kind == "identifier" and not loop.is_async:
                        bindings = self.scope_of(items).frame().bindings.get(items.text, ())
                        values = [one.value for one in bindings if one.value is not None]
                        if values and all(value.kind == "call" for value in values):
                            found.append(items)
                for item in self.tree.find_all("with_item"):
                    held = next(iter(item.children), None)
                    if held is not None and held.kind == "as_pattern":
                        held = held.children[0]
                    around = (one for one in item.ancestors() if one.kind == "with_statement")
                    # A broken text has items without a statement around them.
                    statement = next(around, None)
                    if held is None or statement is None or statement.is_async:
                        continue
                    if held.kind in _NAMES:
                        found.append(held)
            self._used_by_name = found
        return self._used_by_name

    @property
    def outside_attributes_by_name(self) -> dict[str, list[AttributeAssignment]]:
        """Assignments to attributes that do not go through a method's receiver, by name."""
        if self._outside_attributes_by_name is None:
            found: dict[str, list[AttributeAssignment]] = {}
            for assignment in self._outside_attributes:
                found.setdefault(assignment.binding.name, []).append(assignment)
            self._outside_attributes_by_name = found
        return self._outside_attributes_by_name

    @property
    def puts_by_name(self) -> dict[str, list[Put]]:
        """What the file puts into containers, under the container's last name."""
        if self._puts_by_name is None:
            found: dict[str, list[Put]] = {}
            with self._unwatched():
                for put in (*self.puts, *_puts_by_call(self)):
                    found.setdefault(put.target.text.rpartition(".")[2], []).append(put)
            self._puts_by_name = found
        return self._puts_by_name

    @property
    def calls_by_name(self) -> dict[str, list[Node]]:
        """The file's calls under the last name of what they call: `a.b(c)` under `b`."""
        if self._calls_by_name is None:
            found: dict[str, list[Node]] = {}
            with self._unwatched():
                for call in (call for scope in self._scopes for call in scope.calls):
                    name = called_name(call)
                    if name:
                        found.setdefault(name, []).append(call)
            self._calls_by_name = found
        return self._calls_by_name

    @contextmanager
    def _unwatched(self) -> Iterator[None]:
        """Sort what is there, which tells nobody anything but whether a name is among it."""
        watch, self.table.watch = self.table.watch, None
        try:
            yield
        finally:
            self.table.watch = watch


def _puts_by_call(source: Source) -> Iterator[Put]:
    """Give what methods of containers put into them; the value is their last argument."""
    for method in _PUTTING:
        for call in source.calls_by_name.get(method, ()):
            function, given = call.field("function"), positional(call)
            target = function.field("object") if function is not None else None
            if target is not None and given:
                keyed = method in ("set", "setdefault") and len(given) > 1
                index = given[0] if keyed else None
                key = string_value(index) if index is not None else None
                yield Put(source, target, given[-1], key, index)
    for call in source.calls_by_name.get("update", ()):
        function = call.field("function")
        target = function.field("object") if function is not None else None
        if target is not None:
            yield from _updates(source, target, call)


def _updates(source: Source, target: Node, call: Node) -> Iterator[Put]:
    """Give what `target.update({"key": value}, other=value)` puts into a dictionary."""
    for argument in arguments(call):
        if argument.kind == "keyword_argument":
            name, value = argument.field("name"), argument.field("value")
            if name is not None and value is not None:
                yield Put(source, target, value, name.text)
        elif argument.kind == "dictionary":
            for pair in argument.children:
                index, value = pair.field("key"), pair.field("value")
                if index is not None and value is not None:
                    yield Put(source, target, value, string_value(index), index)


def called_name(call: Node) -> str | None:
    """Return the last name of what is called, or None for a call of a call, a subscript, ..."""
    function = call.field("function")
    if function is None:
        return None
    if function.kind == "attribute":
        function = function.field("attribute")
    return function.text if function is not None and function.kind == "identifier" else None
