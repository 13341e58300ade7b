"""`locust-qdrant run`: mixed upsert and query traffic, and a verdict."""

from __future__ import annotations

import argparse
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from locust_qdrant.workload.settings import PATHS, RunSettings, seconds, whole

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction

_API_KEY_VARIABLE = "QDRANT_API_KEY"

_MOST = 10_000_000
_DAY = 86_400.0


def add_parser(subparsers: _SubParsersAction[ArgumentParser]) -> None:
    """Add the sub-command and its options."""
    parser = subparsers.add_parser(
        "run",
        help="drive mixed upsert and query traffic and give a verdict",
        description="Drive mixed upsert and query traffic against a Qdrant server, and give a "
        "verdict. Without --host, an embedded engine is started for the run.",
        epilog="Exit code: 0 passed, 1 a check failed, 2 bad usage, 130 interrupted (the report on "
        "what ran is printed all the same).",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    _add_server_options(parser)
    _add_traffic_options(parser)
    _add_collection_options(parser)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the report as data, too")
    parser.set_defaults(main=main)


def main(options: Namespace) -> int:
    """Run the traffic and return the exit code.

    Raises:
        UsageError: an option is wrong, or the server cannot be used as asked.
    """
    # Late: the clients take a second to import, and Locust another one.
    from locust_qdrant.aio.clients import ClientSettings  # noqa: PLC0415
    from locust_qdrant.operations import KINDS  # noqa: PLC0415
    from locust_qdrant.report.json_file import check_writable  # noqa: PLC0415
    from locust_qdrant.target.preflight import check_url  # noqa: PLC0415
    from locust_qdrant.workload.mix import parse_mix  # noqa: PLC0415

    settings = RunSettings(
        users=options.users,
        duration=options.duration,
        think_time=options.think_time,
        mix=parse_mix(options.mix, KINDS),
        path=options.path,
        dim=options.dim,
        points=options.points,
        batch_size=options.batch_size,
        limit=options.limit,
        seed=options.seed,
        collection=options.collection or f"locust_qdrant_{secrets.token_hex(4)}",
        use_existing=options.use_existing,
    )
    client = ClientSettings(
        url=check_url(options.host) if options.host is not None else "",
        grpc=options.grpc,
        grpc_port=options.grpc_port,
        api_key=options.api_key or os.environ.get(_API_KEY_VARIABLE) or None,
        timeout=options.timeout,
        connections=options.connections,
        keepalive=options.keepalive,
        grpc_channels=options.grpc_channels,
    )
    if options.json is not None:
        check_writable(options.json)
    from locust_qdrant import campaign  # noqa: PLC0415

    return campaign.run(settings, client, options.json)


def _add_server_options(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("server and client")
    group.add_argument(
        "--host",
        metavar="URL",
        help="address of a Qdrant server, such as http://localhost:6333; without it, an embedded "
        "engine is started",
    )
    group.add_argument("--grpc", action="store_true", help="talk gRPC instead of REST")
    group.add_argument(
        "--grpc-port",
        type=whole(1, 65_535),
        default=6334,
        metavar="PORT",
        help="port of the gRPC API on the same host",
    )
    group.add_argument(
        "--api-key",
        metavar="KEY",
        help=f"API key of the server; better in the environment variable {_API_KEY_VARIABLE}, "
        "since a command line is no secret",
    )
    group.add_argument(
        "--timeout",
        type=whole(1, 3600),
        default=5,
        metavar="SECONDS",
        help="until a request fails",
    )
    group.add_argument(
        "--connections",
        type=whole(1, 100_000),
        default=100,
        metavar="N",
        help="most REST connections of the client; the default is what a remote host gets",
    )
    group.add_argument(
        "--keepalive",
        type=whole(0, 100_000),
        default=20,
        metavar="N",
        help="most idle REST connections kept open; the default is what a remote host gets",
    )
    group.add_argument(
        "--grpc-channels",
        type=whole(1, 1000),
        default=3,
        metavar="N",
        help="gRPC channels of the client",
    )


def _add_traffic_options(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("traffic")
    group.add_argument(
        "--users", type=whole(1, 100_000), default=10, metavar="N", help="concurrent virtual users"
    )
    group.add_argument(
        "--duration",
        type=seconds(0.1, _DAY),
        default=10.0,
        metavar="SECONDS",
        help="how long the traffic lasts, on each path",
    )
    group.add_argument(
        "--think-time",
        type=seconds(0, _DAY),
        default=0.0,
        metavar="SECONDS",
        help="pause of a user between an answer and its next request",
    )
    group.add_argument(
        "--mix",
        default="upsert=1,query=4",
        metavar="MIX",
        help="operations and their weights",
    )
    group.add_argument(
        "--path",
        choices=tuple(PATHS),
        default="async",
        help="AsyncQdrantClient on one event loop, QdrantClient in threads, or both in turn with "
        "their figures side by side",
    )
    group.add_argument(
        "--batch-size",
        type=whole(1, 10_000),
        default=16,
        metavar="N",
        help="points in an upsert",
    )
    group.add_argument(
        "--limit", type=whole(1, 10_000), default=10, metavar="N", help="hits that a query asks for"
    )
    group.add_argument(
        "--seed", type=whole(0, 2**63 - 1), default=0, metavar="N", help="where chance begins"
    )


def _add_collection_options(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("collection")
    group.add_argument(
        "--collection",
        metavar="NAME",
        help="name of the collection, which must not exist; without it, one that nobody uses",
    )
    group.add_argument(
        "--use-existing",
        action="store_true",
        help="allow a --collection that exists; what is written is removed afterwards",
    )
    group.add_argument(
        "--dim", type=whole(1, 65_536), default=384, metavar="N", help="components of a vector"
    )
    group.add_argument(
        "--points",
        type=whole(0, _MOST),
        default=2000,
        metavar="N",
        help="points in the collection when the traffic begins",
    )
