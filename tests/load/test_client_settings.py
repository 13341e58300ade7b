"""How the clients are made: settings reach the library that moves the bytes, and no report."""

from __future__ import annotations

import json
import ssl
import sys
from collections import deque

import pytest
from answering import answering, http
from locust_qdrant.client.factory import ClientSettings, async_client, plain_client
from locust_qdrant.client.transports import transport
from locust_qdrant.errors import UsageError
from locust_qdrant.experiments.compare import candidates
from qdrant_client.http.exceptions import ResponseHandlingException

OTHERS = ["httpx2", "aiohttp"] if sys.version_info >= (3, 11) else ["aiohttp"]


async def heads_of(settings, make=async_client):
    """Return the heads of the requests that a client sends."""
    heads: list[str] = []

    def answer(head: bytes) -> bytes:
        heads.append(head.decode().lower())
        return http("200 OK", b'{"result":{"collections":[]},"status":"ok","time":0.1}')

    async with answering(answer) as port:
        client = make(settings(f"http://127.0.0.1:{port}"), deque())
        await client.get_collections()
        await client.close()
    return heads


@pytest.mark.parametrize("library", ["httpx", *OTHERS])
async def test_every_library_sends_the_headers_and_asks_for_no_compression(library):
    (head,) = await heads_of(
        lambda url: ClientSettings(
            url, transport=library, compression=False, headers={"x-tenant": "a"}
        )
    )
    assert "\r\naccept-encoding: identity\r\n" in head
    assert "\r\nx-tenant: a\r\n" in head


async def test_compression_is_asked_for_unless_it_is_off():
    (head,) = await heads_of(ClientSettings)
    assert "gzip" in head


def test_the_plumbing_takes_the_fast_way_whatever_is_tried():
    tried = ClientSettings("http://h", transport="aiohttp", http2=True, grpc_options={"grpc.a": 1})
    fast = tried.plumbing()
    assert (fast.transport, fast.compression, fast.http2) == ("httpx", False, False)
    # gRPC would let it share the connection of the traffic, and keep that warm.
    assert fast.grpc_options == {"grpc.a": 1, "grpc.use_local_subchannel_pool": 1}
    client = plain_client(tried)
    assert client._client._rest_headers["accept-encoding"] == "identity"
    client.close()


@pytest.mark.parametrize("library", OTHERS)
async def test_another_library_is_given_limits_and_certificates(library):
    trusted = ssl.create_default_context()
    settings = ClientSettings("https://h", connections=7, keepalive=3, keepalive_expiry=4)
    made = transport(library, trusted, settings.limits(), http2=False)
    if library == "httpx2":
        pool = made._pool
        assert (pool._max_connections, pool._max_keepalive_connections) == (7, 3)
        assert pool._ssl_context is trusted
    else:
        assert made.limits == settings.limits()
        assert made.ssl_context is trusted
    await made.aclose()


@pytest.mark.parametrize("library", ["httpx", *OTHERS])
async def test_errors_have_the_same_names_whatever_moved_the_bytes(library):
    calls: deque = deque()
    async with answering(lambda _: None) as port:
        settings = ClientSettings(f"http://127.0.0.1:{port}", transport=library, timeout=1)
        client = async_client(settings, calls)
        with pytest.raises(ResponseHandlingException):
            await client.get_collections()
        await client.close()
    assert calls[0].record.outcome.value == "timeout"
    assert calls[0].record.error.startswith("ReadTimeout")


def test_what_cannot_be_used_is_told_in_a_sentence(tmp_path):
    with pytest.raises(UsageError, match="aiohttp has no HTTP/2"):
        transport("aiohttp", True, ClientSettings("").limits(), http2=True)
    broken = tmp_path / "ca.pem"
    broken.write_text("no certificate")
    for file in (broken, tmp_path / "missing.pem"):
        with pytest.raises(UsageError, match="holds no certificates that can be read"):
            ClientSettings("https://h", ca_cert=str(file)).arguments()


def test_variants_take_the_keys_of_a_client():
    first, second = candidates(
        ["async-rest:compression=off:keepalive_expiry=2s", "async-rest:transport=aiohttp"],
        ClientSettings("http://h"),
    )
    assert (first.settings.compression, first.settings.keepalive_expiry) == (False, 2)
    assert second.settings.transport == "aiohttp"
    for wrong, words in {
        "async-rest:transport=curl": "transport must be one of httpx, httpx2, aiohttp",
        "async-rest:compression=maybe": "compression must be",
        "async-rest:headers=a": "there is no setting 'headers'",
    }.items():
        with pytest.raises(UsageError, match=words):
            candidates([wrong, "async-rest"], ClientSettings("http://h"))


OVER_GRPC = ("--grpc", "--grpc-option", "grpc.keepalive_time_ms=600000")


@pytest.mark.parametrize("protocol", [("--no-compression",), OVER_GRPC], ids=["REST", "gRPC"])
def test_the_command_passes_headers_on_and_says_them_nowhere(run, engine, tmp_path, protocol):
    report, record = tmp_path / "report.json", tmp_path / "run.jsonl"
    done = run(
        "-m", "locust_qdrant", "run", "--allow-invalid",
        "--host", engine.url, "--grpc-port", str(engine.grpc_port), *protocol,
        "--header", "X-Token: very-secret",
        "--points", "20",
        "--dim", "8", "--users", "1", "--duration", "0.5", "--json", str(report),
        "--record", str(record),
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    for text in (done.stdout, done.stderr, report.read_text(), record.read_text()):
        assert "very-secret" not in text
    said = json.loads(report.read_text())
    own = "grpc.keepalive_time_ms" if "--grpc" in protocol else "no compression"
    assert own in said["server"]
    assert said["workload"]["client"]["headers"] == {"x-token": "***"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--header", "no-colon"), "must be of the form 'NAME: VALUE'"),
        (("--grpc-option", "keepalive=1"), "is not of the form NAME=VALUE"),
        (("--transport", "curl"), "must be one of httpx, httpx2, aiohttp"),
        (("--give-up", "1s", "--path", "sync"), "has no callers that give up"),
    ],
)
def test_a_wrong_option_is_told_in_one_line(run, options, words):
    done = run("-m", "locust_qdrant", "run", "--allow-invalid", *options)
    assert done.returncode == 2
    assert words in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
