"""Findings as a JSON array."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flake8_qdrant.finding import Finding


def render(findings: Sequence[Finding]) -> str:
    """Return an array of objects with the fields of `Finding`."""
    return json.dumps([asdict(finding) for finding in findings], indent=2) + "\n"
