"""From options to what is asked: the file first, options win over it, and `--set` over both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from locust_qdrant.cli.output_options import outputs_of
from locust_qdrant.cli.run_options import given
from locust_qdrant.cli.server_options import client_of
from locust_qdrant.runs.configuration import PATIENCE_SECONDS, Configuration

if TYPE_CHECKING:
    from argparse import Namespace


def configuration_from(options: Namespace) -> Configuration:
    """Return what the options say.

    Raises:
        UsageError: one of them, or the workload file, is wrong, or an output cannot be written.
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
    return Configuration(
        workload=workload,
        client=client,
        outputs=outputs_of(options),
        command=command,
        processes=getattr(options, "processes", 1),
        patience=getattr(options, "give_up_after", PATIENCE_SECONDS),
        allow_invalid=options.allow_invalid,
    )
