"""`python -m locust_qdrant.embedded`: the sub-command `serve` by itself."""

from __future__ import annotations

import argparse
import sys

from locust_qdrant.embedded.command import add_options, main
from locust_qdrant.errors import UsageError


def run() -> int:
    """Parse the command line and serve."""
    parser = argparse.ArgumentParser(prog="locust-qdrant serve")
    add_options(parser)
    try:
        return main(parser.parse_args())
    except UsageError as error:
        print(f"locust-qdrant: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(run())
