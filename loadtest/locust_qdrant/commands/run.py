"""`locust-qdrant run`: the traffic of a workload, and a verdict."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from locust_qdrant.commands.run_options import add_options, given

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction

    from locust_qdrant.workload.model import Workload

_API_KEY_VARIABLE = "QDRANT_API_KEY"


def add_parser(subparsers: _SubParsersAction[ArgumentParser]) -> None:
    """Add the sub-command and its options."""
    parser = subparsers.add_parser(
        "run",
        help="drive the traffic of a workload and give a verdict",
        description="Drive the traffic of a workload against a Qdrant server, and give a verdict. "
        "Without --workload, mixed upserts and queries; without --host, an embedded engine is "
        "started for the run.",
        epilog="Exit code: 0 passed, 1 a check failed, 2 bad usage, 130 interrupted (the report on "
        "what ran is printed all the same).",
    )
    add_options(parser)
    parser.set_defaults(main=main)


def main(options: Namespace) -> int:
    """Run the traffic and return the exit code.

    Raises:
        UsageError: an option is wrong, or the server cannot be used as asked.
    """
    workload = _workload(options)
    # Late: the clients take a second to import, and Locust another one.
    from locust_qdrant.aio.clients import ClientSettings  # noqa: PLC0415
    from locust_qdrant.report.outputs import Outputs  # noqa: PLC0415
    from locust_qdrant.target.preflight import check_url  # noqa: PLC0415

    client = ClientSettings(
        url=check_url(options.host) if options.host is not None else "",
        api_key=options.api_key or os.environ.get(_API_KEY_VARIABLE) or None,
        **workload.client,
    )
    outputs = Outputs(
        record=options.record,
        json=options.json,
        html=options.html,
        junit=options.junit,
        markdown=options.markdown,
    )
    outputs.check_writable()
    from locust_qdrant import campaign, provenance  # noqa: PLC0415

    command = provenance.command_line(options.arguments, filter(None, [client.api_key]))
    return campaign.run(campaign.Order(workload, client, outputs, options.processes, command))


def _workload(options: Namespace) -> Workload:
    from locust_qdrant.workload import file  # noqa: PLC0415

    asked = given(options)
    if options.workload is None:
        return file.from_options(asked)
    return file.load(options.workload, asked)
