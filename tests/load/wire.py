"""A TCP relay that does to a connection what lies between a client and a real server.

    python wire.py TARGET_PORT '{"two_writes": true}'

It prints its port, and ends when its standard input closes. `two_writes` answers as Qdrant's REST
server does: where compression is asked for, head and body of 1,024 bytes or more go out apart, on a
socket without TCP_NODELAY. `drip` passes the answer to a query on in pieces of so many bytes,
`drip_seconds` apart. `idle` forgets a connection on which nothing passed for so many seconds, and
tells neither side, as a load balancer does. `closes` closes a connection on which nothing passed
for so many seconds when the next request comes, as a server does whose limit crossed with it.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
import subprocess
import sys
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass

COMPRESSED_FROM = 1024
#: The checks that name what lies between a client and its server.
PATTERNS = {
    "answers held back",
    "HTTP/2 held back",
    "pool whole",
    "timeout kept",
    "connections",
    "idle channel",
    "decoding on the loop",
    "encoding on the loop",
    "HTTP library",
}


@dataclass(frozen=True)
class Wire:
    two_writes: bool = False
    drip: int = 0
    drip_seconds: float = 0.0
    idle: float = 0.0
    closes: float = 0.0


@contextmanager
def wire(port: int, **manners):
    """Run the relay in front of `port` and give its own port."""
    said = json.dumps(asdict(Wire(**manners)))
    with subprocess.Popen(
        [sys.executable, __file__, str(port), said],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


class Link:
    """A connection of a client, and what passes on it."""

    def __init__(self, manners: Wire) -> None:
        self.manners = manners
        self.encoded = True
        self.query = False
        self.last = asyncio.get_running_loop().time()

    def passes(self) -> bool:
        now = asyncio.get_running_loop().time()
        forgotten = self.manners.idle and now - self.last > self.manners.idle
        if not forgotten:
            self.last = now
        return not forgotten

    def was_idle(self) -> bool:
        idle = asyncio.get_running_loop().time() - self.last
        return bool(self.manners.closes) and idle > self.manners.closes

    async def to_server(self, reader, writer) -> None:
        while data := await reader.read(65536):
            if self.was_idle():
                break
            asked = re.search(rb"accept-encoding: *([^\r]*)", data, re.IGNORECASE)
            if asked:
                self.query = b"/points/query " in data
                self.encoded = asked[1] != b"identity"
            if self.passes():
                writer.write(data)
        writer.close()

    async def to_client(self, reader, writer) -> None:
        while data := await reader.read(1 << 20):
            if not self.passes():
                continue
            head, end, body = data.partition(b"\r\n\r\n")
            compressed = b"content-encoding" in head or len(body) >= COMPRESSED_FROM
            if self.manners.two_writes and self.encoded and body and compressed:
                writer.write(head + end)
                # Where the real one hands the body to a thread that compresses it.
                await asyncio.sleep(0.0003)
                writer.write(body)
            elif self.manners.drip and self.query:
                for at in range(0, len(data), self.manners.drip):
                    await asyncio.sleep(self.manners.drip_seconds if at else 0)
                    writer.write(data[at : at + self.manners.drip])
            else:
                writer.write(data)
        writer.close()


async def main(target: int, manners: Wire) -> None:
    async def serve(reader, writer) -> None:
        for_server = await asyncio.open_connection("127.0.0.1", target)
        nodelay = 0 if manners.two_writes else 1
        sock = writer.get_extra_info("socket")
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, nodelay)
        link = Link(manners)
        with suppress(ConnectionError):
            await asyncio.gather(
                link.to_server(reader, for_server[1]), link.to_client(for_server[0], writer)
            )

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), Wire(**json.loads(sys.argv[2]))))
