"""The values of literals."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ast_grep_py import SgNode


def string_value(node: SgNode) -> str | None:
    """Return the text of a plain string literal; None for any other expression."""
    if node.kind() != "string" or node.text()[:1] not in "'\"":
        return None
    parts = node.named_children()
    if any(part.kind() == "interpolation" for part in parts):
        return None
    return "".join(part.text() for part in parts if part.kind() == "string_content")
