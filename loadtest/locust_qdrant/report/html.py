"""The report as one page: no network, no script, light and dark, readable on a phone."""

from __future__ import annotations

import json
from dataclasses import astuple
from datetime import datetime, timezone
from functools import cache
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from locust_qdrant.checks import Verdict
from locust_qdrant.checks.interface import WHAT_NOW
from locust_qdrant.metrics.figures import TOTAL
from locust_qdrant.report import charts, svg
from locust_qdrant.report.contents import blamed, comparison, no_comparison

if TYPE_CHECKING:
    from jinja2 import Template

    from locust_qdrant.report.contents import PathReport, Report

_MARKS = {
    Verdict.PASSED: "✓",
    Verdict.WARNING: "!",
    Verdict.INVALID: "?",
    Verdict.NOT_MEASURED: "-",
    Verdict.INTERRUPTED: "-",
    Verdict.FAILED: "✗",
}


def render(report: Report) -> str:
    """Return the page."""
    run = report.run
    return template("report.html").render(
        report=report,
        run=run,
        mark=_MARKS,
        started=datetime.fromtimestamp(run.started, timezone.utc),
        paths=[_path(path) for path in report.paths],
        comparison=comparison(report.paths),
        no_comparison=no_comparison(report.paths),
        what_now=WHAT_NOW,
        workload=json.dumps(dict(run.workload), indent=2, default=str),
        total=TOTAL,
    )


def template(name: str) -> Template:
    """Return a page by the name of its file."""
    return _environment().get_template(name)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("locust_qdrant", "report/pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["ms"] = _ms
    environment.filters["svg"] = svg.render
    environment.filters["times"] = astuple
    return environment


def _path(path: PathReport) -> dict[str, Any]:
    unmeasured = dict.fromkeys(each.phase.name for each in path.phases if not each.phase.measured)
    return {
        "report": path,
        "blamed": blamed(path.result.service) if path.result.service else None,
        "plots": charts.of(path),
        "is_open": path.result.traffic.arrivals is not None,
        "left_out": ", ".join(unmeasured),
    }


def _ms(seconds: float) -> str:
    milliseconds = seconds * 1000
    return f"{milliseconds:,.1f}" if milliseconds < 1000 else f"{milliseconds:,.0f}"  # noqa: PLR2004
