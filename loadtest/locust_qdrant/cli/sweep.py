"""`locust-qdrant sweep`: how throughput and latency grow with concurrency."""

from __future__ import annotations

import argparse
import itertools
from typing import TYPE_CHECKING

from locust_qdrant.cli.configuration import configuration_from
from locust_qdrant.cli.experiment_options import add_common_options, add_length_option
from locust_qdrant.config.schema import MOST_USERS
from locust_qdrant.config.unused import OF_A_RUN
from locust_qdrant.errors import UsageError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction


def add_parser(subparsers: _SubParsersAction[ArgumentParser]) -> None:
    """Add the sub-command and its options."""
    parser = subparsers.add_parser(
        "sweep",
        help="measure throughput and latency at several concurrencies, and name what is full",
        description="Measure throughput, latency, loop lag and CPU at each concurrency, check "
        "Little's law, fit the Universal Scalability Law, and name the knee and what is full.",
        epilog="Exit code: 0 measured, 1 requests failed or their answers were wrong, 2 bad usage, "
        "3 the load generator was at its limit before a knee (0 with --allow-invalid), 130 "
        "interrupted.",
    )
    add_common_options(parser)
    parser.add_argument(
        "--steps",
        type=_steps,
        default=(1, 2, 5, 10, 20, 50, 100),
        metavar="N,N,...",
        help="numbers of users, ascending (default: 1,2,5,10,20,50,100)",
    )
    add_length_option(parser, "step", 5.0)
    parser.set_defaults(main=main)


def main(options: Namespace) -> int:
    """Measure, print the table and return the exit code.

    Raises:
        UsageError: an option is wrong, or the server cannot be used as asked.
    """
    configuration = configuration_from(options, OF_A_RUN)
    if configuration.workload.path == "both":
        raise UsageError("sweep drives one path: say --set path=async or path=sync.")
    from locust_qdrant.experiments import sweep  # noqa: PLC0415 - Locust takes a second to import

    return sweep.run(
        configuration,
        concurrency=options.steps,
        seconds=options.step_seconds,
    )


def _steps(text: str) -> tuple[int, ...]:
    parts = [part.strip() for part in text.split(",")]
    numbers = tuple(int(part) for part in parts if part.isdecimal())
    ascending = all(low < high for low, high in itertools.pairwise(numbers))
    if len(numbers) != len(parts) or not ascending or not 0 < numbers[0] <= numbers[-1]:
        raise argparse.ArgumentTypeError(f"{text!r} is no list such as 1,2,5,10, ascending")
    if numbers[-1] > MOST_USERS:
        raise argparse.ArgumentTypeError(f"{text!r} has more than {MOST_USERS:,} users")
    return numbers
