"""The checks as JUnit XML, which CI systems show as tests."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from locust_qdrant.checks import Verdict

if TYPE_CHECKING:
    from locust_qdrant.checks import CheckResult
    from locust_qdrant.report.contents import PathReport, Report

# XML 1.0 has no place for these, escaped or not.
_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")


def render(report: Report) -> str:
    """Return `report` with a suite a path and a case a check; evidence is the failure's text."""
    root = ET.Element("testsuites", name="locust-qdrant")
    started = datetime.fromtimestamp(report.run.started, timezone.utc)
    for path in report.paths:
        _add_suite(root, path, started.isoformat(timespec="seconds"))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _add_suite(root: ET.Element, path: PathReport, started: str) -> None:
    failures = sum(check.verdict is Verdict.FAILED for check in path.checks)
    suite = ET.SubElement(
        root,
        "testsuite",
        name=f"{path.result.path} path",
        tests=str(len(path.checks)),
        failures=str(failures),
        errors="0",
        skipped="0",
        time=f"{path.result.traffic.seconds:.3f}",
        timestamp=started,
    )
    for check in path.checks:
        _add_case(suite, path, check)


def _add_case(suite: ET.Element, path: PathReport, check: CheckResult) -> None:
    case = ET.SubElement(
        suite, "testcase", classname=f"locust_qdrant.{path.result.path}", name=check.name, time="0"
    )
    said = _clean("\n".join((f"{check.figure} (limit: {check.limit})", *check.evidence)))
    if check.verdict is Verdict.FAILED:
        failure = ET.SubElement(case, "failure", message=_clean(check.figure), type="check")
        failure.text = said
    else:
        ET.SubElement(case, "system-out").text = f"{check.verdict.value}: {said}"


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
