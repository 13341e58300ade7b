"""One line a finding, as flake8 prints it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_qdrant.finding import shown_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flake8_qdrant.finding import Finding


def render(findings: Sequence[Finding]) -> str:
    """Return `path:line:col: CODE message` lines."""
    return "".join(f"{line_of(finding)}\n" for finding in findings)


def line_of(finding: Finding) -> str:
    """Return the place, the code and the message of a finding."""
    place = f"{shown_path(finding.path, finding.cell)}:{finding.line}:{finding.column}"
    return f"{place}: {finding.code} {finding.message}"
