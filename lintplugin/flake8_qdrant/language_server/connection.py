"""The server on standard input and output."""

from __future__ import annotations

import logging
import os
import sys

from flake8_qdrant.language_server.features import make_server


def serve() -> int:
    """Serve a client over standard input and output until it leaves.

    Returns:
        0 if the client has said that it leaves, as the protocol wants it; else 1.
    """
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s"
    )
    server = make_server()
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as output:
        sys.stdout = sys.stderr  # whatever prints must not end up between the messages
        server.start_io(stdout=output)
    return 0 if server.ended else 1
