"""Where the tests of the load test find their locustfiles and the examples, and free ports."""

from __future__ import annotations

import socket
from pathlib import Path

LOCUSTFILES = Path(__file__).parent / "locustfiles"
EXAMPLES = Path(__file__).parents[2] / "examples"


def free_port() -> int:
    """Return a port of loopback that nothing listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
