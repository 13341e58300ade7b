"""What only a real Qdrant shows; at `QDRANT_URL`, gRPC at `QDRANT_GRPC_PORT` or 6334."""

from __future__ import annotations

import json
import os
from urllib.parse import urlsplit

import pytest
from json_schemas import validated
from locust_qdrant.client.factory import ClientSettings, plain_client
from locust_qdrant.targets.qdrant import one_server
from wire import PATTERNS, wire

pytestmark = pytest.mark.qdrant

GRPC_PORT = int(os.environ.get("QDRANT_GRPC_PORT", "6334"))


@pytest.fixture(scope="module")
def url() -> str:
    return os.environ["QDRANT_URL"]


@pytest.fixture
def measured(run, url, tmp_path):
    """Run a load against the server; return what is named, the path's data, and the exit code."""

    def measure(*options: str, load: tuple[str, ...] = ("--users", "2", "--think-time", "5ms")):
        file = tmp_path / "report.json"
        options = ("--mix", "query=1", "--points", "500", "--dim", "64", "--limit", "50")
        done = run(
            "-m", "locust_qdrant", "run", "--host", url, "--grpc-port", str(GRPC_PORT), *options,
            "--warm-up", "500ms", "--duration", "2", "--allow-invalid", *load, *options,
            "--json", str(file),
        )  # fmt: skip
        (path,) = validated(json.loads(file.read_text()))["paths"]
        shown = {each["name"]: each for each in path["checks"] if each["verdict"] != "passed"}
        return {name: shown[name] for name in PATTERNS & set(shown)}, path, done.returncode

    return measure


def test_compressed_answers_are_held_back(measured):
    named, path, code = measured()
    assert (list(named), code) == (["answers held back"], 0)
    parts = path["breakdown"]["bands"][0]["parts"]
    assert max(parts, key=parts.get) == "head to body"


@pytest.mark.parametrize(
    "options",
    [("--no-compression",), ("--transport", "aiohttp", "--no-compression"), ("--grpc",)],
)
def test_with_a_remedy_nothing_is_named_and_every_write_is_there(measured, options):
    named, path, code = measured(*options, "--mix", "query=4,upsert=1")
    assert (named, code) == ({}, 0)
    assert path["ledger"]["missing"] == 0
    assert path["breakdown"]["bands"][0]["parts"]["server"] > 0


def test_answers_in_drops_and_a_channel_that_is_forgotten_are_named(url, measured):
    with wire(urlsplit(url).port, drip=200, drip_seconds=0.3) as port:
        slow = ("--timeout", "1", "--no-compression", "--limit", "20", "--users", "1")
        named, _, _ = measured("--host", f"http://127.0.0.1:{port}", *slow)
    assert list(named) == ["timeout kept"]
    with wire(GRPC_PORT, idle=0.7) as port:
        pause = ("--grpc", "--grpc-port", str(port), "--timeout", "2")
        load = ("--users", "1", "--think-time", "1.2", "--duration", "9")
        named, _, _ = measured(*pause, load=load)
    assert "idle channel" in named


def test_the_server_counts_over_rest_what_is_asked_over_grpc(url):
    client = plain_client(ClientSettings(url, grpc=True, grpc_port=GRPC_PORT))
    before = one_server._counted(client)
    client.info()
    after = one_server._counted(client)
    client.close()
    assert after.process == before.process
    assert after.health_checks > before.health_checks


def test_diagnose_sees_on_the_server_what_was_reported_of_it(run, url, tmp_path):
    file = tmp_path / "table.json"
    names = ["compression", "give-up", "timeout", "idle", "grpc-idle"]
    done = run(
        "-m", "locust_qdrant", "diagnose", *names, "--rounds", "2", "--json", str(file),
        "--host", url, "--grpc-port", str(GRPC_PORT),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = validated(json.loads(file.read_text()))["problems"]
    assert {row["name"]: row["present"] for row in rows} == dict.fromkeys(names, True)
    assert rows[0]["details"][0] == "on the given server"
