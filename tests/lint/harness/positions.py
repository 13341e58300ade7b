"""From the line that a frame stands on to the line that a finding is reported on."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Positions:
    """The calls, awaits, statements and functions of one source file.

    A frame's line is not where its call begins: on a call spread over lines it is that of the
    method's name, and versions of Python differ. A finding stands on the first line of the call.
    """

    def __init__(self, source: str) -> None:
        self._tree = ast.parse(source)
        self._nodes = list(ast.walk(self._tree))
        self._names = dict(_function_names(self._tree, ()))

    def call(self, line: int) -> int:
        """Return the first line of the call that a frame on ``line`` executes."""
        calls = [node for node in self._nodes if isinstance(node, ast.Call)]
        return _only_line([node for node in calls if node.func.end_lineno == line], line)

    def awaited(self, line: int) -> int:
        """Return the first line of what is awaited by a frame on ``line``."""
        awaits = [
            node
            for node in self._nodes
            if isinstance(node, ast.Await) and node.lineno <= line <= (node.end_lineno or line)
        ]
        if not awaits:
            return line
        innermost = max(awaits, key=lambda node: (node.lineno, -(node.end_lineno or 0)))
        return innermost.value.lineno

    def statement(self, line: int) -> range:
        """Return the lines of the innermost statement around ``line``, without a nested body."""
        spans = [
            range(node.lineno, _end_of_head(node) + 1)
            for node in self._nodes
            if isinstance(node, ast.stmt)
        ]
        around = [span for span in spans if line in span]
        return min(around, key=len, default=range(line, line + 1))

    def function(self, first_line: int, name: str) -> str:
        """Return the qualified name of the function whose code begins on ``first_line``."""
        return self._names.get((first_line, name), name)

    def function_around(self, line: int) -> str:
        """Return the qualified name of the innermost function around ``line``."""
        around = [
            node
            for node in self._nodes
            if isinstance(node, _FUNCTIONS) and node.lineno <= line <= (node.end_lineno or line)
        ]
        innermost = max(around, key=lambda node: node.lineno, default=None)
        if innermost is None:
            return ""
        first = min([innermost.lineno, *(one.lineno for one in innermost.decorator_list)])
        return self.function(first, innermost.name)

    def is_in_plain_function(self, line: int) -> bool:
        """Say whether the innermost function around ``line`` is no coroutine function."""
        around = [
            node
            for node in self._nodes
            if isinstance(node, _FUNCTIONS) and node.lineno <= line <= (node.end_lineno or line)
        ]
        innermost = max(around, key=lambda node: node.lineno, default=None)
        return not isinstance(innermost, ast.AsyncFunctionDef)

    def is_used(self, line: int) -> bool:
        """Say whether the value of a call on ``line`` goes into anything but a statement."""
        statements = [node.value for node in self._nodes if isinstance(node, ast.Expr)]
        return not any(isinstance(one, ast.Call) and one.lineno == line for one in statements)

    def identity_or_match(self, line: int) -> bool:
        """Say whether a call on ``line`` is compared by ``is`` or is the subject of a ``match``.

        Both look at an object without telling it, so a running program cannot observe them.
        """
        for node in self._nodes:
            if isinstance(node, ast.Compare) and all(
                isinstance(operator, (ast.Is, ast.IsNot)) for operator in node.ops
            ):
                subject = node.left
            elif isinstance(node, ast.Match):
                subject = node.subject
            else:
                continue
            if isinstance(subject, ast.Call) and subject.lineno == line:
                return True
        return False


@cache
def positions(file: str) -> Positions:
    """Return the positions of a file."""
    return Positions(Path(file).read_text(encoding="utf-8"))


def _only_line(nodes: list[ast.Call], line: int) -> int:
    lines = {node.lineno for node in nodes}
    if len(lines) > 1:
        raise ValueError(f"several calls end their name on line {line}: write one a line")
    return lines.pop() if lines else line


def _end_of_head(node: ast.stmt) -> int:
    body: list[ast.stmt] = getattr(node, "body", [])
    if body:
        return max(node.lineno, body[0].lineno - 1)
    return node.end_lineno or node.lineno


def _function_names(node: ast.AST, outer: tuple[str, ...]) -> Iterator[tuple[tuple[int, str], str]]:
    for child in ast.iter_child_nodes(node):
        inner = outer
        if isinstance(child, (*_FUNCTIONS, ast.ClassDef)):
            inner = (*outer, child.name)
            first = min([child.lineno, *(item.lineno for item in child.decorator_list)])
            yield (first, child.name), ".".join(inner)
        elif isinstance(child, ast.Lambda):
            yield (child.lineno, "<lambda>"), ".".join((*outer, "<lambda>"))
        yield from _function_names(child, inner)
