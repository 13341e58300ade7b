"""The checks as JUnit XML, which CI systems show as tests."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from locust_qdrant.checks import Verdict

if TYPE_CHECKING:
    from locust_qdrant.checks import CheckResult
    from locust_qdrant.metrics.results import Run
    from locust_qdrant.report.contents import PathReport, Report

# XML 1.0 has no place for these, escaped or not.
_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")


def render(report: Report) -> str:
    """Return `report` with a suite a path and a case a check; evidence is the failure's text."""
    root = ET.Element("testsuites", name="locust-qdrant")
    started = datetime.fromtimestamp(report.run.started, timezone.utc)
    stamp = started.isoformat(timespec="seconds")
    for path in report.paths:
        _add_suite(root, path, stamp, report)
    if report.run.interrupted:
        _add_interruption(root, report, stamp)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _add_interruption(root: ET.Element, report: Report, started: str) -> None:
    suite = ET.SubElement(
        root,
        "testsuite",
        name="run",
        tests="1",
        failures="0",
        errors="1",
        skipped="0",
        time="0",
        timestamp=started,
    )
    add_server(suite, report.run)
    case = ET.SubElement(suite, "testcase", classname="locust_qdrant", name="interrupted", time="0")
    ET.SubElement(case, "error", message=clean(report.summary), type="interrupted")


def add_server(suite: ET.Element, run: Run) -> None:
    """Say in a suite which server answered."""
    properties = ET.SubElement(suite, "properties")
    ET.SubElement(properties, "property", name="server", value=clean(run.server))


def _fails(check: CheckResult, *, interrupted: bool) -> bool:
    # What a run did not come to is no failure of a check.
    return check.verdict is Verdict.FAILED or (check.fails and not interrupted)


def _kind(check: CheckResult, report: Report) -> str:
    """Return what a check is to JUnit; nothing for one that passed."""
    if _fails(check, interrupted=report.run.interrupted):
        return "failure"
    if check.verdict is Verdict.INVALID and not report.allow_invalid:
        return "error"
    return "skipped" if check.verdict is Verdict.NOT_MEASURED else ""


def _add_suite(root: ET.Element, path: PathReport, started: str, report: Report) -> None:
    kinds = [_kind(check, report) for check in path.checks]
    suite = ET.SubElement(
        root,
        "testsuite",
        name=f"{path.result.path} path",
        tests=str(len(path.checks)),
        failures=str(kinds.count("failure")),
        errors=str(kinds.count("error")),
        skipped=str(kinds.count("skipped")),
        time=f"{path.result.traffic.seconds:.3f}",
        timestamp=started,
    )
    add_server(suite, report.run)
    for check, kind in zip(path.checks, kinds, strict=True):
        _add_case(suite, path, check, kind)


def _add_case(suite: ET.Element, path: PathReport, check: CheckResult, kind: str) -> None:
    case = ET.SubElement(
        suite, "testcase", classname=f"locust_qdrant.{path.result.path}", name=check.name, time="0"
    )
    said = clean("\n".join((f"{check.figure} (limit: {check.limit})", *check.evidence)))
    if kind in {"failure", "error"}:
        about = "check" if kind == "failure" else check.verdict.value
        ET.SubElement(case, kind, message=clean(check.figure), type=about).text = said
    elif kind:
        ET.SubElement(case, kind, message=clean(f"{check.verdict.value}: {said}"))
    else:
        ET.SubElement(case, "system-out").text = f"{check.verdict.value}: {said}"


def clean(text: str) -> str:
    """Return `text` without the characters that XML has no place for."""
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
