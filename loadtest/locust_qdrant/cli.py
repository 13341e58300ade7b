"""The command `locust-qdrant`: a door to each job, which lives in a module of its own."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from locust_qdrant.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence


def build_parser() -> argparse.ArgumentParser:
    """Return the parser with one sub-parser a job; each sets `main(options) -> exit code`."""
    parser = argparse.ArgumentParser(prog="locust-qdrant", description=__doc__)
    parser.add_subparsers(metavar="COMMAND", required=True)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one job and return its exit code: 0 passed, 1 a check failed, 2 bad usage."""
    options = build_parser().parse_args(argv)
    try:
        exit_code: int = options.main(options)
    except UsageError as error:
        print(f"locust-qdrant: {error}", file=sys.stderr)
        return 2
    return exit_code
