"""What the commands that measure several times have in common: workload, server, collection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from locust_qdrant.cli.output_options import add_allow_invalid
from locust_qdrant.cli.run_options import add_collection_options, add_workload_options
from locust_qdrant.cli.server_options import add_server_options

if TYPE_CHECKING:
    from argparse import ArgumentParser


def add_common_options(parser: ArgumentParser) -> None:
    """Add the options of the workload, the server and the collection."""
    add_workload_options(parser)
    add_server_options(parser)
    add_collection_options(parser)
    parser.add_argument("--mix", metavar="MIX", help="operations and their weights")
    add_allow_invalid(parser)
    parser.set_defaults(users=None, arrival_rate=None, poisson=None)
