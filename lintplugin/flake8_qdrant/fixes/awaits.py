"""An `await` that is missing, and one that is too much."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_qdrant.fixes.edits import Edit, Fix
from flake8_qdrant.fixes.places import call_at, may_await

if TYPE_CHECKING:
    from flake8_qdrant.finding import Finding


def await_call(text: str, finding: Finding) -> Fix | None:
    """Write `await` before a lost call that is a statement of its own in an `async def`."""
    call = call_at(text, finding)
    statement = call.parent() if call is not None else None
    if call is None or statement is None or statement.kind() != "expression_statement":
        return None
    if len(statement.children()) != 1 or not may_await(statement, finding):
        return None
    line, column = finding.line, finding.column
    return Fix("Write `await` before the call", (Edit(line, column, line, column, "await "),))


def drop_await(text: str, finding: Finding) -> Fix | None:
    """Drop the `await` of what cannot be awaited."""
    call = call_at(text, finding)
    operand = call
    around = call.parent() if call is not None else None
    while around is not None and around.kind() == "parenthesized_expression":
        operand, around = around, around.parent()
    if operand is None or around is None or around.kind() != "await":
        return None
    begin, end = around.range().start, operand.range().start
    if text[begin.index : end.index].split() != ["await"]:
        return None  # a comment stands between
    edit = Edit(begin.line + 1, begin.column + 1, end.line + 1, end.column + 1, "")
    return Fix("Drop the `await`", (edit,))
