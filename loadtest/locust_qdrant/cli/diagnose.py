"""`locust-qdrant diagnose`: which of the known problems of the asynchronous path show here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from locust_qdrant.cli.argument_types import whole
from locust_qdrant.cli.output_options import (
    add_allow_invalid,
    add_output_options,
    outputs_of,
)
from locust_qdrant.cli.server_options import add_address_options, client_of
from locust_qdrant.errors import UsageError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction

_MODEL = "BAAI/bge-small-en-v1.5"


def add_parser(subparsers: _SubParsersAction[ArgumentParser]) -> None:
    """Add the sub-command and its options."""
    parser = subparsers.add_parser(
        "diagnose",
        help="measure the known problems of the asynchronous path, each with its remedy",
        description="Measure the known problems of the asynchronous path with the installed "
        "qdrant-client, each as it is and with its remedy, in turn. Without --host, an embedded "
        "engine is started.",
        epilog="Exit code: 0 whatever is found, 1 a problem of --fail-on shows, 2 bad usage, 3 "
        "the machine was short of processors (0 with --allow-invalid), 129, 130 or 143 ended by a "
        "signal.",
    )
    parser.add_argument(
        "problems",
        nargs="*",
        metavar="PROBLEM",
        help="examine only these; without any, all: compression, http2, give-up, timeout, idle, "
        "grpc-idle, pool, upsert, response, upload, inference, gather, client",
    )
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="PROBLEM",
        help="the same as an option; may be given several times",
    )
    parser.add_argument(
        "--fail-on",
        action="append",
        default=[],
        metavar="PROBLEM",
        help="exit with 1 if this problem shows, or could not be measured; `any` for all of those "
        "examined; may be given several times",
    )
    add_address_options(parser)
    parser.add_argument(
        "--rounds",
        type=whole(1, 100),
        default=3,
        metavar="N",
        help="measure each problem this often without and with its remedy, in turn "
        "(default: %(default)s)",
    )
    parser.add_argument(
        "--embedding-model",
        metavar="NAME",
        help=f"model of fastembed for the problem `inference` (default: {_MODEL})",
    )
    parser.add_argument(
        "--embedding-model-path",
        type=Path,
        metavar="FOLDER",
        help="where that model lies; without it, where fastembed keeps it once it was downloaded",
    )
    add_allow_invalid(parser)
    add_output_options(parser, "html", "json", "junit", "markdown")
    parser.set_defaults(main=main)


def main(options: Namespace) -> int:
    """Measure, print the table and return the exit code.

    Raises:
        UsageError: an option is wrong, or the server cannot be used.
    """
    # Late: the clients take a second to import.
    from locust_qdrant.metrics import provenance  # noqa: PLC0415
    from locust_qdrant.runs import diagnosis  # noqa: PLC0415

    names = [*options.problems, *options.only]
    for option in ("embedding_model", "embedding_model_path"):
        if names and "inference" not in names and getattr(options, option) is not None:
            raise UsageError(
                f"--{option.replace('_', '-')} is for the problem inference, which is not examined "
                "here: name it, too, or leave the option out."
            )
    outputs = outputs_of(options)
    ports = {} if options.grpc_port is None else {"grpc_port": options.grpc_port}
    client = client_of(options, timeout=60, **ports)
    return diagnosis.run(
        client,
        names=names,
        standard=diagnosis.Standard(options.fail_on, options.allow_invalid),
        rounds=options.rounds,
        model=options.embedding_model or _MODEL,
        model_folder=options.embedding_model_path,
        command=provenance.command_line(options.arguments),
        outputs=outputs,
    )
