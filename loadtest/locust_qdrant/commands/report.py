"""`locust-qdrant report`: make the reports of a run again, from its record file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction

    from locust_qdrant.results import PathResult, Run

_KINDS = (
    ("html", "the report as a page with plots"),
    ("json", "the report as data"),
    ("junit", "the checks as JUnit XML"),
    ("markdown", "the report as Markdown"),
)


def add_parser(subparsers: _SubParsersAction[ArgumentParser]) -> None:
    """Add the sub-command and its options."""
    parser = subparsers.add_parser(
        "report",
        help="make the reports of a run again, from the file of its --record",
        description="Print the report of a run that was recorded with --record, and write it in "
        "other forms. Nothing is sent to any server.",
        epilog="Exit code: that of the run: 0 passed, 1 a check failed; 2 bad usage.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="the record file")
    parser.add_argument(
        "--phase",
        action="append",
        metavar="NAME",
        help="only the requests of this phase; may be given several times",
    )
    for name, what in _KINDS:
        parser.add_argument(f"--{name}", type=Path, metavar="FILE", help=what)
    parser.set_defaults(main=main)


def main(options: Namespace) -> int:
    """Print the report, write what was asked for, and return the run's exit code.

    Raises:
        UsageError: the file is no record file, or a phase does not exist.
    """
    # Late: the figures take numpy and more.
    from locust_qdrant.checks import Verdict  # noqa: PLC0415
    from locust_qdrant.record_file import read  # noqa: PLC0415
    from locust_qdrant.report import outputs  # noqa: PLC0415
    from locust_qdrant.report.contents import report_on  # noqa: PLC0415
    from locust_qdrant.report.terminal import print_report  # noqa: PLC0415

    files = outputs.Outputs(**{name: getattr(options, name) for name, _ in _KINDS})
    files.check_writable()
    run = read(options.file)
    if options.phase:
        run = _cut(run, options.phase)
    report = report_on(run)
    print_report(report)
    outputs.write(run, files)
    return 1 if report.verdict is Verdict.FAILED else 0


def _cut(run: Run, names: list[str]) -> Run:
    """Return `run` with those phases as its only measured ones."""
    from locust_qdrant.errors import UsageError  # noqa: PLC0415 - beside the other late ones

    known = {phase.name for path in run.paths for phase in path.traffic.phases}
    for name in names:
        if name not in known:
            choice = ", ".join(sorted(known)) or "none: the file tells of no phase"
            raise UsageError(f"--phase {name!r}: the run has no such phase; choose from {choice}.")
    return replace(run, paths=[_cut_path(path, names) for path in run.paths])


def _cut_path(path: PathResult, names: list[str]) -> PathResult:
    phases = [replace(phase, measured=phase.name in names) for phase in path.traffic.phases]
    return replace(path, traffic=replace(path.traffic, phases=phases))
