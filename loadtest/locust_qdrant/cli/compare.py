"""`locust-qdrant compare`: ways to talk to a server, or two recorded runs, against each other."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from locust_qdrant.cli.argument_types import add_key, whole
from locust_qdrant.cli.configuration import configuration_from
from locust_qdrant.cli.experiment_options import add_common_options, add_length_option
from locust_qdrant.cli.output_options import OUTPUTS, outputs_of
from locust_qdrant.config.unused import OF_A_RUN
from locust_qdrant.errors import UsageError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction

_DEFAULT_VARIANTS = "async-rest,async-grpc,sync-rest"
_FILES = 2
_TOLERANCE, _USERS, _TURN_SECONDS, _ROUNDS = 10, 20, 4.0, 5
#: What counts with files, beside the files that are written.
_WITH_FILES = ("files", "path", "tolerance", "allow_invalid", *OUTPUTS)
_UNUSED = {
    **OF_A_RUN,
    "path": "the variants say which client",
    "client.grpc": "the variants say which protocol",
    "collection.name": "each variant has a collection of its own",
    "collection.use_existing": "each variant has a collection of its own",
}


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
        metavar="PERCENT",
        help=f"with files: by how much a figure may get worse (default: {_TOLERANCE})",
    )
    parser.add_argument(
        "--path",
        choices=("async", "sync"),
        help="with files: which path of the runs (default: async)",
    )
    parser.add_argument(
        "--variants",
        metavar="NAME,NAME,...",
        help="async-rest, async-grpc, async-rest-loopback-pool, sync-rest, sync-grpc (blocking, in "
        "threads), sync-rest-on-loop, sync-grpc-on-loop (blocking, in coroutines), each with "
        "settings of its own if it likes: async-rest:clients=4:keepalive=100; ratios are to the "
        f"first (default: {_DEFAULT_VARIANTS})",
    )
    add_key(parser, "--users", "traffic.users", "N", f"users (default: {_USERS})")
    add_length_option(parser, "turn", _TURN_SECONDS)
    parser.add_argument(
        "--rounds", type=whole(1, 1000), metavar="N", help=f"turns each (default: {_ROUNDS})"
    )
    add_common_options(parser)
    # What was not given is None, so that it is known what was.
    parser.set_defaults(main=main, turn_seconds=None)


def main(options: Namespace) -> int:
    """Compare, print the ratios and return the exit code.

    Raises:
        UsageError: an option is wrong, a file is no record file, or the server cannot be used.
    """
    if options.files:
        if len(options.files) != _FILES:
            raise UsageError("compare takes two record files, the base and the new one, or none.")
        _refuse_beside_files(options)
        from locust_qdrant.experiments.regression_gate import compare_files  # noqa: PLC0415

        tolerance = _TOLERANCE if options.tolerance is None else options.tolerance
        return compare_files(
            *options.files,
            path=options.path or "async",
            tolerance=tolerance / 100,
            outputs=outputs_of(options),
            allow_invalid=options.allow_invalid,
        )
    for name in ("path", "tolerance"):
        if getattr(options, name) is not None:
            raise UsageError(
                f"--{name} is for two recorded runs: name their files, or leave it out."
            )
    users, options.users = options.users or _USERS, None
    configuration = configuration_from(options, _UNUSED)
    if configuration.workload.collection.use_existing:
        raise UsageError(
            "compare makes a collection for each variant: leave collection.use_existing out of the "
            "workload."
        )
    from locust_qdrant.experiments import compare  # noqa: PLC0415 - Locust takes a second to import

    return compare.run(
        configuration,
        variants=[each.strip() for each in (options.variants or _DEFAULT_VARIANTS).split(",")],
        users=users,
        seconds=options.turn_seconds or _TURN_SECONDS,
        rounds=options.rounds or _ROUNDS,
    )


def _refuse_beside_files(options: Namespace) -> None:
    for name, value in vars(options).items():
        unset = value is None or callable(value) or name == "arguments"
        if not unset and name not in _WITH_FILES:
            raise UsageError(
                f"--{name.replace('_', '-')} has no effect on two recorded runs: leave it out."
            )
