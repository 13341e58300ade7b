"""HTTP and gRPC beside the operations: encodings, browsers, probes, clients that never finish."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import socket
from typing import TYPE_CHECKING

import brotli
import grpc
import httpx
import pytest
from locust_qdrant.embedded import EmbeddedServer
from locust_qdrant.embedded.frontends import http as http_server
from locust_qdrant.embedded.frontends.http import HttpRequest, HttpServer, Response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from qdrant_client import QdrantClient

COUNT = json.dumps({"exact": True}).encode()
ORIGIN = {"origin": "https://pages.example"}


@pytest.fixture
def http(server: EmbeddedServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, headers={"accept-encoding": "identity"}) as client:
        yield client


@pytest.fixture
def count(rest: QdrantClient, name: str) -> Iterator[str]:
    """The route that counts the points of a collection."""
    rest.create_collection(name, vectors_config={})
    yield f"/collections/{name}/points/count"
    rest.delete_collection(name)


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate"])
def test_an_answer_is_compressed_when_the_client_asks_for_it(
    http: httpx.Client, coding: str
) -> None:
    response = http.get("/collections", headers={"accept-encoding": coding})
    assert response.headers["content-encoding"] == coding
    assert "accept-encoding" in response.headers["vary"]
    assert response.json()["status"] == "ok"


@pytest.mark.parametrize("accepted", ["identity", "zstd", "gzip;q=0", "nonsense;q=x"])
def test_an_answer_is_plain_otherwise(http: httpx.Client, accepted: str) -> None:
    response = http.get("/collections", headers={"accept-encoding": accepted})
    assert "content-encoding" not in response.headers
    assert response.headers["content-length"] == str(len(response.content))


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("gzip;q=0.5, br;q=0.9, deflate", "deflate"),
        ("gzip, deflate", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
    ],
)
def test_the_client_chooses_among_codings(http: httpx.Client, accepted: str, chosen: str) -> None:
    response = http.get("/collections", headers={"accept-encoding": accepted})
    assert response.headers["content-encoding"] == chosen


@pytest.mark.parametrize(
    ("coding", "encode"), [("gzip", gzip.compress), ("br", brotli.compress)], ids=["gzip", "br"]
)
def test_a_body_may_be_compressed(
    http: httpx.Client, count: str, coding: str, encode: type
) -> None:
    headers = {"content-encoding": coding}
    response = http.post(count, content=encode(COUNT), headers=headers)
    assert response.json()["result"] == {"count": 0}


def test_a_body_that_is_not_what_its_encoding_says_is_400(http: httpx.Client, count: str) -> None:
    response = http.post(count, content=COUNT, headers={"content-encoding": "gzip"})
    assert response.status_code == 400
    assert response.json()["status"]["error"].startswith("Payload error")


def test_a_small_body_that_unfolds_beyond_the_limit_is_refused(
    http: httpx.Client, count: str
) -> None:
    bomb = gzip.compress(b" " * (33 * 1024 * 1024))
    response = http.post(count, content=bomb, headers={"content-encoding": "gzip"})
    assert response.status_code == 400
    assert "larger than allowed" in response.json()["status"]["error"]


def test_head_is_unknown_as_on_a_server(http: httpx.Client) -> None:
    response = http.head("/collections")
    assert (response.status_code, response.content) == (404, b"")


def test_pages_of_any_origin_may_ask(http: httpx.Client, count: str) -> None:
    assert http.get("/collections", headers=ORIGIN).headers["access-control-allow-origin"]
    asked = {"access-control-request-method": "POST", "access-control-request-headers": "api-key"}
    preflight = http.options(count, headers=ORIGIN | asked)
    assert preflight.status_code == 200
    assert "POST" in preflight.headers["access-control-allow-methods"]
    assert preflight.headers["access-control-allow-headers"] == "api-key"


def test_a_route_that_nobody_knows_is_404(http: httpx.Client) -> None:
    response = http.get("/nope")
    assert (response.status_code, response.content) == (404, b"")


@pytest.mark.parametrize("path", ["/collections/", "//collections"])
def test_slashes_too_many_do_not_matter(http: httpx.Client, path: str) -> None:
    assert http.get(path).status_code == 200


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("wait=True", 400),
        ("wait=1", 400),
        ("ordering=nope", 400),
        ("ordering=strong&wait=true", 200),
        ("timeout=0", 200),
        ("timeout=x", 400),
        ("unknown=1", 200),
    ],
)
def test_parameters_are_checked(http: httpx.Client, count: str, query: str, status: int) -> None:
    points = count.removesuffix("/count")
    body = {"points": [{"id": 1, "vector": {}}]}
    assert http.put(f"{points}?{query}", json=body).status_code == status


@pytest.mark.parametrize(
    "body",
    [
        b'{"exact": true, "exact": false}',
        b'{"exact": NaN}',
        b'{"filter": {"must": [], "mustnt": []}}',
        b'{"exact": "true"}',
        b"{",
        b"",
    ],
    ids=repr,
)
def test_a_body_that_qdrants_parser_refuses_is_400(
    http: httpx.Client, count: str, body: bytes
) -> None:
    response = http.post(count, content=body)
    assert response.status_code == 400
    assert response.json()["status"]["error"].startswith("Format error in JSON body: ")


def test_responses_are_counted(http: httpx.Client, count: str) -> None:
    line = 'method="POST",endpoint="/collections/{collection_name}/points/count",status="200"'

    def counted() -> int:
        lines = http.get("/metrics").text.splitlines()
        found = [each.rpartition(" ")[2] for each in lines if line in each]
        return int(found[0]) if found else 0

    before = counted()
    http.post(count, content=COUNT)
    assert counted() == before + 1


def test_grpc_health_says_serving(server: EmbeddedServer) -> None:
    with grpc.insecure_channel(f"127.0.0.1:{server.grpc_port}") as channel:
        assert channel.unary_unary("/grpc.health.v1.Health/Check")(b"") == b"\x08\x01"


def test_what_lies_in_the_working_folder_is_not_taken_for_a_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("grpc", "qdrant_client", "json", "numpy"):
        (tmp_path / f"{module}.py").write_text("raise SystemExit('the wrong module')\n")
    monkeypatch.chdir(tmp_path)
    with EmbeddedServer() as running:
        assert httpx.get(f"{running.url}/healthz").status_code == 200


async def exchange(*contents: bytes) -> bytes:
    """Send this, piece by piece, to a server that echoes bodies; return what it says to the end."""

    def echo(request: HttpRequest, respond: Callable[[Response], None]) -> None:
        respond(Response(200, body=request.body))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = HttpServer(echo)
        await server.start(listener)
        reader, writer = await asyncio.open_connection(*listener.getsockname())
        for content in contents:
            writer.write(content)
            await asyncio.sleep(0)
        answer = await asyncio.wait_for(reader.read(), 20)
        writer.close()
        await server.stop(1)
    return answer


@pytest.mark.parametrize(
    "content",
    [b"", b"GET / HTTP/1.1\r\nhost: a\r\nx: ", b"POST / HTTP/1.1\r\ncontent-length: 9\r\n\r\n12"],
    ids=["nothing", "half a head", "half a body"],
)
def test_a_request_that_never_arrives_is_given_up(
    content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_server, "HEAD_SECONDS", 0.1)
    monkeypatch.setattr(http_server, "BODY_SECONDS", 0.1)
    with contextlib.suppress(ConnectionResetError):  # hung up as well
        assert asyncio.run(exchange(content)) == b""


def test_a_head_that_is_too_large_is_refused() -> None:
    lines = b"".join(b"x%d: %s\r\n" % (number, b"y" * 1000) for number in range(200))
    answer = asyncio.run(exchange(b"GET / HTTP/1.1\r\n" + lines + b"\r\n"))
    assert answer.startswith(b"HTTP/1.1 400 Bad Request")


def test_what_is_no_http_is_refused() -> None:
    assert asyncio.run(exchange(b"hello\r\n\r\n")).startswith(b"HTTP/1.1 400 Bad Request")


def test_requests_in_a_row_are_answered_in_order() -> None:
    post = b"POST / HTTP/1.1\r\ncontent-length: 3\r\n"
    last = post + b"connection: close\r\n\r\ntwo"
    answer = asyncio.run(exchange(post + b"\r\none", last))
    assert answer.index(b"\r\n\r\none") < answer.index(b"\r\n\r\ntwo")
    assert answer.count(b"HTTP/1.1 200 OK") == 2


def test_a_client_that_waits_for_leave_to_send_gets_it() -> None:
    head = (
        b"POST / HTTP/1.1\r\ncontent-length: 3\r\nexpect: 100-continue\r\nconnection: close\r\n\r\n"
    )
    answer = asyncio.run(exchange(head, b"one"))
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK")


def test_an_offer_of_another_protocol_is_ignored() -> None:
    offer = b"GET / HTTP/1.1\r\nconnection: upgrade, http2-settings\r\nupgrade: h2c\r\n\r\n"
    assert asyncio.run(exchange(offer)).startswith(b"HTTP/1.1 200 OK")


def test_a_body_in_chunks_is_put_together() -> None:
    head = b"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n"
    answer = asyncio.run(exchange(head, b"2\r\non\r\n", b"1\r\ne\r\n0\r\n\r\n"))
    assert answer.endswith(b"\r\n\r\none")
