"""Both frontends on their ports, from start to a clean end."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from locust_qdrant.embedded.frontends.http import HttpServer
from locust_qdrant.embedded.frontends.link import EngineLink
from locust_qdrant.embedded.frontends.rest import RestFront
from locust_qdrant.embedded.frontends.rpc import grpc_server
from locust_qdrant.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_GRACE_SECONDS = 5
_BACKLOG = 2048


@dataclass(frozen=True)
class Settings:
    """What a server is started with; a port of 0 is any free one."""

    folder: Path
    bind: str
    port: int
    grpc_port: int
    api_key: str | None = None
    stop_on_eof: bool = False


@dataclass(frozen=True)
class Addresses:
    """Where a server that is up can be reached."""

    bind: str
    port: int
    grpc_port: int

    @property
    def url(self) -> str:
        """The REST address."""
        host = f"[{self.bind}]" if ":" in self.bind else self.bind
        return f"http://{host}:{self.port}"


async def serve(settings: Settings, announce: Callable[[Addresses], None]) -> bool:
    """Serve until SIGTERM or SIGINT, and return whether the end was a clean one.

    `announce` is called when both frontends are open.

    Raises:
        UsageError: a port is taken, or the data folder cannot be opened.
    """
    stop = asyncio.Event()
    _stop_on_signals(stop)
    if settings.stop_on_eof:
        _stop_on_eof(stop)
    # gRPC opens its port itself, later, and complains on standard error if it cannot.
    _listen(settings.bind, settings.grpc_port, "--grpc-port").close()
    listener = _listen(settings.bind, settings.port, "--port")
    with listener:
        link = await EngineLink.start(settings.folder)
        try:
            await _serve_frontends(settings, listener, link, stop, announce)
        finally:
            clean = await link.close()
    return clean


async def _serve_frontends(
    settings: Settings,
    listener: socket.socket,
    link: EngineLink,
    stop: asyncio.Event,
    announce: Callable[[Addresses], None],
) -> None:
    rpc, grpc_port = grpc_server(link, settings.api_key, settings.bind, settings.grpc_port)
    await rpc.start()
    rest = HttpServer(RestFront(link, settings.api_key).handle)
    await rest.start(listener)
    announce(Addresses(settings.bind, listener.getsockname()[1], grpc_port))
    ends = [asyncio.create_task(event.wait()) for event in (stop, link.gone)]
    await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    for end in ends:
        end.cancel()
    await asyncio.gather(rest.stop(_GRACE_SECONDS), rpc.stop(_GRACE_SECONDS))


def _listen(bind: str, port: int, option: str) -> socket.socket:
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((bind, port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise UsageError(
            f"cannot listen on {bind} port {port}: {error.strerror}; choose another with {option}"
        ) from None
    return listener


def _stop_on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        # Not the loop's own add_signal_handler, which Windows lacks.
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))


def _stop_on_eof(stop: asyncio.Event) -> None:
    """Stop when standard input closes, as it does when the parent process dies, however it dies."""
    loop = asyncio.get_running_loop()

    def watch() -> None:
        # Not through sys.stdin: its lock, held here, would upset the interpreter's end.
        while os.read(sys.stdin.fileno(), 1):
            pass
        with contextlib.suppress(RuntimeError):  # the loop is closed already
            loop.call_soon_threadsafe(stop.set)

    threading.Thread(target=watch, name="parent", daemon=True).start()
