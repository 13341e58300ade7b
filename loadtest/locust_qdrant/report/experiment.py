"""What an experiment found, in every form: terminal, page, data, JUnit and Markdown."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.etree import ElementTree as ET

from locust_qdrant import exit_codes
from locust_qdrant.report.console import plain, print_records, report_console
from locust_qdrant.report.html import template
from locust_qdrant.report.junit import add_server, clean
from locust_qdrant.report.markdown import escaped, table
from locust_qdrant.report.outputs import Outputs, write_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from locust_qdrant.metrics.results import Run
    from locust_qdrant.report.plot import Plot

#: Raised whenever a key changes its meaning or goes away; zero may change at any time.
FORMAT_VERSION = 0
#: In a pipe: a comparison of three figures in one line a variant.
_COLUMNS = 132


class Case(NamedTuple):
    """One thing that was found, as CI systems show it.

    Attributes:
        name: what was looked at.
        said: what was found, in words.
        failed: whether it fails the experiment.
        invalid: whether its figures say little, and the answer of the experiment rests on them.
    """

    name: str
    said: str
    failed: bool = False
    invalid: bool = False


@dataclass(frozen=True)
class ExperimentReport:
    """What an experiment found.

    Attributes:
        kind: the sub-command: `sweep`, `compare`, `capacity` or `diagnose`.
        run: where, with what, and when.
        headings: of the table; the first column is a name, the others are figures.
        rows: of the table.
        caption: what stands below the table.
        sentences: what was found, in words.
        cases: what CI systems show.
        plots: for the page.
        data: what only this kind of experiment has, as JSON knows it.
        allow_invalid: whether figures that say little are fine.
    """

    kind: str
    run: Run
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    caption: str
    sentences: Sequence[str]
    cases: Sequence[Case]
    plots: Sequence[Plot] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    allow_invalid: bool = False

    @property
    def invalid(self) -> list[str]:
        """What the answer rests on although its figures say little, one line each."""
        return [f"{case.name}: {case.said}" for case in self.cases if case.invalid]

    @property
    def exit_code(self) -> int:
        """The exit code of a command that made it."""
        return exit_codes.exit_code(
            failed=any(case.failed for case in self.cases),
            invalid=bool(self.invalid) and not self.allow_invalid,
        )


def publish(report: ExperimentReport, outputs: Outputs) -> int:
    """Print `report`, write it in every form that was asked for, and return the exit code.

    Raises:
        UsageError: a file cannot be written any more.
    """
    print_experiment(report, aside=outputs.stdout_taken)
    write(report, outputs)
    return report.exit_code


def write(report: ExperimentReport, outputs: Outputs) -> None:
    """Write `report` in every form that was asked for, each whole or not at all.

    Raises:
        UsageError: a file cannot be written any more.
    """
    written = []
    for name, path in outputs.wanted():
        write_text(name, path, _RENDER[name](report))
        written.append(name)
    outputs.tell(written)


def print_experiment(report: ExperimentReport, *, aside: bool = False) -> None:
    """Print what was measured; `aside` on standard error."""
    with report_console(aside=aside, columns=_COLUMNS) as console:
        console.print(f"\n[bold]{plain(report.run.title)}[/bold]")
        console.print(plain(report.run.server))
        print_records(console, report.headings, report.rows, report.caption)
        for sentence in (*report.sentences, *(f"Note: {note}" for note in report.run.notes)):
            console.print(plain(sentence))
        if report.invalid:
            allowed = ", which is allowed" if report.allow_invalid else " (see --allow-invalid)"
            console.print(f"[bold yellow]INVALID:[/] the answer rests on such figures{allowed}.")


def as_data(report: ExperimentReport) -> dict[str, Any]:
    """Return `report` as what JSON knows; times in seconds. `schemas/` has the schema."""
    run = report.run
    return {
        "format": FORMAT_VERSION,
        "kind": report.kind,
        "title": run.title,
        "server": run.server,
        "command": run.command,
        "started": run.started,
        "versions": dict(run.versions),
        "machine": dict(run.machine),
        "notes": list(run.notes),
        "sentences": list(report.sentences),
        "invalid": report.invalid,
        **report.data,
    }


def _json(report: ExperimentReport) -> str:
    return json.dumps(as_data(report), indent=2) + "\n"


def _html(report: ExperimentReport) -> str:
    return template("experiment.html").render(
        run=report.run,
        started=datetime.fromtimestamp(report.run.started, timezone.utc),
        sentences=report.sentences,
        plots=report.plots,
        headings=report.headings,
        rows=report.rows,
        caption=report.caption,
    )


def _markdown(report: ExperimentReport) -> str:
    lines = [f"## locust-qdrant {report.kind}: {escaped(report.run.title)}", ""]
    lines.append(escaped(report.run.server))
    for sentence in report.sentences:
        lines += ["", escaped(sentence)]
    rows = [[escaped(cell) for cell in row] for row in report.rows]
    lines += table([heading or " " for heading in report.headings], rows, numbers_from=1)
    lines += ["", escaped(report.caption)]
    for note in report.run.notes:
        lines += ["", f"Note: {escaped(note)}"]
    return "\n".join(lines) + "\n"


def _kind(case: Case, report: ExperimentReport) -> str:
    """Return what a case is to JUnit; nothing for one that is fine."""
    if case.failed:
        return "failure"
    return "error" if case.invalid and not report.allow_invalid else ""


def _junit(report: ExperimentReport) -> str:
    root = ET.Element("testsuites", name="locust-qdrant")
    started = datetime.fromtimestamp(report.run.started, timezone.utc)
    kinds = [_kind(case, report) for case in report.cases]
    suite = ET.SubElement(
        root,
        "testsuite",
        name=report.kind,
        tests=str(len(report.cases)),
        failures=str(kinds.count("failure")),
        errors=str(kinds.count("error")),
        skipped="0",
        timestamp=started.isoformat(timespec="seconds"),
    )
    add_server(suite, report.run)
    for case, kind in zip(report.cases, kinds, strict=True):
        name = f"locust_qdrant.{report.kind}"
        shown = ET.SubElement(suite, "testcase", classname=name, name=clean(case.name), time="0")
        if kind:
            ET.SubElement(shown, kind, message=clean(case.said), type=report.kind)
        else:
            ET.SubElement(shown, "system-out").text = clean(case.said)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


_RENDER: Mapping[str, Callable[[ExperimentReport], str]] = {
    "json": _json,
    "html": _html,
    "junit": _junit,
    "markdown": _markdown,
}
