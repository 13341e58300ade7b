"""The options of the Qdrant server and of the client that talks to it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from locust_qdrant.cli.argument_types import add_key

if TYPE_CHECKING:
    import argparse
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
    add_key(group, "--grpc-port", "client.grpc_port", "PORT")
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
    add_key(group, "--grpc", "client.grpc")
    add_key(group, "--timeout", "client.timeout", "TIME")
    add_key(group, "--connections", "client.connections", "N")
    add_key(group, "--keepalive", "client.keepalive", "N")
    add_key(group, "--grpc-channels", "client.grpc_channels", "N")


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
