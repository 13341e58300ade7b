"""The formats with what findings cost: the same, and how long each one's lines held the loop."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from flake8_qdrant.output import render

if TYPE_CHECKING:
    from flake8_qdrant.costs import Cost, Costs
    from flake8_qdrant.finding import Finding
    from flake8_qdrant.profile import HeldLine

_HEADING = "Lines that held the loop without a finding:"


def render_costs(costs: Costs, format_: str) -> str:
    """Return the findings of `costs` in one of the `FORMATS`."""
    if format_ == "json":
        return json.dumps(_as_data(costs), indent=2) + "\n"
    told = [_told(finding, costs.of.get(finding)) for finding in costs.findings]
    text = render(told, format_)
    if format_ == "sarif":
        return _with_properties(text, costs)
    return text + _rest(costs) if format_ == "text" else text


def _told(finding: Finding, cost: Cost | None) -> Finding:
    if cost is None:
        return finding
    return replace(finding, message=f"{finding.message}; {cost.describe()}")


def _rest(costs: Costs) -> str:
    if not costs.without_finding:
        return ""
    lines = "".join(f"  {_line(held)}\n" for held in costs.without_finding)
    return f"\n{_HEADING}\n{lines}"


def _line(held: HeldLine) -> str:
    library = f", in {held.library_frame}" if held.library_frame else ""
    return (
        f"{held.file}:{held.line}: {held.milliseconds:,.0f} ms in `{held.function}` "
        f"({held.samples:,} samples, longest {held.longest_milliseconds:,.0f} ms){library}"
    )


def _as_data(costs: Costs) -> dict[str, Any]:
    return {
        "findings": [
            asdict(finding) | {"held": _held(costs.of.get(finding))} for finding in costs.findings
        ],
        "held_without_finding": [asdict(held) for held in costs.without_finding],
    }


def _held(cost: Cost | None) -> dict[str, Any] | None:
    if cost is None:
        return None
    return {
        "milliseconds": cost.milliseconds,
        "longest_milliseconds": cost.longest_milliseconds,
        "samples": cost.samples,
        "lines": [{"file": line.file, "line": line.line} for line in cost.lines],
    }


def _with_properties(text: str, costs: Costs) -> str:
    data = json.loads(text)
    for finding, result in zip(costs.findings, data["runs"][0]["results"], strict=True):
        held = _held(costs.of.get(finding))
        if held is not None:
            result["properties"] = {"heldLoop": held}
    return json.dumps(data, indent=2) + "\n"
