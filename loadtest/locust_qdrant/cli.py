"""The command `locust-qdrant`: a door to each job, which lives in a module of its own."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, NoReturn

from locust_qdrant.commands import (
    capacity,
    compare,
    diagnose,
    report,
    run,
    service,
    sweep,
)
from locust_qdrant.embedded import command as serve
from locust_qdrant.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

#: What the extra `loadtest` installs, by the name under which it is imported.
EXTRA = frozenset(
    {
        "aiohttp",
        "flask",
        "gevent",
        "google",
        "grpc",
        "hdrh",
        "httpcore",
        "httptools",
        "httpx",
        "jinja2",
        "locust",
        "numpy",
        "portalocker",
        "psutil",
        "pydantic",
        "pydantic_core",
        "qdrant_client",
        "qdrant_edge",
        "rich",
        "starlette",
        "uvicorn",
        "uvloop",
    }
)


class _Parser(argparse.ArgumentParser):
    """Says in one sentence what is wrong, and leaves out the list of all options."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} (see `{self.prog} --help`)")


def build_parser() -> argparse.ArgumentParser:
    """Return the parser with one sub-parser a job; each sets `main(options) -> exit code`."""
    parser = _Parser(prog="locust-qdrant", description=__doc__)
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
    serve.add_parser(subparsers)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one job and return its exit code: 0 passed, 1 a check failed, 2 bad usage."""
    arguments = sys.argv[1:] if argv is None else list(argv)
    try:
        # A report quotes them.
        options = build_parser().parse_args(arguments, argparse.Namespace(arguments=arguments))
        exit_code: int = options.main(options)
    except UsageError as error:
        print(f"locust-qdrant: {error}", file=sys.stderr)
        return 2
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in EXTRA:
            raise
        print(
            f"locust-qdrant: {error.name} is not installed: run "
            "pip install 'flake8-qdrant[loadtest]'.",
            file=sys.stderr,
        )
        return 2
    return exit_code
