"""The command `locust-qdrant`: its sub-commands, each of which has a module of its own."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING, NoReturn

from locust_qdrant import __version__, interrupts
from locust_qdrant.cli import capacity, cleanup, compare, diagnose, report, run, service, sweep
from locust_qdrant.cli.server_options import API_KEY_VARIABLE
from locust_qdrant.embedded import command as serve
from locust_qdrant.errors import UsageError
from locust_qdrant.exit_codes import USAGE
from locust_qdrant.interrupts import interruptible
from locust_qdrant.redaction import guarded_outputs, keep_secret, secrets_in

if TYPE_CHECKING:
    from collections.abc import Sequence

#: What this distribution depends on: the name that is imported, and the one that pip installs.
DISTRIBUTIONS = {
    "aiohttp": "aiohttp",
    "brotli": "brotli",
    "flask": "flask",
    "gevent": "gevent",
    "google": "protobuf",
    "grpc": "grpcio",
    "h2": "h2",
    "hdrh": "hdrhistogram",
    "httpcore": "httpcore",
    "httptools": "httptools",
    "httpx": "httpx",
    "jinja2": "jinja2",
    "locust": "locust",
    "numpy": "numpy",
    "orjson": "orjson",
    "portalocker": "portalocker",
    "psutil": "psutil",
    "pydantic": "pydantic",
    "pydantic_core": "pydantic",
    "qdrant_client": "qdrant-client",
    "qdrant_edge": "qdrant-edge-py",
    "rich": "rich",
    "uvicorn": "uvicorn",
    "uvloop": "uvloop",
}


_KEY_VARIABLES = (API_KEY_VARIABLE, serve.API_KEY_VARIABLE)


class _Parser(argparse.ArgumentParser):
    """Says in one sentence what is wrong, and leaves out the list of all options."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} (see `{self.prog} --help`)")


def build_parser() -> argparse.ArgumentParser:
    """Return the parser; each sub-command sets `main(options) -> exit code`."""
    parser = _Parser(
        prog="locust-qdrant",
        description="Load-test Qdrant through its asynchronous client.",
        epilog="The linter flake8-qdrant, a distribution of its own, finds blocking and lost calls "
        "in the source: pip install flake8-qdrant; in a clone, pip install .",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser]
    subparsers = parser.add_subparsers(  # type: ignore[assignment]  # argparse has no name for it
        metavar="COMMAND", required=True
    )
    run.add_parser(subparsers)
    report.add_parser(subparsers)
    service.add_parser(subparsers)
    diagnose.add_parser(subparsers)
    sweep.add_parser(subparsers)
    compare.add_parser(subparsers)
    capacity.add_parser(subparsers)
    cleanup.add_parser(subparsers)
    serve.add_parser(subparsers)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one sub-command and return its exit code, one of `exit_codes` or that of a signal."""
    arguments = sys.argv[1:] if argv is None else list(argv)
    keep_secret(*map(os.environ.get, _KEY_VARIABLES), *secrets_in(arguments))
    with guarded_outputs():
        return _run(arguments)


def _options_of(arguments: Sequence[str]) -> argparse.Namespace:
    # A report quotes the arguments.
    namespace = argparse.Namespace(arguments=arguments)
    options, unknown = build_parser().parse_known_args(arguments, namespace)
    if unknown:
        command = next(each for each in arguments if not each.startswith("-"))
        raise UsageError(
            f"unrecognized arguments: {' '.join(unknown)} (see `locust-qdrant {command} --help`)"
        )
    return options


def _run(arguments: Sequence[str]) -> int:
    try:
        options = _options_of(arguments)
        with interruptible():
            exit_code: int = options.main(options)
    except KeyboardInterrupt:
        # A run that is under way says so itself; this was while modules were imported, or the like.
        print("locust-qdrant: interrupted.", file=sys.stderr)
        return interrupts.exit_code()
    except UsageError as error:
        print(f"locust-qdrant: {error}", file=sys.stderr)
        return USAGE
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in DISTRIBUTIONS:
            raise
        print(
            f"locust-qdrant: {missing} is not installed: run pip install {DISTRIBUTIONS[missing]}",
            file=sys.stderr,
        )
        return USAGE
    return exit_code
