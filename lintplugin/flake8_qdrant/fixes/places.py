"""What stands where a finding is, and what may be written there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ast_grep_py import SgRoot

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from flake8_qdrant.finding import Finding

_FRAMES: Final = ("function_definition", "class_definition", "lambda")


def call_at(text: str, finding: Finding) -> SgNode | None:
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


def may_await(statement: SgNode, finding: Finding) -> bool:
    """Tell whether `await` may stand in a statement: in an `async def`, or a notebook's cell."""
    frame = next((one for one in statement.ancestors() if one.kind() in _FRAMES), None)
    if frame is None:
        return finding.cell is not None
    first = frame.child(0)
    return frame.kind() == "function_definition" and first is not None and first.kind() == "async"
