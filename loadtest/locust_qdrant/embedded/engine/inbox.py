"""What the engine process is told, by whom: calls from its frontends, and news of helpers."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from locust_qdrant.embedded.frames import Frame, read_frame

if TYPE_CHECKING:
    from collections.abc import Callable
    from io import BufferedReader
    from queue import SimpleQueue


@dataclass(frozen=True)
class Closed:
    """The frontends are gone: nothing more will come."""


@dataclass(frozen=True)
class RebuildNews:
    """What the child process of a rebuild printed, or how it failed, and who wants to know."""

    handle: Callable[[str], None]
    line: str


Message: TypeAlias = "Frame | Closed | RebuildNews"
Inbox: TypeAlias = "SimpleQueue[Message]"


def read_calls(pipe: BufferedReader, inbox: Inbox) -> None:
    """Put every call that arrives into the inbox, in a thread, until the frontends are gone."""

    def read() -> None:
        while (frame := read_frame(pipe)) is not None:
            inbox.put(frame)
        inbox.put(Closed())

    threading.Thread(target=read, name="calls", daemon=True).start()
