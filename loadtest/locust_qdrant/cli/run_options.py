"""The options of `locust-qdrant run`: most of them are short forms of a workload file's keys."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from locust_qdrant.cli.argument_types import add_key, seconds, whole
from locust_qdrant.cli.output_options import add_allow_invalid, add_output_options
from locust_qdrant.cli.server_options import add_server_options
from locust_qdrant.config.thresholds import BUDGETS, parse_threshold
from locust_qdrant.errors import UsageError
from locust_qdrant.redaction import keep_secret, secrets_in_headers
from locust_qdrant.runs.configuration import PATIENCE_SECONDS

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Mapping

_MOST_PROCESSES = 256

#: Which key of a workload file an option is the short form of, by the option's name in Python.
KEYS = {
    "grpc": "client.grpc",
    "grpc_port": "client.grpc_port",
    "timeout": "client.timeout",
    "connections": "client.connections",
    "keepalive": "client.keepalive",
    "keepalive_expiry": "client.keepalive_expiry",
    "transport": "client.transport",
    "compression": "client.compression",
    "http2": "client.http2",
    "ca_cert": "client.ca_cert",
    "grpc_channels": "client.grpc_channels",
    "users": "traffic.users",
    "arrival_rate": "traffic.rate",
    "duration": "traffic.duration",
    "warm_up": "traffic.warm_up",
    "think_time": "traffic.think_time",
    "baseline_phase": "traffic.baseline",
    "give_up": "traffic.give_up",
    "mix": "mix",
    "path": "path",
    "batch_size": "batch_size",
    "limit": "limit",
    "threshold": "thresholds",
    "seed": "seed",
    "collection": "collection.name",
    "use_existing": "collection.use_existing",
    "write": "collection.write",
    "dim": "collection.dim",
    "points": "collection.points",
    "index_wait": "collection.index_wait",
}


def add_options(parser: ArgumentParser) -> None:
    """Add all options. One that was not given is None: the workload file has the word then."""
    add_workload_options(parser)
    add_server_options(parser)
    add_traffic_options(parser)
    add_collection_options(parser)
    add_allow_invalid(parser)
    add_output_options(parser, "record", "html", "json", "junit", "markdown")


def given(options: Namespace) -> Mapping[str, Any]:
    """Return what the command line says of the workload, by the keys of a workload file."""
    said = vars(options)
    short = {key: said[name] for name, key in KEYS.items() if said.get(name) is not None}
    # Either of them says which of the two models it is, whatever the file says.
    if options.users is not None:
        short["traffic.model"] = "closed"
    if options.arrival_rate is not None:
        short["traffic.model"] = "open"
    if options.poisson is not None:
        short["traffic.arrivals"] = "poisson" if options.poisson else "constant"
    # The names of headers and of gRPC's options have dots and dashes of their own.
    for name, key in (("header", "client.headers"), ("grpc_option", "client.grpc_options")):
        if said.get(name):
            short[key] = dict(said[name])
    return short | dict(options.set or ())


def key_and_value(text: str) -> tuple[str, Any]:
    """Return the key and the value of `KEY=VALUE`; the value as TOML has it, else as text.

    Raises:
        argparse.ArgumentTypeError: there is no key or no value.
    """
    key, separator, value = (part.strip() for part in text.partition("="))
    if not separator or not key or not value:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not of the form KEY=VALUE, such as collection.dim=512"
        )
    meant = _toml_value(value)
    # At once: another option may win over this one, and the command line quotes both.
    if "headers" in key.split("."):
        keep_secret(*secrets_in_headers(meant.values() if isinstance(meant, dict) else [meant]))
    return key, meant


def _toml_value(text: str) -> Any:  # noqa: ANN401 - whatever TOML can say
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def error_budget(text: str) -> str:
    """Return a limit on errors.

    Raises:
        argparse.ArgumentTypeError: it is another limit, or none.
    """
    try:
        budget = parse_threshold(text)
    except UsageError as error:
        raise argparse.ArgumentTypeError(str(error).rstrip(".")) from None
    if budget.figure not in BUDGETS:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no limit on errors or error_rate; other limits are those of a run, or "
            "the --slo of capacity"
        )
    return text


def add_workload_options(
    parser: ArgumentParser,
    example: str = "examples/workloads/",
    key: str = "collection.dim=512",
    *,
    only_budgets: bool = False,
) -> None:
    """Add the options of the workload file and its keys.

    Args:
        parser: of the command.
        example: where there are such files.
        key: one of its keys with a value.
        only_budgets: whether of all limits only those on errors count.
    """
    group = parser.add_argument_group("workload")
    group.add_argument(
        "--workload",
        type=Path,
        metavar="FILE",
        help=f"what to run, as in {example}; the options below win over it",
    )
    group.add_argument(
        "--set",
        type=key_and_value,
        action="append",
        metavar="KEY=VALUE",
        help=f"any key of the file, such as {key}; may be given several times",
    )
    group.add_argument(
        "--threshold",
        type=error_budget if only_budgets else str,
        action="append",
        metavar="LIMIT",
        help=(
            "failed requests that are allowed, such as 'error_rate < 1%%'"
            if only_budgets
            else "a limit that the run has to keep, such as 'query.p99 < 50ms'"
        )
        + "; may be given several times, and adds to those of the file",
    )
    add_key(group, "--seed", "seed", "N")


def add_load_options(group: argparse._ActionsContainer) -> None:
    """Add the options of how much traffic, and when, whatever is driven."""
    users_or_rate = group.add_mutually_exclusive_group()
    add_key(users_or_rate, "--users", "traffic.users", "N")
    add_key(
        users_or_rate,
        "--arrival-rate",
        "traffic.rate",
        "RATE",
        "requests a second, begun whether or not earlier ones were answered, instead of users",
    )
    group.add_argument(
        "--poisson",
        action=argparse.BooleanOptionalAction,
        help="let the times between arrivals be random, not equal",
    )
    add_key(group, "--duration", "traffic.duration", "TIME")
    add_key(group, "--warm-up", "traffic.warm_up", "TIME")
    add_key(group, "--think-time", "traffic.think_time", "TIME")
    group.add_argument(
        "--processes",
        type=whole(1, _MOST_PROCESSES),
        default=1,
        metavar="N",
        help="processes that share the load, each with its own loop and client (default: 1)",
    )
    group.add_argument(
        "--give-up-after",
        type=seconds(2, 3600),
        metavar="TIME",
        help="give up one of these processes, and with it the run, if it says nothing for so long "
        f"(default: {PATIENCE_SECONDS:g})",
    )


def patience_of(options: Namespace) -> float:
    """Return for how many seconds a process may say nothing.

    Raises:
        UsageError: it is limited where there is only one process.
    """
    limit: float | None = getattr(options, "give_up_after", None)
    if limit is None:
        return PATIENCE_SECONDS
    if options.processes == 1:
        raise UsageError(
            "--give-up-after has no effect on one process: say --processes, too, or leave it out."
        )
    return limit


def add_traffic_options(parser: ArgumentParser) -> None:
    """Add the options of how much traffic, and of what."""
    group = parser.add_argument_group("traffic")
    add_load_options(group)
    group.add_argument(
        "--mix",
        metavar="MIX",
        help="operations and their weights (default: upsert=1,query=4)",
    )
    add_key(group, "--give-up", "traffic.give_up", "TIME")
    add_key(group, "--baseline-phase", "traffic.baseline", "TIME")
    add_key(
        group,
        "--path",
        "path",
        "PATH",
        "async (AsyncQdrantClient on one loop), sync (QdrantClient in threads), or both in turn",
    )
    add_key(group, "--batch-size", "batch_size", "N", "points in an upsert")
    add_key(group, "--limit", "limit", "N", "hits that a query asks for")


def add_collection_options(parser: ArgumentParser) -> None:
    """Add the options of the collection."""
    group = parser.add_argument_group("collection")
    add_key(group, "--collection", "collection.name", "NAME")
    add_key(group, "--use-existing", "collection.use_existing")
    add_key(group, "--write", "collection.write")
    add_key(group, "--dim", "collection.dim", "N")
    add_key(group, "--points", "collection.points", "N")
    add_key(group, "--index-wait", "collection.index_wait", "TIME")
