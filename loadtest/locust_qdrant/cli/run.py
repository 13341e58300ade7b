"""`locust-qdrant run`: the traffic of a workload, and a verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from locust_qdrant.cli.configuration import configuration_from
from locust_qdrant.cli.run_options import add_options
from locust_qdrant.errors import UsageError
from locust_qdrant.exit_codes import WORDS

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction


def add_parser(subparsers: _SubParsersAction[ArgumentParser]) -> None:
    """Add the sub-command and its options."""
    parser = subparsers.add_parser(
        "run",
        help="drive the traffic of a workload and give a verdict",
        description="Drive the traffic of a workload against a Qdrant server, and give a verdict. "
        "Without --workload, mixed upserts and queries; without --host, an embedded engine is "
        "started for the run.",
        epilog="Required checks: errors, throughput, connections; answers if the mix reads, recall "
        "if it has a query, ledger if it writes, arrivals with an arrival rate, loop free on the "
        f"path async; every threshold. Exit code: 0 passed, {WORDS}, 130, 143 or 129 interrupted "
        "by Ctrl-C, SIGTERM or SIGHUP (with a report on what ran until then).",
    )
    add_options(parser)
    parser.add_argument(
        "--explain",
        action="store_true",
        help="when the traffic is over, let the best known settings of the client take turns with "
        "those that were measured, for half a minute, and say what they gave",
    )
    parser.set_defaults(main=main)


def main(options: Namespace) -> int:
    """Run the traffic and return the exit code.

    Raises:
        UsageError: an option is wrong, or the server cannot be used as asked.
    """
    configuration = configuration_from(options)
    from locust_qdrant.runs import run  # noqa: PLC0415 - Locust takes a second to import

    if not options.explain:
        return run.run(configuration)
    if configuration.workload.path == "sync":
        raise UsageError("--explain is about the asynchronous client: leave out --path sync.")
    from locust_qdrant.experiments.explain import beside_the_best  # noqa: PLC0415 - as above

    return run.run(configuration, beside_the_best)
