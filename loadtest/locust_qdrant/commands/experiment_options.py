"""What the commands that measure several times have in common: workload, server, collection."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from locust_qdrant.commands.run_options import (
    add_collection_options,
    add_server_options,
    add_workload_options,
    given,
)

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from locust_qdrant.aio.clients import ClientSettings
    from locust_qdrant.workload.model import Workload

_API_KEY_VARIABLE = "QDRANT_API_KEY"


class Asked(NamedTuple):
    """What the common options say.

    Attributes:
        workload: the traffic; each experiment has a load of its own.
        client: how the client is made; an empty `url` means: start the embedded engine.
        command: the command line, without secrets.
    """

    workload: Workload
    client: ClientSettings
    command: str


def add_common_options(parser: ArgumentParser) -> None:
    """Add the options of the workload, the server and the collection."""
    add_workload_options(parser)
    add_server_options(parser)
    add_collection_options(parser)
    parser.add_argument("--mix", metavar="MIX", help="operations and their weights")
    parser.set_defaults(users=None, arrival_rate=None, poisson=None)


def asked_for(options: Namespace) -> Asked:
    """Return what the common options say.

    Raises:
        UsageError: one of them, or the workload file, is wrong.
    """
    # Late: the clients take a second to import.
    from locust_qdrant import provenance  # noqa: PLC0415
    from locust_qdrant.aio.clients import ClientSettings  # noqa: PLC0415
    from locust_qdrant.target.preflight import check_url  # noqa: PLC0415
    from locust_qdrant.workload import file  # noqa: PLC0415

    said = given(options)
    workload = (
        file.from_options(said) if options.workload is None else file.load(options.workload, said)
    )
    client = ClientSettings(
        url=check_url(options.host) if options.host is not None else "",
        api_key=options.api_key or os.environ.get(_API_KEY_VARIABLE) or None,
        **workload.client,
    )
    command = provenance.command_line(options.arguments, filter(None, [client.api_key]))
    return Asked(workload, client, command)
