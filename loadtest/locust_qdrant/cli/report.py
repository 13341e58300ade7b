"""`locust-qdrant report`: make the reports of a run again, from its record file."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import TYPE_CHECKING

from locust_qdrant.cli.output_options import add_allow_invalid, add_output_options, outputs_of
from locust_qdrant.config.validation import ALLOWED, parse_duration
from locust_qdrant.errors import UsageError
from locust_qdrant.exit_codes import WORDS

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction

    from locust_qdrant.metrics.results import Run


def add_parser(subparsers: _SubParsersAction[ArgumentParser]) -> None:
    """Add the sub-command and its options."""
    parser = subparsers.add_parser(
        "report",
        help="make the reports of a run again, from the file of its --record",
        description="Print the report of a run that was recorded with --record, and write it in "
        "other forms. Nothing is sent to any server.",
        epilog=f"Exit code: 0 passed, {WORDS}; 1, too, if the run was interrupted.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="the record file")
    add_output_options(parser, "html", "json", "junit", "markdown")
    add_allow_invalid(parser)
    part = parser.add_argument_group("only a part of the run")
    part.add_argument(
        "--step",
        action="append",
        default=[],
        metavar="NAME",
        help="count the requests of this step (phase) of the workload, even of a warm-up; may be "
        "given several times",
    )
    part.add_argument(
        "--from",
        type=_duration,
        metavar="TIME",
        help="count what was asked from then on, in time since the traffic began, such as 1m30s",
    )
    part.add_argument("--until", type=_duration, metavar="TIME", help="count what was asked before")
    parser.set_defaults(main=main)


def _duration(text: str) -> float:
    try:
        return parse_duration(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not {ALLOWED}") from None


def main(options: Namespace) -> int:
    """Print the report, write what was asked for, and return the exit code.

    Raises:
        UsageError: the file is no record file, or it has no such part.
    """
    # Late: the figures take numpy and more.
    from locust_qdrant.metrics.record_file import read  # noqa: PLC0415
    from locust_qdrant.report import writing  # noqa: PLC0415
    from locust_qdrant.report.contents import report_on  # noqa: PLC0415
    from locust_qdrant.report.terminal import print_report  # noqa: PLC0415

    outputs = outputs_of(options)
    for name, path in outputs.wanted():
        if path.absolute() == options.file.absolute():
            raise UsageError(f"--{name} names the record file itself, {str(path)!r}.")
    report = report_on(_part(read(options.file), options), allow_invalid=options.allow_invalid)
    print_report(report, aside=outputs.stdout_taken)
    writing.write(report, outputs)
    return report.exit_code


def _part(run: Run, options: Namespace) -> Run:
    from locust_qdrant.metrics import window  # noqa: PLC0415 - late, as the others

    # `from` is no name that an attribute can be asked for by.
    start, until = getattr(options, "from"), options.until
    if start is not None or until is not None:
        low, high = start or 0.0, math.inf if until is None else until
        if low >= high:
            raise UsageError(f"--from {low:g} is not before --until {high:g}.")
        run = window.between(run, low, high)
    return window.of_steps(run, options.step) if options.step else run
