"""A TLS server in front of an engine that speaks HTTP/2 as Qdrant's REST server does on the wire.

    python secure_relay.py TARGET_PORT FOLDER

It prints its port, and ends when its standard input closes; FOLDER has `key.pem` and `cert.pem`.
Over HTTP/2 it writes head and body of an answer apart, on a socket without TCP_NODELAY; over
HTTP/1.1 an answer is one piece.
"""

from __future__ import annotations

import asyncio
import shutil
import socket
import ssl
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, RequestReceived, StreamEnded

OPENSSL = shutil.which("openssl")


def make_certificate(folder: Path) -> Path:
    """Make a certificate that nobody signed but itself, and return its file."""
    certificate = folder / "cert.pem"
    words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
    names = ("-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1")
    files = ("-keyout", str(folder / "key.pem"), "-out", str(certificate))
    subprocess.run([OPENSSL, *words.split(), *names, *files], check=True, capture_output=True)
    return certificate


@contextmanager
def secure_relay(port: int, folder: Path):
    """Run it in front of `port` and give its address."""
    command = [sys.executable, __file__, str(port), str(folder)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            yield f"https://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.kill()


class Relay:
    def __init__(self, engine: httpx.AsyncClient) -> None:
        self.engine = engine

    async def converse(self, reader, writer) -> None:
        secure = writer.get_extra_info("ssl_object")
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            if secure.selected_alpn_protocol() == "h2":
                sock = writer.get_extra_info("socket")
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 0)
                await self.in_frames(reader, writer)
            else:
                await self.in_pieces(reader, writer)
        writer.close()

    async def answer(self, method: str, path: str, body: bytes) -> httpx.Response:
        kind = {"content-type": "application/json"}
        return await self.engine.request(method, path, content=body, headers=kind)

    async def in_pieces(self, reader, writer) -> None:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            line, *fields = head.strip().splitlines()
            lengths = [each for each in fields if each.lower().startswith("content-length:")]
            body = await reader.readexactly(int(lengths[0].partition(":")[2]) if lengths else 0)
            method, path, _ = line.split()
            answer = await self.answer(method, path, body)
            head = (
                f"HTTP/1.1 {answer.status_code} -\r\ncontent-type: application/json\r\n"
                f"content-length: {len(answer.content)}\r\n\r\n"
            )
            writer.write(head.encode() + answer.content)

    async def in_frames(self, reader, writer) -> None:
        connection = H2Connection(H2Configuration(client_side=False))
        connection.initiate_connection()
        # One window for all that a test sends: a frame that widens it would be held back, too.
        connection.increment_flow_control_window(1 << 28)
        writer.write(connection.data_to_send())
        requests: dict[int, tuple[dict[str, str], bytearray]] = {}
        while data := await reader.read(1 << 16):
            for event in connection.receive_data(data):
                if isinstance(event, RequestReceived):
                    requests[event.stream_id] = (
                        {name.decode(): value.decode() for name, value in event.headers},
                        bytearray(),
                    )
                elif isinstance(event, DataReceived):
                    requests[event.stream_id][1].extend(event.data)
                elif isinstance(event, StreamEnded):
                    head, body = requests.pop(event.stream_id)
                    found = await self.answer(head[":method"], head[":path"], bytes(body))
                    fields = [
                        (":status", str(found.status_code)),
                        ("content-type", "application/json"),
                    ]
                    connection.send_headers(event.stream_id, fields)
                    writer.write(connection.data_to_send())
                    # Where the real one hands the body to another thread.
                    await asyncio.sleep(0.0003)
                    connection.send_data(event.stream_id, found.content, end_stream=True)
            writer.write(connection.data_to_send())


async def main(target: int, folder: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    context.set_alpn_protocols(["h2", "http/1.1"])
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{target}", timeout=60) as engine:
        relay = Relay(engine)
        server = await asyncio.start_server(relay.converse, "127.0.0.1", 0, ssl=context)
        print(server.sockets[0].getsockname()[1], flush=True)
        async with server:
            await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2])))
