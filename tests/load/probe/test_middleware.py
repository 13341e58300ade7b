"""Around a service the probe sees what holds it, and tells only who knows the token."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from locust_qdrant.probe import LoopProbe, Profile

HERE = Path(__file__).parent
TOKEN = "s3cret"
PATH = "/-/loop-profile"


def answers(url: str) -> bool:
    try:
        httpx.get(f"{url}/nothing")
    except httpx.TransportError:
        return False
    return True


@pytest.fixture(params=["fastapi_app", "quart_app"])
def serve(request):
    """Start a service; yields what starts it with an environment, and its address."""
    started = []

    def start(**environment: str) -> str:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = ["-m", "uvicorn", f"probed_services:{request.param}", "--port", str(port)]
        clean = {k: v for k, v in os.environ.items() if not k.startswith("LOCUST_")}
        process = subprocess.Popen(
            [sys.executable, *command, "--log-level", "error"], cwd=HERE, env=clean | environment
        )
        started.append(process)
        url = f"http://127.0.0.1:{port}"
        while process.poll() is None and not answers(url):
            time.sleep(0.05)
        assert process.returncode is None
        return url

    yield start
    for process in started:
        process.terminate()
        assert process.wait(20) in {0, -15}


def test_who_knows_the_token_gets_the_profile_and_nobody_else(serve):
    url = serve(LOCUST_QDRANT_PROBE_TOKEN=TOKEN)
    assert httpx.get(f"{url}/hold").status_code == 200
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": TOKEN}):
        refused = httpx.get(url + PATH, headers=headers)
        assert (refused.status_code, refused.content) == (401, b"")
    right = {"Authorization": f"Bearer {TOKEN}"}
    assert httpx.post(url + PATH, headers=right).status_code == 405
    profile = Profile.from_json(httpx.get(url + PATH, headers=right).text)
    source = (HERE / "probed_services.py").read_text().splitlines()
    held = next(number for number, line in enumerate(source, 1) if line.endswith("# held"))
    most = profile.lines[0]
    assert (most.file, most.line, most.function) == ("probed_services.py", held, "hold")
    assert most.milliseconds > 50


def test_without_a_token_the_path_is_the_services_own(serve):
    url = serve()
    assert httpx.get(url + PATH).status_code == 404
    assert httpx.get(url + PATH, headers={"Authorization": "Bearer x"}).status_code == 404


async def test_a_probe_around_no_service_says_so():
    with pytest.raises(TypeError, match="around no service"):
        await LoopProbe()({"type": "http"}, None, None)
