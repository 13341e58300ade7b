"""What the options of workload and server say together."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from locust_qdrant.cli.run_options import given
from locust_qdrant.cli.server_options import client_of

if TYPE_CHECKING:
    from argparse import Namespace

    from locust_qdrant.client.factory import ClientSettings
    from locust_qdrant.config.model import Workload


class Configuration(NamedTuple):
    """What is asked for.

    Attributes:
        workload: the traffic; each experiment has a load of its own.
        client: how the client is made; an empty `url` means: start the embedded engine.
        command: the command line, without secrets.
    """

    workload: Workload
    client: ClientSettings
    command: str


def configuration_from(options: Namespace) -> Configuration:
    """Return what the options say.

    Raises:
        UsageError: one of them, or the workload file, is wrong.
    """
    # Late: pydantic and the clients take a second to import.
    from locust_qdrant.config import file  # noqa: PLC0415
    from locust_qdrant.metrics import provenance  # noqa: PLC0415

    said = given(options)
    workload = (
        file.from_options(said) if options.workload is None else file.load(options.workload, said)
    )
    client = client_of(options, **workload.client)
    command = provenance.command_line(options.arguments)
    return Configuration(workload, client, command)
