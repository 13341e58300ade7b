"""Findings as annotations that GitHub Actions puts beside the lines of a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_qdrant.output.text import line_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flake8_qdrant.finding import Finding


def render(findings: Sequence[Finding]) -> str:
    """Return one workflow command a finding; the log shows `path:line:col: CODE message`."""
    return "".join(map(_command, findings))


def _command(finding: Finding) -> str:
    place = {
        "title": f"flake8-qdrant ({finding.code})",
        "file": finding.path,
        "line": finding.line,
        "col": finding.column,
        "endLine": finding.end_line,
        "endColumn": finding.end_column,
    }
    properties = ",".join(f"{name}={_property(str(value))}" for name, value in place.items())
    return f"::error {properties}::{_data(line_of(finding))}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
