"""What the commands that measure several times have in common: workload, server, files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from locust_qdrant.cli.argument_types import seconds
from locust_qdrant.cli.output_options import add_allow_invalid, add_output_options
from locust_qdrant.cli.run_options import add_collection_options, add_workload_options
from locust_qdrant.cli.server_options import add_server_options

if TYPE_CHECKING:
    from argparse import ArgumentParser


def add_common_options(parser: ArgumentParser) -> None:
    """Add the options of the workload, the server, the collection and the reports."""
    add_workload_options(parser, only_budgets=True)
    add_server_options(parser)
    add_collection_options(parser)
    parser.add_argument("--mix", metavar="MIX", help="operations and their weights")
    add_allow_invalid(parser)
    add_output_options(parser, "html", "json", "junit", "markdown")
    parser.set_defaults(users=None, arrival_rate=None, poisson=None)


def add_length_option(parser: ArgumentParser, part: str, default: float, more: str = "") -> None:
    """Add the option of how long each part of an experiment is measured, such as a step.

    Args:
        parser: of the command.
        part: what is measured several times, such as `step` for `--step-seconds`.
        default: in seconds.
        more: what else to say of it.
    """
    parser.add_argument(
        f"--{part}-seconds",
        type=seconds(0.5, 3600),
        default=default,
        metavar="TIME",
        help=f"how long each {part} is measured, after a fifth of it to settle "
        f"(default: {default:g}){more}",
    )
