"""One line a finding, as flake8 prints it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flake8_qdrant.finding import Finding


def render(findings: Sequence[Finding]) -> str:
    """Return `path:line:col: CODE message` lines."""
    return "".join(f"{_place(f)}:{f.line}:{f.column}: {f.code} {f.message}\n" for f in findings)


def _place(finding: Finding) -> str:
    return finding.path if finding.cell is None else f"{finding.path}:cell {finding.cell}"
