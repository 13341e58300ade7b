"""Silences a finding where it is: a `# noqa` with its code, and room for the reason."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ast_grep_py import SgRoot

from flake8_qdrant.fixes.edits import Edit, Fix, applied
from flake8_qdrant.suppressions import Suppressions

if TYPE_CHECKING:
    from flake8_qdrant.finding import Finding

REASON: Final = "say why"
"""Stands where the reason belongs; an editor selects it if it can."""
_COMMENT: Final = re.compile(r"# noqa:\s?[A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*", re.IGNORECASE)


def silence(text: str, finding: Finding) -> Fix | None:
    """Return the edit that silences a finding, if a comment can do so.

    A code is put to those that a comment on the line lists already. A line that ends within a
    string is silenced behind the string's end.

    Args:
        text: the text that the finding's lines count in: a file's, or a cell's.
        finding: what was found.
    """
    lines = text.split("\n")
    for number in range(finding.line, min(finding.end_line, len(lines)) + 1):
        line = lines[number - 1].rstrip("\r")
        if line.endswith("\\"):
            continue
        edit = _edit(line, number, finding.code)
        silenced = applied(text, [edit])
        if _ends_in_comment(silenced, number) and Suppressions(silenced).silence(
            finding.code, finding.line
        ):
            return Fix(f"Silence {finding.code} on this line", (edit,))
    return None


def _ends_in_comment(text: str, number: int) -> bool:
    """Tell whether a line has a comment, and not a string that goes on with the next line."""
    comments = SgRoot(text, "python").root().find_all(kind="comment")
    return any(comment.range().start.line == number - 1 for comment in comments)


def _edit(line: str, number: int, code: str) -> Edit:
    comment = _COMMENT.search(line)
    if comment is not None:
        column = comment.end() + 1
        return Edit(number, column, number, column, f", {code}")
    end = len(line.rstrip())
    return Edit(number, end + 1, number, len(line) + 1, f"  # noqa: {code} - {REASON}")
