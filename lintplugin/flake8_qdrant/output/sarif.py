"""Findings as SARIF 2.1.0, which code scanning services read."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from flake8_qdrant import __version__
from flake8_qdrant.rules import RULES
from flake8_qdrant.rules.documentation import document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flake8_qdrant.finding import Finding
    from flake8_qdrant.rules.context import Rule

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_BASE: Final = "SRCROOT"
"""What paths count from: the working directory."""

Object = dict[str, Any]


def render(findings: Sequence[Finding]) -> str:
    """Return one run; a finding's chain is its code flow, and its steps are related locations."""
    index = {rule.code: number for number, rule in enumerate(RULES)}
    driver = {
        "name": "flake8-qdrant",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [_descriptor(rule) for rule in RULES],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_BASE: {"uri": Path.cwd().as_uri().rstrip("/") + "/"}},
        "results": [_result(finding, index[finding.code]) for finding in findings],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _descriptor(rule: Rule) -> Object:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": f"{rule.summary}."},
        "help": {"text": f"{rule.summary}.", "markdown": document(rule)},
        "defaultConfiguration": {
            "enabled": not rule.advice,
            "level": "note" if rule.advice else "warning",
        },
    }


def _result(finding: Finding, index: int) -> Object:
    result: Object = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "message": {"text": finding.message},
        "locations": [_location(finding)],
    }
    if RULES[index].advice:
        result["level"] = "note"
    if finding.chain:
        steps = [
            {
                "physicalLocation": _place(step.path, {"startLine": step.line}),
                "message": {"text": f"`{step.function}` calls what follows here"},
            }
            for step in finding.chain
        ]
        start = {"physicalLocation": _span(finding), "message": {"text": finding.message}}
        flow = [{"location": location} for location in (start, *steps)]
        result["codeFlows"] = [{"threadFlows": [{"locations": flow}]}]
        result["relatedLocations"] = [{"id": n, **step} for n, step in enumerate(steps, start=1)]
    return result


def _location(finding: Finding) -> Object:
    location: Object = {"physicalLocation": _span(finding)}
    if finding.cell is not None:  # in which the lines count
        location["logicalLocations"] = [{"name": f"cell {finding.cell}"}]
    return location


def _span(finding: Finding) -> Object:
    region = {
        "startLine": finding.line,
        "startColumn": finding.column,
        "endLine": finding.end_line,
        "endColumn": finding.end_column,
    }
    return _place(finding.path, region)


def _place(path: str, region: Object) -> Object:
    if os.path.isabs(path):
        artifact = {"uri": Path(path).as_uri()}
    else:
        artifact = {"uri": quote(os.fsencode(path.replace(os.sep, "/"))), "uriBaseId": _BASE}
    return {"artifactLocation": artifact, "region": region}
