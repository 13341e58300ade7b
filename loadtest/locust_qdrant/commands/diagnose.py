"""`locust-qdrant diagnose`: which of the known problems of the asynchronous path show here."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from locust_qdrant.commands.readers import whole

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction

_API_KEY_VARIABLE = "QDRANT_API_KEY"


def add_parser(subparsers: _SubParsersAction[ArgumentParser]) -> None:
    """Add the sub-command and its options."""
    parser = subparsers.add_parser(
        "diagnose",
        help="measure the known problems of the asynchronous path, each with its remedy",
        description="Measure the known problems of the asynchronous path with the installed "
        "qdrant-client, each as it is and with its remedy, in turn. Without --host, an embedded "
        "engine is started.",
        epilog="Exit code: 0 whatever is found, 2 bad usage, 130 interrupted.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument(
        "problems",
        nargs="*",
        metavar="PROBLEM",
        help="examine only these; without any, all: pool, upsert, response, upload, inference, "
        "gather, client",
    )
    parser.add_argument("--host", metavar="URL", help="address of a Qdrant server")
    parser.add_argument(
        "--grpc-port", type=whole(1, 65_535), default=6334, metavar="PORT", help="its gRPC port"
    )
    parser.add_argument(
        "--api-key", metavar="KEY", help=f"its API key; better in {_API_KEY_VARIABLE}"
    )
    parser.add_argument(
        "--rounds",
        type=whole(1, 100),
        default=5,
        metavar="N",
        help="measure each problem this often without and with its remedy, in turn",
    )
    parser.add_argument(
        "--embedding-model",
        default="BAAI/bge-small-en-v1.5",
        metavar="NAME",
        help="model of fastembed for the problem `inference`",
    )
    parser.add_argument(
        "--embedding-model-path",
        type=Path,
        metavar="FOLDER",
        help="where that model lies; without it, fastembed finds or downloads it",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the table as data, too")
    parser.set_defaults(main=main)


def main(options: Namespace) -> int:
    """Measure, print the table and return the exit code.

    Raises:
        UsageError: an option is wrong, or the server cannot be used.
    """
    # Late: the clients take a second to import.
    from locust_qdrant import diagnosis  # noqa: PLC0415
    from locust_qdrant.aio.clients import ClientSettings  # noqa: PLC0415
    from locust_qdrant.target.preflight import check_url  # noqa: PLC0415

    client = ClientSettings(
        url=check_url(options.host) if options.host is not None else "",
        grpc_port=options.grpc_port,
        api_key=options.api_key or os.environ.get(_API_KEY_VARIABLE) or None,
        timeout=60,
    )
    return diagnosis.run(
        client,
        names=options.problems,
        rounds=options.rounds,
        model=options.embedding_model,
        model_folder=options.embedding_model_path,
        json_path=options.json,
    )
