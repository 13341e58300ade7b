"""`python -m locust_qdrant.targets.http.delay`: a relay that makes a server far away.

On one machine a request to Qdrant takes a millisecond or less; what blocking costs shows when it
takes as long as it does over a network. Whatever the server sends arrives later by the delay, in
order, whichever protocol it is. Ends when its standard input closes.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from locust_qdrant.child import module_command

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

_CHUNK = 65_536


class DelayedServer:
    """Ports of this machine behind which servers answer late; stops as a context manager.

    Args:
        targets: host and port of each server.
        delay: seconds by which all that they send is late.

    Attributes:
        ports: one for each target, on 127.0.0.1.
    """

    def __init__(self, targets: list[tuple[str, int]], delay: float) -> None:
        command = [*module_command("locust_qdrant.targets.http.delay"), "--delay", str(delay)]
        self._process = subprocess.Popen(  # noqa: S603  our own module
            [*command, *(f"{host}:{port}" for host, port in targets)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        line = self._process.stdout.readline() if self._process.stdout is not None else ""
        self.ports: list[int] = json.loads(line)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._process.communicate()


async def serve(targets: list[tuple[str, int]], delay: float) -> None:
    """Relay until standard input closes."""
    servers = [
        await asyncio.start_server(_Relay(host, port, delay).serve, "127.0.0.1", 0)
        for host, port in targets
    ]
    print(json.dumps([server.sockets[0].getsockname()[1] for server in servers]), flush=True)
    loop, ended = asyncio.get_running_loop(), asyncio.Event()

    def wait_for_the_end() -> None:
        sys.stdin.buffer.read()
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=wait_for_the_end, daemon=True).start()
    await ended.wait()


class _Relay:
    def __init__(self, host: str, port: int, delay: float) -> None:
        self._host = host
        self._port = port
        self._delay = delay

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection(self._host, self._port)
        except OSError:
            writer.close()
            return
        await asyncio.gather(_copy(reader, far_writer, 0.0), _copy(far_reader, writer, self._delay))


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delay: float) -> None:
    """Copy what comes until it ends; each piece is written `delay` seconds after it came."""
    loop = asyncio.get_running_loop()
    pieces: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
    writing = asyncio.create_task(_write(pieces, writer))
    # OSError: a side that is gone needs nothing any more.
    with suppress(OSError):
        while data := await reader.read(_CHUNK):
            pieces.put_nowait((loop.time() + delay, data))
    pieces.put_nowait((loop.time(), b""))
    with suppress(OSError):
        await writing
    writer.close()


async def _write(pieces: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter) -> None:
    loop = asyncio.get_running_loop()
    while True:
        due, data = await pieces.get()
        if not data:
            return
        await asyncio.sleep(due - loop.time())
        writer.write(data)
        await writer.drain()


def main() -> None:
    """Parse the command line and relay."""
    parser = argparse.ArgumentParser(prog="locust_qdrant.targets.http.delay")
    parser.add_argument("--delay", type=float, required=True)
    parser.add_argument("targets", nargs="+")
    options = parser.parse_args()
    targets = [(host, int(port)) for host, _, port in (t.rpartition(":") for t in options.targets)]
    asyncio.run(serve(targets, options.delay))


if __name__ == "__main__":
    main()
