"""The report as one page: no network, light and dark, readable on a phone."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from functools import cache
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from locust_qdrant.checks import Verdict
from locust_qdrant.figures import TOTAL, measured
from locust_qdrant.report import charts, split, svg
from locust_qdrant.report.contents import comparison

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinja2 import Template

    from locust_qdrant.report.contents import PathReport, Report

_MARKS = {
    Verdict.PASSED: "✓",
    Verdict.WARNING: "!",
    Verdict.INVALID: "?",
    Verdict.FAILED: "✗",
}


def render(report: Report) -> str:
    """Return the page."""
    run = report.run
    return _template().render(
        report=report,
        run=run,
        mark=_MARKS,
        started=datetime.fromtimestamp(run.started, timezone.utc),
        summary=_summary(report),
        paths=[_path(path) for path in report.paths],
        comparison=comparison(report.paths),
        workload=json.dumps(dict(run.workload), indent=2, default=str),
        total=TOTAL,
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("locust_qdrant", "report/pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["ms"] = _ms
    environment.filters["svg"] = svg.render
    return environment.get_template("report.html")


def _path(path: PathReport) -> dict[str, Any]:
    records, _ = measured(path.result.traffic)
    found = split.bands(records)
    return {
        "report": path,
        "charts": [chart for chart in charts.of(path) if not chart.is_empty],
        "bands": found,
        "advice": split.advice(found),
        "is_open": path.result.traffic.arrivals is not None,
    }


def _summary(report: Report) -> str:
    checks = [check for path in report.paths for check in path.checks]
    failed = [check.name for check in checks if check.verdict is Verdict.FAILED]
    if failed:
        return f"{len(failed)} of {len(checks)} checks failed: {', '.join(_unique(failed))}."
    return f"All {len(checks)} checks passed." if not _doubts(report) else _doubts(report)


def _doubts(report: Report) -> str:
    doubts = []
    if report.warnings:
        doubts.append(f"{report.warnings} warned")
    if report.invalid:
        doubts.append("the figures are no measure of the server")
    return f"No check failed; {', and '.join(doubts)}." if doubts else ""


def _unique(names: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _ms(seconds: float) -> str:
    milliseconds = seconds * 1000
    return f"{milliseconds:,.1f}" if milliseconds < 1000 else f"{milliseconds:,.0f}"  # noqa: PLR2004
