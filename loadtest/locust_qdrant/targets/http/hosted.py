"""`python -m locust_qdrant.targets.http.hosted`: a service under uvicorn, with the probe around it.

Runs in a process of its own. Says on its standard output, as one line of JSON, when it serves, and
ends when its standard input closes.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

from locust_qdrant.probe.loop_probe import TOKEN_VARIABLE
from locust_qdrant.targets.http.spans import Spans

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from typing import TextIO

#: Idle connections of the load generator would hold the end up.
_GRACE_SECONDS = 3


class _Server(uvicorn.Server):
    """Says when it serves."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.should_exit:
            self._announce()


def main() -> None:
    """Serve until standard input closes."""
    parser = argparse.ArgumentParser(prog="locust_qdrant.targets.http.hosted")
    parser.add_argument("--app", required=True)
    parser.add_argument("--factory", action="store_true")
    parser.add_argument("--app-dir", type=Path, required=True)
    parser.add_argument("--root", type=Path, required=True)
    options = parser.parse_args()
    says = _own_standard_output()
    # The service must not find our token where it looks for its own settings.
    token = os.environ.pop(TOKEN_VARIABLE)
    sys.path.insert(0, str(options.app_dir.absolute()))
    config = uvicorn.Config(
        options.app,
        factory=options.factory,
        host="127.0.0.1",
        port=0,
        proxy_headers=False,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    config.load()
    document = getattr(config.loaded_app, "openapi_url", None)
    config.loaded_app = Spans(config.loaded_app, root=options.root.resolve(), token=token)
    listener = config.bind_socket()
    address = {"port": listener.getsockname()[1], "openapi": document}
    server = _Server(config, lambda: print(json.dumps(address), file=says, flush=True))
    threading.Thread(target=_end_with_parent, args=(server,), daemon=True).start()
    server.run(sockets=[listener])
    # As `uvicorn` itself does.
    if not server.started:
        sys.exit(3)


def _own_standard_output() -> TextIO:
    """Return the parent's pipe; whatever the service prints goes to standard error instead."""
    pipe = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return pipe


def _end_with_parent(server: uvicorn.Server) -> None:
    sys.stdin.buffer.read()
    server.should_exit = True


if __name__ == "__main__":
    main()
