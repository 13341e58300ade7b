"""`locust-qdrant compare`: ways to talk to a server, or two recorded runs, against each other."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from locust_qdrant.cli.argument_types import whole
from locust_qdrant.cli.configuration import configuration_from
from locust_qdrant.cli.experiment_options import add_common_options, add_length_option
from locust_qdrant.cli.output_options import outputs_of
from locust_qdrant.errors import UsageError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction

_DEFAULT_VARIANTS = "async-rest,async-grpc,sync-rest"
_FILES = 2


def add_parser(subparsers: _SubParsersAction[ArgumentParser]) -> None:
    """Add the sub-command and its options."""
    parser = subparsers.add_parser(
        "compare",
        help="compare paths and protocols on one server, or two recorded runs",
        description="Without files: let ways to talk to one server take turns in interleaved "
        "rounds, and print their ratios. With two files that --record wrote: tell whether the new "
        "run is worse than the base.",
        epilog="Exit code: 0 compared, 1 the new run is worse, or requests of a variant failed or "
        "their answers were wrong, 2 bad usage, 3 the machine was short of processors (0 with "
        "--allow-invalid), 130 interrupted.",
    )
    parser.add_argument(
        "files", nargs="*", type=Path, metavar="BASE NEW", help="two record files, or none"
    )
    parser.add_argument(
        "--tolerance",
        type=whole(0, 1000),
        default=10,
        metavar="PERCENT",
        help="with files: by how much a figure may get worse (default: 10)",
    )
    parser.add_argument(
        "--path",
        choices=("async", "sync"),
        default="async",
        help="with files: which path of the runs (default: async)",
    )
    parser.add_argument(
        "--variants",
        default=_DEFAULT_VARIANTS,
        metavar="NAME,NAME,...",
        help="async-rest, async-grpc, async-rest-loopback-pool, sync-rest, sync-grpc (blocking, in "
        "threads), sync-rest-on-loop, sync-grpc-on-loop (blocking, in coroutines), each with "
        "settings of its own if it likes: async-rest:clients=4:keepalive=100; ratios are to the "
        f"first (default: {_DEFAULT_VARIANTS})",
    )
    parser.add_argument(
        "--users", type=whole(1, 100_000), default=20, metavar="N", help="users (default: 20)"
    )
    add_length_option(parser, "turn", 4.0)
    parser.add_argument(
        "--rounds", type=whole(1, 1000), default=5, metavar="N", help="turns each (default: 5)"
    )
    add_common_options(parser)
    parser.set_defaults(main=main, users=20)


def main(options: Namespace) -> int:
    """Compare, print the ratios and return the exit code.

    Raises:
        UsageError: an option is wrong, a file is no record file, or the server cannot be used.
    """
    if options.files:
        if len(options.files) != _FILES:
            raise UsageError("compare takes two record files, the base and the new one, or none.")
        from locust_qdrant.experiments.regression_gate import compare_files  # noqa: PLC0415

        return compare_files(
            *options.files,
            path=options.path,
            tolerance=options.tolerance / 100,
            outputs=outputs_of(options),
            allow_invalid=options.allow_invalid,
        )
    users, options.users, options.path = options.users, None, None
    configuration = configuration_from(options)
    from locust_qdrant.experiments import compare  # noqa: PLC0415 - Locust takes a second to import

    return compare.run(
        configuration,
        variants=[variant.strip() for variant in options.variants.split(",")],
        users=users,
        seconds=options.turn_seconds,
        rounds=options.rounds,
    )
