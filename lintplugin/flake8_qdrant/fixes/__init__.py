"""Repairs of findings: from one finding and the text that it was found in to edits on ranges.

A repair that is listed here is certain: it changes what the finding is about, and nothing else.
Each is a function of its own, listed under the codes that it serves; whoever wants to mend a
finding, be it an editor or a command, comes through `fix_of`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flake8_qdrant.fixes.awaits import await_call, drop_await
from flake8_qdrant.fixes.edits import Edit, Fix, applied

if TYPE_CHECKING:
    from collections.abc import Callable

    from flake8_qdrant.finding import Finding

__all__ = ["Edit", "Fix", "applied", "fix_of"]

_FIXES: Final[dict[str, Callable[[str, Finding], Fix | None]]] = {
    "QDR201": await_call,
    "QDR203": drop_await,
    "QDR502": await_call,
}


def fix_of(text: str, finding: Finding) -> Fix | None:
    """Return the repair of a finding, if there is one that is certain.

    Args:
        text: the text that the finding's lines and columns count in: a file's, or a cell's.
        finding: what was found; if the text has changed so that something else is there, no repair
            is given.
    """
    find = _FIXES.get(finding.code)
    return None if find is None else find(text, finding)
