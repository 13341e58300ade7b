"""The options that Locust's command line and web page get, and the client settings they make."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from locust import events
from locust.exception import StopTest

from locust_qdrant.client.factory import ClientSettings, checked_key
from locust_qdrant.client.transports import DISTRIBUTIONS
from locust_qdrant.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from locust.argument_parser import LocustArgumentParser
    from locust.env import Environment

_DEFAULTS = ClientSettings(url="")

NO_HOST = (
    "You must specify the address of the Qdrant server: with --host, or as the attribute `host` of "
    "the user class."
)


#: Options with a value, each that of a field of `ClientSettings` by its name: what stands for the
#: value, and its help.
_VALUES = {
    "grpc_port": ("<int>", "Port of the gRPC API on the same host. Defaults to 6334."),
    "timeout": ("<seconds>", "Seconds until a request fails. Defaults to 5, as in the client."),
    "connections": (
        "<int>",
        "Most REST connections of a client. Defaults to 100, what a remote host gets.",
    ),
    "keepalive": (
        "<int>",
        "Most idle REST connections kept open. Defaults to 20, what a remote host gets.",
    ),
    "transport": (
        "<name>",
        "HTTP library under the asynchronous REST client. Defaults to httpx.",
    ),
    "ca_cert": (
        "<file>",
        "File of the certificates to trust, PEM. Without it, the usual ones.",
    ),
    "grpc_channels": ("<int>", "gRPC channels of a client. Defaults to 3, as in the client."),
    "clients": ("<int>", "Clients that the users of a process share. Defaults to 1."),
}
_CHOICES = {"transport": list(DISTRIBUTIONS)}


@events.init_command_line_parser.add_listener  # type: ignore[untyped-decorator]
def add_options(parser: LocustArgumentParser, **_: object) -> None:
    """Add the options of the Qdrant users to Locust's own."""
    parser.add_argument(
        "--qdrant-grpc",
        action="store_true",
        env_var="LOCUST_QDRANT_GRPC",
        help="Talk gRPC instead of REST",
    )
    parser.add_argument(
        "--qdrant-api-key",
        metavar="<key>",
        env_var="QDRANT_API_KEY",
        # The web page would carry the key in its source, masked or not.
        include_in_web_ui=False,
        is_secret=True,
        help="API key of the server. Better set in the environment: a command line is no secret.",
    )
    parser.add_argument(
        "--qdrant-no-compression",
        action="store_true",
        env_var="LOCUST_QDRANT_NO_COMPRESSION",
        help="Ask for answers that are not compressed",
    )
    parser.add_argument(
        "--qdrant-allow-invalid",
        action="store_true",
        env_var="LOCUST_QDRANT_ALLOW_INVALID",
        help="Do not end with exit code 3 where this program or its machine was short of something",
    )
    for name, (metavar, words) in _VALUES.items():
        default = getattr(_DEFAULTS, name)
        parser.add_argument(
            f"--qdrant-{name.replace('_', '-')}",
            type=type(default),
            default=default,
            choices=_CHOICES.get(name),
            metavar=metavar,
            env_var=f"LOCUST_QDRANT_{name.upper()}",
            help=words,
        )


def starts_by_itself(environment: Environment) -> bool:
    """Tell whether nobody has a web page to say more about the test before it starts."""
    options = environment.parsed_options
    return bool(getattr(options, "headless", False) or getattr(options, "autostart", False))


def settings_from(
    environment: Environment,
    host: str | None,
    extra: Mapping[str, Any],
    settings: Mapping[str, Any],
) -> ClientSettings:
    """Return what the command line, the web page and the user class say about the client.

    Args:
        environment: whose options are asked.
        host: address of the server.
        extra: further keyword arguments for the client.
        settings: fields of `ClientSettings`, which win over the options.

    Raises:
        StopTest: no host was given, or the key is none.
    """
    if host is None:
        environment.process_exit_code = 2
        raise StopTest(NO_HOST)
    options = environment.parsed_options
    if options is None:
        return replace(ClientSettings(url=host, extra=extra), **settings)
    try:
        key = checked_key(options.qdrant_api_key)
    except UsageError as error:
        environment.process_exit_code = 2
        raise StopTest(str(error)) from None
    said = ClientSettings(
        url=host,
        grpc=options.qdrant_grpc,
        api_key=key,
        compression=not options.qdrant_no_compression,
        extra=extra,
        **{name: getattr(options, f"qdrant_{name}") for name in _VALUES},
    )
    return replace(said, **settings)
