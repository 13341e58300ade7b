"""The options of the Qdrant server and of the client that talks to it."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING, Any

from locust_qdrant.cli.argument_types import add_key
from locust_qdrant.errors import UsageError
from locust_qdrant.redaction import keep_secret, secrets_in_headers

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
    add_key(group, "--keepalive-expiry", "client.keepalive_expiry", "TIME")
    add_key(group, "--transport", "client.transport", "NAME")
    add_key(group, "--compression", "client.compression")
    add_key(group, "--http2", "client.http2")
    add_key(group, "--ca-cert", "client.ca_cert", "FILE")
    group.add_argument(
        "--header",
        type=header,
        action="append",
        metavar="'NAME: VALUE'",
        help="a header of every request, over gRPC metadata; may be given several times",
    )
    add_key(group, "--grpc-channels", "client.grpc_channels", "N")
    group.add_argument(
        "--grpc-option",
        type=channel_option,
        action="append",
        metavar="NAME=VALUE",
        help="an option of the gRPC channels, such as grpc.keepalive_time_ms=10000; may be given "
        "several times",
    )


def header(text: str) -> tuple[str, str]:
    """Return the name and the value of a header, `NAME: VALUE`.

    Raises:
        argparse.ArgumentTypeError: it is none; the value, which may be a secret, is not said.
    """
    name, colon, value = (part.strip() for part in text.partition(":"))
    if not colon or not name or any(each.isspace() for each in name):
        raise argparse.ArgumentTypeError("must be of the form 'NAME: VALUE', such as 'x-tenant: a'")
    # At once: another option may win over this one, and the command line quotes both.
    keep_secret(*secrets_in_headers([value]))
    return name, value


def channel_option(text: str) -> tuple[str, int | str]:
    """Return the name and the value of an option of gRPC's, `NAME=VALUE`.

    Raises:
        argparse.ArgumentTypeError: it is none.
    """
    name, separator, value = (part.strip() for part in text.partition("="))
    if not separator or not name.startswith("grpc.") or not value:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not of the form NAME=VALUE, such as grpc.keepalive_time_ms=10000"
        )
    return name, int(value) if value.lstrip("-").isdecimal() else value


def client_of(options: Namespace, **more: Any) -> ClientSettings:  # noqa: ANN401 - its fields
    """Return how the client is made; an empty `url` means: start the embedded engine.

    Its secrets are shown nowhere from now on.

    Args:
        options: what the address options say.
        more: further fields of `ClientSettings`.

    Raises:
        UsageError: the address is none, or an option has no effect with it.
    """
    # Late: the clients take a second to import.
    from locust_qdrant.client.factory import ClientSettings, checked_key  # noqa: PLC0415
    from locust_qdrant.targets.qdrant.connection import (  # noqa: PLC0415
        check_url,
        refuse_without_tls,
    )

    if options.host is None and options.grpc_port is not None:
        raise UsageError(
            "--grpc-port is that of the server that --host names: the embedded engine has its own."
        )
    client = ClientSettings(
        url=check_url(options.host) if options.host is not None else "",
        api_key=checked_key(options.api_key or os.environ.get(API_KEY_VARIABLE)),
        **more,
    )
    # Before the command line is quoted, long before a client is made of them.
    keep_secret(*client.secrets())
    refuse_without_tls(client)
    return client
