"""Does a stack wait for something, such as an answer, or does it compute?"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Where a thread stands while a synchronous client waits for its server.
_WAITS = (
    "httpcore/_backends/sync.py:",
    "socket.py:",
    "ssl.py:",
    "selectors.py:",
    "threading.py:",
    "subprocess.py:",
    "grpc/_channel.py:",
    "grpc/_common.py:",
)


def stands_in_a_wait(stack: Sequence[str]) -> bool:
    """Tell whether the innermost frame of a stack is a function that waits for something."""
    return bool(stack) and stack[-1].startswith(_WAITS)
