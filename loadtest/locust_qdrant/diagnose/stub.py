"""A server that answers every query after the same time: what is slow then is the client.

As a program it prints its port, and ends when its standard input closes.
"""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from locust_qdrant.client.loop_thread import new_event_loop

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What a good server on the same network takes, in seconds.
LATENCY = 0.010
_BODY = b'{"result":{"points":[{"id":1,"version":0,"score":0.5}]},"status":"ok","time":0.01}'
_ANSWER = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b" % (
    len(_BODY),
    _BODY,
)
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


@contextmanager
def stub() -> Iterator[str]:
    """Run the stub in a process of its own and yield its address."""
    with subprocess.Popen(  # noqa: S603 - this very module
        [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        port = process.stdout.readline().strip() if process.stdout is not None else ""
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


async def _converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer the requests of one connection, one after the other."""
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            length = _LENGTH.search(head)
            await reader.readexactly(int(length[1]) if length else 0)
            await asyncio.sleep(LATENCY)
            writer.write(_ANSWER)
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def _serve() -> None:
    server = await asyncio.start_server(_converse, "127.0.0.1", 0, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        # Without a parent there is nobody to answer.
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    new_event_loop().run_until_complete(_serve())
