"""The server as a process: how it starts, who may ask, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import grpc
import httpx
import psutil
import pytest
from embedded_clients import CLIENT_KINDS, Client, ClientKind
from locust_qdrant.client.factory import ClientSettings
from locust_qdrant.embedded import EmbeddedServer
from locust_qdrant.errors import UsageError
from locust_qdrant.targets.qdrant.connection import described
from qdrant_client.http import models
from qdrant_client.http.exceptions import UnexpectedResponse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

KEY = "a-key-that-nobody-may-see"
PLAIN = models.VectorParams(size=4, distance=models.Distance.DOT)
COMMAND = [sys.executable, "-c", "from locust_qdrant.cli import main; raise SystemExit(main())"]


@pytest.fixture
def serve() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start `locust-qdrant serve` on free ports; what still runs at the end is killed."""
    started: list[subprocess.Popen[str]] = []

    def start(*options: str, **environment: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [*COMMAND, "serve", "--port", "0", "--grpc-port", "0", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **environment},
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def url_of(process: subprocess.Popen[str]) -> str:
    return json.loads(process.stdout.readline())["url"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda n: n.name)
def test_a_signal_ends_it_cleanly(
    serve: Callable[..., subprocess.Popen[str]], tmp_path: Path, number: signal.Signals
) -> None:
    process = serve("--json", "--data", str(tmp_path))
    url = url_of(process)
    httpx.put(f"{url}/collections/points", json={"vectors": {"size": 4, "distance": "Dot"}})
    family = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (0, "", "")
    assert not any(child.is_running() for child in family)
    with EmbeddedServer(tmp_path) as reopened:
        assert httpx.get(f"{reopened.url}/collections/points").status_code == 200


def test_it_prints_where_it_is(serve: Callable[..., subprocess.Popen[str]]) -> None:
    process = serve()
    lines = [process.stdout.readline() for _ in range(4)]
    url = next(line.split()[1] for line in lines if line.split()[0] == "REST")
    folder = Path(next(line.split()[1] for line in lines if line.split()[0] == "data"))
    assert url.startswith("http://127.0.0.1:")
    assert httpx.get(f"{url}/readyz").status_code == 200
    assert folder.is_dir()
    process.terminate()
    process.communicate(timeout=60)
    assert not folder.exists()


def test_only_loopback_can_reach_it(server: EmbeddedServer) -> None:
    listening = psutil.Process(server.pid).net_connections()
    open_to = {c.laddr.ip for c in listening if c.status == psutil.CONN_LISTEN}
    assert {address.removeprefix("::ffff:") for address in open_to} == {"127.0.0.1"}


def fails(process: subprocess.Popen[str]) -> str:
    """Return the one sentence of a command that ends with bad usage."""
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, "")
    assert len(err.splitlines()) == 1, err
    return err


def test_a_port_in_use_is_one_sentence(serve: Callable[..., subprocess.Popen[str]]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert f"port {port}" in fails(serve("--port", port))
        assert "--grpc-port" in fails(serve("--grpc-port", port))


def test_data_of_another_server_is_one_sentence(
    serve: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    with EmbeddedServer(tmp_path) as server:
        assert "in use by another server" in fails(serve("--data", str(tmp_path)))
        assert httpx.get(f"{server.url}/collections").status_code == 200


def test_data_that_cannot_be_a_folder_is_one_sentence(
    serve: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.write_text("kept")
    assert str(file) in fails(serve("--data", str(file)))
    assert str(file) in fails(serve("--data", str(file / "below")))
    assert file.read_text() == "kept"


def test_data_of_another_program_is_one_sentence_and_stays(
    serve: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    (tmp_path / "catalog.json").write_text("not ours")
    assert "catalog.json" in fails(serve("--data", str(tmp_path)))
    assert (tmp_path / "catalog.json").read_text() == "not ours"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write all")
def test_data_that_is_not_writable_is_one_sentence(
    serve: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    tmp_path.chmod(0o500)
    assert str(tmp_path) in fails(serve("--data", str(tmp_path)))


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_an_impossible_port_is_one_sentence(
    serve: Callable[..., subprocess.Popen[str]], port: str
) -> None:
    assert port in fails(serve(f"--port={port}"))


def test_starting_raises_the_sentence(tmp_path: Path) -> None:
    with EmbeddedServer(tmp_path), pytest.raises(UsageError, match="in use by another server"):
        EmbeddedServer(tmp_path)


@pytest.mark.parametrize("frontend", CLIENT_KINDS, ids=str)
def test_without_the_key_nothing_is_answered(frontend: ClientKind) -> None:
    with EmbeddedServer(api_key=KEY) as server:
        for wrong in (None, "another-key"):
            client = Client(server, frontend, api_key=wrong, https=False, check_compatibility=False)
            with pytest.raises((UnexpectedResponse, grpc.RpcError)) as caught:
                client.get_collections()
            error = caught.value
            code = getattr(error, "status_code", None) or error.code()
            assert code in {401, grpc.StatusCode.UNAUTHENTICATED}
            assert KEY not in str(error)
            client.shut()
        client = Client(server, frontend, api_key=KEY, https=False)
        assert client.get_collections().collections == []
        client.shut()


def test_the_key_may_come_as_a_bearer_token_and_health_needs_none() -> None:
    with EmbeddedServer(api_key=KEY) as server, httpx.Client(base_url=server.url) as http:
        for path in ("/", "/healthz", "/livez", "/readyz"):
            assert http.get(path).status_code == 200
        for path in ("/collections", "/telemetry", "/metrics", "/no/such/route"):
            assert http.get(path).status_code == 401
        bearer = {"Authorization": f"Bearer {KEY}"}
        assert http.get("/collections", headers=bearer).status_code == 200


@pytest.mark.parametrize("way", ["option", "environment"])
def test_the_key_is_nowhere_to_be_read(
    serve: Callable[..., subprocess.Popen[str]], tmp_path: Path, way: str
) -> None:
    given = ("--api-key", KEY) if way == "option" else ()
    environment = {} if given else {"QDRANT__SERVICE__API_KEY": KEY}
    process = serve("--data", str(tmp_path), *given, **environment)
    lines = [process.stdout.readline() for _ in range(4)]
    url = next(line.split()[1] for line in lines if line.split()[0] == "REST")
    refused = httpx.get(f"{url}/collections", headers={"api-key": "wrong"})
    assert refused.status_code == 401
    assert httpx.get(f"{url}/collections", headers={"api-key": KEY}).status_code == 200
    helpers = psutil.Process(process.pid).children(recursive=True)
    assert not any(KEY in argument for helper in helpers for argument in helper.cmdline())
    process.terminate()
    out, err = process.communicate(timeout=60)
    assert KEY not in "".join([*lines, out, err, refused.text])
    assert not any(KEY.encode() in f.read_bytes() for f in tmp_path.rglob("*") if f.is_file())


def test_it_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    script = (
        "import sys, time, locust_qdrant.embedded as e\n"
        f"server = e.EmbeddedServer(__import__('pathlib').Path({str(tmp_path)!r}))\n"
        "print(server.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    server = psutil.Process(int(parent.stdout.readline()))
    family = [server, *server.children(recursive=True)]
    assert len(family) == 2
    parent.kill()
    parent.communicate()
    _, alive = psutil.wait_procs(family, timeout=60)
    assert alive == []


def test_stopping_twice_is_stopping_once() -> None:
    server = EmbeddedServer()
    assert server.stop() == 0
    assert server.stop() == 0


def test_neither_locust_nor_gevent_is_imported() -> None:
    names = (
        "locust_qdrant.embedded.command",
        "locust_qdrant.embedded.frontends.server",
        "locust_qdrant.embedded.engine.main",
        "locust_qdrant.embedded.engine.optimize",
    )
    script = (
        f"import sys, importlib\nfor name in {names}: importlib.import_module(name)\n"
        "print(sorted({'gevent', 'locust', 'greenlet'} & sys.modules.keys()))"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"


def test_a_defect_answers_500_and_the_server_lives_on(server: EmbeddedServer) -> None:
    # Payload of a depth at which converting it exceeds the interpreter's recursion limit.
    deep = '{"a":' * 5000 + "1" + "}" * 5000
    with httpx.Client(base_url=server.url) as http:
        http.put("/collections/deep", json={"vectors": {"size": 4, "distance": "Dot"}})
        body = '{"points": [{"id": 1, "vector": [1, 2, 3, 4], "payload": ' + deep + "}]}"
        response = http.put("/collections/deep/points", content=body)
        assert response.status_code in {400, 500}
        assert http.delete("/collections/deep").json()["result"] is True


def test_reports_say_what_carries_over_from_the_embedded_engine() -> None:
    settings = ClientSettings(url="http://127.0.0.1:6333")
    said = described("1.20.0+edge.0.9.0", settings)
    assert "embedded engine" in said
    assert "ratios and the knee do not" in said
    assert described("1.18.2", settings).startswith("Qdrant 1.18.2 at http://127.0.0.1:6333")
