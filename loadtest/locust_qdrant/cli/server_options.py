"""The options of the Qdrant server and of the client that talks to it."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING, Any

from locust_qdrant.cli.argument_types import whole

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from locust_qdrant.client.factory import ClientSettings

API_KEY_VARIABLE = "QDRANT_API_KEY"


def add_address_options(group: argparse._ActionsContainer) -> None:
    """Add the options of where the server is, and of its key; what is not given is None."""
    group.add_argument(
        "--host",
        metavar="URL",
        help="address of a Qdrant server, such as http://localhost:6333; without it, an embedded "
        "engine is started",
    )
    group.add_argument(
        "--grpc-port",
        type=whole(1, 65_535),
        metavar="PORT",
        help="port of the gRPC API on the same host (default: 6334)",
    )
    group.add_argument(
        "--api-key",
        metavar="KEY",
        help=f"API key of the server; better in the environment variable {API_KEY_VARIABLE}, "
        "since a command line is no secret",
    )


def add_server_options(parser: ArgumentParser) -> None:
    """Add the options of the server and the client."""
    group = parser.add_argument_group("server and client")
    add_address_options(group)
    group.add_argument(
        "--grpc",
        action=argparse.BooleanOptionalAction,
        help="talk gRPC instead of REST",
    )
    group.add_argument(
        "--timeout",
        type=whole(1, 3600),
        metavar="SECONDS",
        help="until a request fails (default: 5)",
    )
    group.add_argument(
        "--connections",
        type=whole(1, 100_000),
        metavar="N",
        help="most REST connections of the client (default: 100, what a remote host gets)",
    )
    group.add_argument(
        "--keepalive",
        type=whole(0, 100_000),
        metavar="N",
        help="most idle REST connections kept open (default: 20, what a remote host gets)",
    )
    group.add_argument(
        "--grpc-channels",
        type=whole(1, 1000),
        metavar="N",
        help="gRPC channels of the client (default: 3)",
    )


def client_of(options: Namespace, **more: Any) -> ClientSettings:  # noqa: ANN401 - its fields
    """Return how the client is made; an empty `url` means: start the embedded engine.

    Args:
        options: what the address options say.
        more: further fields of `ClientSettings`.

    Raises:
        UsageError: the address is none.
    """
    # Late: the clients take a second to import.
    from locust_qdrant.client.factory import ClientSettings  # noqa: PLC0415
    from locust_qdrant.targets.qdrant.connection import check_url  # noqa: PLC0415

    return ClientSettings(
        url=check_url(options.host) if options.host is not None else "",
        api_key=options.api_key or os.environ.get(API_KEY_VARIABLE) or None,
        **more,
    )
