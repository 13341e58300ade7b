"""An `await` that is missing, and one that is too much."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ast_grep_py import SgRoot

from flake8_qdrant.fixes.edits import Edit, Fix

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from flake8_qdrant.finding import Finding

_FRAMES: Final = ("function_definition", "class_definition", "lambda")


def await_call(text: str, finding: Finding) -> Fix | None:
    """Write `await` before a lost call that is a statement of its own in an `async def`."""
    call = _call(text, finding)
    statement = call.parent() if call is not None else None
    if call is None or statement is None or statement.kind() != "expression_statement":
        return None
    if len(statement.children()) != 1 or not _may_await(statement, finding):
        return None
    line, column = finding.line, finding.column
    return Fix("Write `await` before the call", (Edit(line, column, line, column, "await "),))


def drop_await(text: str, finding: Finding) -> Fix | None:
    """Drop the `await` of what cannot be awaited."""
    call = _call(text, finding)
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


def _call(text: str, finding: Finding) -> SgNode | None:
    """Return the call at a finding's place, if just that is there."""
    begin = (finding.line - 1, finding.column - 1)
    end = (finding.end_line - 1, finding.end_column - 1)
    for node in SgRoot(text, "python").root().find_all(kind="call"):
        span = node.range()
        if (span.start.line, span.start.column) == begin and (
            span.end.line,
            span.end.column,
        ) == end:
            return node
    return None


def _may_await(statement: SgNode, finding: Finding) -> bool:
    """Tell whether `await` may stand in a statement: in an `async def`, or a notebook's cell."""
    frame = next((one for one in statement.ancestors() if one.kind() in _FRAMES), None)
    if frame is None:
        return finding.cell is not None
    first = frame.child(0)
    return frame.kind() == "function_definition" and first is not None and first.kind() == "async"
