"""A server that computes nothing and behaves as it is told, and a relay that forgets connections.

What is slow then is not the search.
As a program it prints its port, and ends when its standard input closes.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import socket
import subprocess
import sys
import time
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from locust_qdrant.client.loop_thread import new_event_loop

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

#: What a good server on the same network takes, in seconds.
LATENCY = 0.010

#: Bytes from which Qdrant compresses an answer, if it is asked to.
COMPRESSED_FROM = 1024
#: Seconds between head and body, where a thread of the server compresses the body.
_COMPRESSING = 0.0003

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_ENCODINGS = re.compile(rb"accept-encoding: *([^\r]*)", re.IGNORECASE)


@dataclass(frozen=True)
class Manners:
    """How the stub behaves on the wire.

    Attributes:
        latency: seconds until it answers.
        hits: number of hits in an answer.
        payload: characters of payload in each of them.
        two_writes: write head and body apart and without TCP_NODELAY where compression is asked
            for, as Qdrant 1.18 and 1.19 do. The body stays as it is: the time is in the second
            write, not in the codec.
        idle: close a connection on which nothing came for so many seconds when the next request
            comes, as if the two had crossed; zero for never.
        http2: speak HTTP/2 without TLS, and write each frame by itself and without TCP_NODELAY.
        drip: pass the answer on in this many pieces.
        drip_seconds: pause between two pieces.
    """

    latency: float = LATENCY
    hits: int = 1
    payload: int = 0
    two_writes: bool = False
    idle: float = 0.0
    http2: bool = False
    drip: int = 1
    drip_seconds: float = 0.0


@contextmanager
def stub(manners: Manners | None = None) -> Iterator[str]:
    """Run the stub in a process of its own and yield its address."""
    said = json.dumps(asdict(manners or Manners()))
    with subprocess.Popen(  # noqa: S603 - this very module
        [sys.executable, __file__, said], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        port = process.stdout.readline().strip() if process.stdout is not None else ""
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


class _Stub:
    def __init__(self, manners: Manners) -> None:
        self._manners = manners
        self._body = _body(manners)
        self._head = (
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
            % len(self._body)
        )

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection, one after the other."""
        served = False
        if self._manners.two_writes or self._manners.http2:
            nagle: socket.socket = writer.get_extra_info("socket")
            nagle.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 0)
        if self._manners.http2:
            await self._converse_in_frames(reader, writer)
            return
        try:
            while True:
                since = time.monotonic()
                head = await reader.readuntil(b"\r\n\r\n")
                if served and 0 < self._manners.idle < time.monotonic() - since:
                    writer.close()
                    return
                served = True
                length = _LENGTH.search(head)
                await reader.readexactly(int(length[1]) if length else 0)
                await asyncio.sleep(self._manners.latency)
                await self._answer(writer, head)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def _converse_in_frames(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        # Late: a package that only this way of speaking needs.
        from h2.config import H2Configuration  # noqa: PLC0415
        from h2.connection import H2Connection  # noqa: PLC0415
        from h2.events import StreamEnded  # noqa: PLC0415

        connection = H2Connection(H2Configuration(client_side=False))
        connection.initiate_connection()
        writer.write(connection.data_to_send())
        while data := await reader.read(1 << 16):
            ended = [
                each for each in connection.receive_data(data) if isinstance(each, StreamEnded)
            ]
            writer.write(connection.data_to_send())
            for each in ended:
                await asyncio.sleep(self._manners.latency)
                head = [(":status", "200"), ("content-type", "application/json")]
                connection.send_headers(each.stream_id, head)
                writer.write(connection.data_to_send())
                await asyncio.sleep(_COMPRESSING)
                connection.send_data(each.stream_id, self._body, end_stream=True)
                writer.write(connection.data_to_send())
        writer.close()

    async def _answer(self, writer: asyncio.StreamWriter, request: bytes) -> None:
        asked = _ENCODINGS.search(request)
        encoded = asked is not None and asked[1] != b"identity"
        if self._manners.two_writes and encoded and len(self._body) >= COMPRESSED_FROM:
            writer.write(self._head)
            await asyncio.sleep(_COMPRESSING)
            writer.write(self._body)
            return
        whole = self._head + self._body
        size = -(-len(whole) // self._manners.drip)
        for start in range(0, len(whole), size):
            if start:
                await asyncio.sleep(self._manners.drip_seconds)
            writer.write(whole[start : start + size])


def _body(manners: Manners) -> bytes:
    hit = {"id": 1, "version": 0, "score": 0.5, "payload": {"text": "x" * manners.payload}}
    answer = {"result": {"points": [hit] * manners.hits}, "status": "ok", "time": manners.latency}
    return json.dumps(answer).encode()


async def _serve(manners: Manners) -> None:
    server = await asyncio.start_server(_Stub(manners).converse, "127.0.0.1", 0, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        # Without a parent there is nobody to answer.
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


@asynccontextmanager
async def forgetful_relay(host: str, port: int, idle: float) -> AsyncIterator[int]:
    """Run a relay in front of `host` and `port`, and give its own port on loopback.

    Args:
        host: where it leads to.
        port: of that host.
        idle: seconds without a byte after which nothing passes on a connection any more.
    """
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        their_reader, their_writer = await asyncio.open_connection(host, port)
        link = _Link(idle)
        for ends in ((reader, their_writer), (their_reader, writer)):
            task = asyncio.create_task(link.pass_on(*ends))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class _Link:
    """A connection; once it was idle, nothing passes, as behind a load balancer."""

    def __init__(self, idle: float) -> None:
        self._idle = idle
        self._last = asyncio.get_running_loop().time()

    async def pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass bytes one way, as long as they come often enough."""
        with suppress(ConnectionError):
            while data := await reader.read(1 << 16):
                now = asyncio.get_running_loop().time()
                if now - self._last <= self._idle:
                    self._last = now
                    writer.write(data)
        writer.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("manners", type=json.loads)
    new_event_loop().run_until_complete(_serve(Manners(**parser.parse_args().manners)))
