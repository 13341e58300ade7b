"""`locust-qdrant capacity`: the highest arrival rate at which a limit holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from locust_qdrant.cli.argument_types import whole
from locust_qdrant.cli.configuration import configuration_from
from locust_qdrant.cli.experiment_options import add_common_options, add_length_option
from locust_qdrant.config.schema import MOST_RATE
from locust_qdrant.config.unused import OF_A_RUN
from locust_qdrant.errors import UsageError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction


def add_parser(subparsers: _SubParsersAction[ArgumentParser]) -> None:
    """Add the sub-command and its options."""
    parser = subparsers.add_parser(
        "capacity",
        help="find the highest arrival rate at which a limit holds",
        description="Find the highest rate of Poisson arrivals at which a limit holds, by doubling "
        "and bisection with repeats; latency counts from when a request was due.",
        epilog="Exit code: 0 found, 1 no rate holds, 2 bad usage, 3 the load generator was at its "
        "limit first (0 with --allow-invalid), 130 interrupted.",
    )
    add_common_options(parser)
    parser.add_argument(
        "--slo",
        required=True,
        metavar="LIMIT",
        help="what has to hold, such as 'query.p99 < 50ms'",
    )
    parser.add_argument(
        "--begin",
        type=whole(1, int(MOST_RATE)),
        default=20,
        metavar="RATE",
        help="first (default: 20)",
    )
    parser.add_argument(
        "--most",
        type=whole(1, int(MOST_RATE)),
        default=10_000,
        metavar="RATE",
        help="highest rate to try (default: 10000)",
    )
    add_length_option(parser, "trial", 5.0, "; longer where a percentile takes more requests")
    parser.add_argument(
        "--repeats",
        type=whole(1, 99),
        default=3,
        metavar="N",
        help="trials a rate, of which the majority decides (default: 3)",
    )
    parser.set_defaults(main=main)


def main(options: Namespace) -> int:
    """Search, print what was tried and return the exit code.

    Raises:
        UsageError: an option is wrong, or the server cannot be used as asked.
    """
    if options.begin > options.most:
        raise UsageError(
            f"--begin {options.begin} is above --most {options.most}: begin lower, or raise --most."
        )
    unused = {**OF_A_RUN, "path": "this command drives the asynchronous client"}
    configuration = configuration_from(options, unused)
    from locust_qdrant.config.thresholds import parse_threshold  # noqa: PLC0415 - as above
    from locust_qdrant.experiments import capacity  # noqa: PLC0415 - Locust takes a second to import

    return capacity.run(
        configuration,
        slo=parse_threshold(options.slo),
        trials=capacity.Trials(options.begin, options.most, options.trial_seconds, options.repeats),
    )
