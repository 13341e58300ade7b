"""The options of the files that a command writes at its end."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from locust_qdrant.report.outputs import Outputs

if TYPE_CHECKING:
    import argparse
    from argparse import ArgumentParser, Namespace

#: What can be written, by the name of its option.
OUTPUTS = {
    "record": "every request, streamed while the run goes on; see locust-qdrant report",
    "html": "the report as a page",
    "json": "the report as data",
    "junit": "the checks as JUnit XML, for CI",
    "markdown": "the report as Markdown, for a CI summary",
    "profile": "the probe's profile, for `flake8-qdrant check --profile FILE`",
}


def add_output_options(parser: ArgumentParser, *names: str) -> None:
    """Add the options of these names."""
    group = parser.add_argument_group("output, beside the report on the terminal")
    for name in names:
        group.add_argument(f"--{name}", type=Path, metavar="FILE", help=OUTPUTS[name])


def add_allow_invalid(group: argparse._ActionsContainer) -> None:
    """Add the option that takes invalid figures for good ones."""
    group.add_argument(
        "--allow-invalid",
        action="store_true",
        help="do not end with 3 where the figures tell of the load generator or its machine",
    )


def outputs_of(options: Namespace) -> Outputs:
    """Return the files that were asked for.

    Raises:
        UsageError: one of them cannot be written.
    """
    said = vars(options)
    outputs = Outputs(**{name: said[name] for name in OUTPUTS if name in said})
    outputs.check_writable()
    return outputs
