"""From options to what is asked: the file first, options win over it, and `--set` over both."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from locust_qdrant.cli.output_options import outputs_of
from locust_qdrant.cli.run_options import given, patience_of
from locust_qdrant.cli.server_options import client_of
from locust_qdrant.config import unused as without_effect
from locust_qdrant.runs.configuration import Configuration

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Mapping


def configuration_from(
    options: Namespace, unused: Mapping[str, str] = MappingProxyType({})
) -> Configuration:
    """Return what the options say.

    Args:
        options: of the command.
        unused: the keys that have no effect in this command, and why, besides those that have none
            beside the others.

    Raises:
        UsageError: one of them, or the workload file, is wrong, has no effect beside the others, or
            an output cannot be written.
    """
    # Late: pydantic and the clients take a second to import.
    from locust_qdrant.config import file  # noqa: PLC0415
    from locust_qdrant.metrics import provenance  # noqa: PLC0415

    said = given(options)
    workload = (
        file.from_options(said) if options.workload is None else file.load(options.workload, said)
    )
    unused = {**unused, **without_effect.of_load(workload.load)}
    # Where the protocol does not count, each of them is used.
    if "client.grpc" not in unused:
        grpc = bool(workload.client["grpc"])
        unused |= without_effect.of_client(workload.path, grpc=grpc)
    without_effect.refuse(said, unused)
    client = client_of(options, **workload.client)
    command = provenance.command_line(options.arguments)
    return Configuration(
        workload=workload,
        client=client,
        outputs=outputs_of(options),
        command=command,
        processes=getattr(options, "processes", 1),
        patience=patience_of(options),
        allow_invalid=options.allow_invalid,
    )
