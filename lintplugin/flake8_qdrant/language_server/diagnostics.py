"""Findings as the protocol's diagnostics."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Final

from lsprotocol import converters, types

from flake8_qdrant.rules import RULES
from flake8_qdrant.rules.documentation import page_address

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flake8_qdrant.finding import Finding
    from flake8_qdrant.language_server.analysis import Checked, PlacedFinding, PlacedStep
    from flake8_qdrant.language_server.documents import Part
    from flake8_qdrant.language_server.positions import Encoding

SOURCE: Final = "flake8-qdrant"
_UNCHECKABLE: Final = "QDR000"
_ADVICE: Final = frozenset(rule.code for rule in RULES if rule.advice)
_CONVERTER: Final = converters.get_converter()


def findings_of_part(checked: Checked, index: int) -> list[PlacedFinding]:
    """Return the findings in one part of a snapshot."""
    return [one for one in checked.findings if (one.finding.cell or 1) - 1 == index]


def diagnostics_of(
    checked: Checked, index: int, encoding: Encoding, *, with_steps: bool = True
) -> list[types.Diagnostic]:
    """Return the diagnostics of one part of a snapshot.

    Args:
        checked: the findings in the snapshot.
        index: which part.
        encoding: how the client counts columns.
        with_steps: whether the client shows related information.
    """
    part = checked.snapshot.parts[index]
    return [
        _diagnostic(found, part, encoding, with_steps=with_steps)
        for found in findings_of_part(checked, index)
    ]


def range_of(finding: Finding, part: Part, encoding: Encoding) -> types.Range:
    """Return a finding's range; one at a single place gets the word that stands there."""
    begin, end = (finding.line, finding.column), (finding.end_line, finding.end_column)
    if begin == end:
        line = part.lines[finding.line - 1] if finding.line <= len(part.lines) else ""
        rest = line[finding.column - 1 :]
        end = (finding.line, finding.column + max(len(rest.split(" ", 1)[0]), 1))
    return encoding.range(part.lines, begin, end)


def digest_of(diagnostics: Sequence[types.Diagnostic]) -> str:
    """Return what stands for diagnostics, so that a client need not be sent them again."""
    text = json.dumps([_CONVERTER.unstructure(one) for one in diagnostics], sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _diagnostic(
    found: PlacedFinding, part: Part, encoding: Encoding, *, with_steps: bool
) -> types.Diagnostic:
    finding = found.finding
    related = _related(found.steps, encoding) if with_steps and found.steps else None
    return types.Diagnostic(
        range=range_of(finding, part, encoding),
        message=finding.message,
        severity=_severity(finding.code),
        code=finding.code,
        code_description=types.CodeDescription(page_address(finding.code)),
        source=SOURCE,
        related_information=related,
    )


def _severity(code: str) -> types.DiagnosticSeverity:
    if code == _UNCHECKABLE:
        return types.DiagnosticSeverity.Error
    if code in _ADVICE:
        return types.DiagnosticSeverity.Information
    return types.DiagnosticSeverity.Warning


def _related(
    steps: Sequence[PlacedStep], encoding: Encoding
) -> list[types.DiagnosticRelatedInformation]:
    """Return the links of a chain, outermost first, each at the whole of its line."""
    following = [f"`{step.function}`" for step in steps[1:]] + ["the client"]
    return [
        types.DiagnosticRelatedInformation(
            types.Location(step.part.uri, _line_range(step, encoding)),
            f"`{step.function}` calls {called} here",
        )
        for step, called in zip(steps, following, strict=True)
    ]


def _line_range(step: PlacedStep, encoding: Encoding) -> types.Range:
    lines = step.part.lines
    text = lines[step.line - 1] if step.line <= len(lines) else ""
    begin = len(text) - len(text.lstrip()) + 1
    return encoding.range(lines, (step.line, begin), (step.line, len(text.rstrip()) + 1))
