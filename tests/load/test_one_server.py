"""A gRPC port of another server than the REST port gets neither a key nor a point."""

from __future__ import annotations

import pytest
from faulty_proxy import Fault, FaultyProxy
from locust_qdrant.cli import main
from locust_qdrant.client.factory import ClientSettings, plain_client
from locust_qdrant.embedded import EmbeddedServer
from lying_rpc import LyingRpc
from qdrant_client import models

VECTORS = models.VectorParams(size=4, distance=models.Distance.DOT)
SMALL = ("--points", "10", "--dim", "4", "--users", "1", "--duration", "0.3", "--allow-invalid")


@pytest.fixture
def other():
    """A second server of the same release, empty and with a key of its own."""
    with EmbeddedServer(api_key="theirs") as server:
        yield server


@pytest.fixture
def empty():
    with EmbeddedServer(api_key="ours") as server:
        yield server


def requests_to(server: EmbeddedServer, api_key: str) -> dict[str, set[str]]:
    """Return what a server was asked since it started, by protocol."""
    client = plain_client(ClientSettings(server.url, api_key=api_key))
    told = client.http.client.request(type_=dict, method="GET", url="/telemetry")["result"]
    client.close()
    return {name: set(each["responses"]) for name, each in told["requests"].items()}


def refusal(capsys: pytest.CaptureFixture[str]) -> str:
    return " ".join(capsys.readouterr().err.split())


def test_an_empty_server_gets_no_key_that_is_meant_for_another(empty, other, capsys):
    with LyingRpc(other.grpc_port) as between:
        ports = ("--host", empty.url, "--grpc", "--grpc-port", str(between.port))
        assert main(["run", *ports, "--api-key", "ours", *SMALL]) == 2
    said = refusal(capsys)
    assert "user-agent" in between.metadata
    assert "api-key" not in between.metadata
    assert "are not one server (what is asked over gRPC is not counted by the server)" in said
    assert "--grpc-port" in said
    assert requests_to(other, "theirs")["grpc"] == {"/qdrant.Qdrant/HealthCheck"}
    assert not any(each.startswith("PUT") for each in requests_to(empty, "ours")["rest"])


def test_the_ports_of_one_server_are_taken(empty):
    ports = ("--host", empty.url, "--grpc", "--grpc-port", str(empty.grpc_port))
    assert main(["run", *ports, "--api-key", "ours", *SMALL]) == 0


@pytest.mark.parametrize("silence", [Fault.NO_TELEMETRY, Fault.CLUSTER])
def test_where_no_server_counts_one_is_taken_and_two_are_found_by_their_collections(
    silence, capsys
):
    with EmbeddedServer() as one, EmbeddedServer() as two, FaultyProxy(one.url) as proxy:
        proxy.break_with(silence)
        one_server = ("--host", proxy.url, "--grpc", "--grpc-port", str(one.grpc_port))
        assert main(["run", *one_server, *SMALL]) == 0
        two_servers = ("--host", proxy.url, "--grpc", "--grpc-port", str(two.grpc_port))
        client = plain_client(ClientSettings(two.url))

        capsys.readouterr()
        assert main(["run", *two_servers, *SMALL]) == 2
        assert "made over gRPC, is not there over REST" in refusal(capsys)
        assert client.get_collections().collections == []

        client.create_collection("theirs", vectors_config=VECTORS)
        assert main(["run", *two_servers, *SMALL]) == 2
        assert "not one server (they do not know the same collections)" in refusal(capsys)
        assert [each.name for each in client.get_collections().collections] == ["theirs"]
        client.close()
