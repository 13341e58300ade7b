"""`locust-qdrant cleanup`: what a run left on a server, by the name of the run."""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING

from locust_qdrant.cli.argument_types import add_key
from locust_qdrant.cli.server_options import add_address_options, client_of
from locust_qdrant.errors import UsageError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction


def add_parser(subparsers: _SubParsersAction[ArgumentParser]) -> None:
    """Add the sub-command and its options."""
    parser = subparsers.add_parser(
        "cleanup",
        help="remove what a run that was killed left on a server",
        description="Look for the points of a run, and for collections that it made, and remove "
        "them with --delete. The name of a run is the first half of the ids of its points, and "
        "stands in their payload under locust_qdrant_run.",
        epilog="Exit code: 0 nothing is left, or nothing was asked to be removed, 1 something "
        "stays, 2 bad usage.",
    )
    parser.add_argument("run", type=_run, metavar="RUN", help="16 digits, as the run printed them")
    add_address_options(parser)
    add_key(parser, "--grpc", "client.grpc")
    add_key(parser, "--ca-cert", "client.ca_cert", "FILE")
    parser.add_argument(
        "--collection",
        action="append",
        default=[],
        metavar="NAME",
        help="look only here (default: in all collections); may be given several times",
    )
    parser.add_argument("--delete", action="store_true", help="remove it; without, it is only said")
    parser.set_defaults(main=main)


def _run(text: str) -> str:
    name = text.replace("-", "").lower()
    if not re.fullmatch("[0-9a-f]{16}", name):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no name of a run: 16 digits from 0 to f, the first half of its points' "
            "ids"
        )
    return name


def main(options: Namespace) -> int:
    """Look, remove, and return the exit code.

    Raises:
        UsageError: an option is wrong, or the server cannot be used.
    """
    if options.host is None:
        raise UsageError("cleanup needs --host: the embedded engine of a run is gone with it.")
    if options.grpc_port is not None and not options.grpc:
        raise UsageError("--grpc-port has no effect over REST: say --grpc, too, or leave it out.")
    # Late: the clients take a second to import.
    from locust_qdrant.runs import cleanup  # noqa: PLC0415

    given = {name: getattr(options, name) for name in ("grpc", "grpc_port", "ca_cert")}
    client = client_of(options, **{name: each for name, each in given.items() if each is not None})
    return cleanup.run(client, options.run, options.collection, delete=options.delete)
