"""The example services do what they are shown for: the wrong ones damage, the right ones work."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import httpx
import pytest
from locust_qdrant.embedded import EmbeddedServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractAsyncContextManager

    Command = Callable[..., subprocess.CompletedProcess[str]]
    Running = Callable[[str], AbstractAsyncContextManager[httpx.AsyncClient]]

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"
FRAMEWORKS = ("fastapi", "quart")
SERVICES = [f"examples/{framework}_service" for framework in FRAMEWORKS]


class Mistake(NamedTuple):
    file: str
    line: str
    code: str


MISTAKES = {
    Mistake("fastapi_service/wrong/app.py", "return articles.search(q)", "QDR102"),
    Mistake(
        "fastapi_service/wrong/app.py",
        'return {"count": articles.client.count(COLLECTION).count}',
        "QDR101",
    ),
    Mistake(
        "fastapi_service/wrong/app.py",
        "if not articles.async_client.collection_exists(COLLECTION):",
        "QDR202",
    ),
    Mistake(
        "fastapi_service/wrong/articles.py",
        "self.async_client.upsert(COLLECTION, points=[as_point(article)])",
        "QDR201",
    ),
    Mistake(
        "fastapi_service/wrong/articles.py",
        "await self.async_client.upload_points(COLLECTION, map(as_point, articles))",
        "QDR103",
    ),
    Mistake("quart_service/wrong/app.py", 'return {"count": articles.count()}', "QDR102"),
    Mistake(
        "quart_service/wrong/app.py",
        "exists = articles.async_client.collection_exists(COLLECTION)",
        "QDR202",
    ),
    Mistake(
        "quart_service/wrong/articles.py",
        "answer = self.client.query_points(COLLECTION, query=embed(text), limit=limit)",
        "QDR101",
    ),
    Mistake(
        "quart_service/wrong/articles.py",
        "await self.client.upsert(COLLECTION, points=[as_point(article)])",
        "QDR203",
    ),
    Mistake(
        "quart_service/wrong/articles.py",
        "self.async_client.upsert(COLLECTION, points=[as_point(article)])",
        "QDR201",
    ),
}


def mistake(path: str, line: int, code: str) -> Mistake:
    file = ROOT / path
    text = file.read_text("utf-8").splitlines()[line - 1].strip()
    return Mistake(file.relative_to(EXAMPLES).as_posix(), text, code)


@pytest.fixture
def command(examples_alone: Path) -> Command:
    """Run a module in the project of the examples."""

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        words = (sys.executable, "-m", *words)
        return subprocess.run(
            words, cwd=examples_alone, capture_output=True, text=True, check=False
        )

    return run


def test_the_command_finds_just_the_mistakes_of_the_wrong_services(command: Command) -> None:
    done = command("flake8_qdrant", "check", *SERVICES, "--format", "json")
    findings = json.loads(done.stdout)
    assert {mistake(f["path"], f["line"], f["code"]) for f in findings} == MISTAKES
    assert len(findings) == len(MISTAKES)
    assert done.returncode == 1


def test_of_the_four_ways_only_the_blocking_one_is_flagged(command: Command) -> None:
    done = command("flake8_qdrant", "check", "examples/four_ways", "--format", "json")
    findings = json.loads(done.stdout)
    assert {finding["code"] for finding in findings} == {"QDR101"}
    lines = [(ROOT / f["path"]).read_text("utf-8").splitlines() for f in findings]
    above = [text[f["line"] - 2] for text, f in zip(lines, findings, strict=True)]
    assert len(above) == 2 * len(FRAMEWORKS)
    for line in above:
        assert "_blocking(" in line or "vector = embed(" in line


def test_flake8_says_the_same_as_the_command(command: Command) -> None:
    by_flake8 = command("flake8", "--isolated", "--select", "QDR", *SERVICES).stdout
    by_us = command("flake8_qdrant", "check", *SERVICES).stdout
    lines = sorted(line.removeprefix("./") for line in by_flake8.splitlines())
    assert lines == sorted(by_us.splitlines())
    assert len(lines) == len(MISTAKES)


@pytest.fixture(scope="module")
def engine() -> Iterator[EmbeddedServer]:
    with EmbeddedServer() as server:
        yield server


@pytest.fixture
def running(engine: EmbeddedServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    """Run a service such as `fastapi_service.right`, and remove its collection afterwards."""
    monkeypatch.syspath_prepend(EXAMPLES)
    monkeypatch.setenv("QDRANT_URL", "set by the service's starter")  # restored afterwards
    service_cost = importlib.import_module("service_cost")
    yield lambda service: service_cost.running(service, engine.url)
    remove_collection(engine)


@pytest.fixture
def blocking_requests(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Paths that a synchronous HTTP client asks for on the event loop's thread, as they come."""
    paths: list[str] = []
    loop_thread = threading.get_ident()
    send = httpx.HTTPTransport.handle_request

    def watched(transport: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        if threading.get_ident() == loop_thread:
            paths.append(request.url.path)
        return send(transport, request)

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", watched)
    return paths


def articles(count: int) -> list[dict[str, str]]:
    return [{"title": f"Article {n}", "text": f"What is known of topic {n}."} for n in range(count)]


async def count(client: httpx.AsyncClient) -> int:
    return (await client.get("/count")).json()["count"]


def remove_collection(engine: EmbeddedServer) -> None:
    httpx.delete(f"{engine.url}/collections/articles").raise_for_status()


@pytest.mark.parametrize("framework", FRAMEWORKS)
async def test_the_right_service_answers_rightly_and_never_blocks_its_loop(
    framework: str, running: Running, engine: EmbeddedServer, blocking_requests: list[str]
) -> None:
    async with running(f"{framework}_service.right") as client:
        assert (await client.get("/health")).json() == {"status": "ok"}
        imported = await client.post("/articles/import", json=articles(100))
        assert (imported.status_code, imported.json()) == (201, {"imported": 100})
        added = await client.post("/articles", json={"title": "Otters", "text": "They hold hands."})
        assert added.status_code == 201
        assert await count(client) == 101
        hits = (await client.get("/search", params={"q": "otters hands"})).json()
        assert (len(hits), hits[0]["title"], hits[0]["id"]) == (3, "Otters", added.json()["id"])
        assert blocking_requests == []
        remove_collection(engine)
        assert (await client.get("/health")).status_code == 503


@pytest.mark.parametrize("framework", FRAMEWORKS)
async def test_the_wrong_service_searches_and_counts_while_its_loop_stands_still(
    framework: str, running: Running, blocking_requests: list[str]
) -> None:
    async with running(f"{framework}_service.wrong") as client:
        assert (await client.get("/search", params={"q": "otters"})).json() == []
        assert await count(client) == 0
    assert blocking_requests == [
        "/collections/articles/points/query",
        "/collections/articles/points/count",
    ]


@pytest.mark.parametrize("framework", FRAMEWORKS)
async def test_the_wrong_service_is_healthy_without_its_collection(
    framework: str, running: Running, engine: EmbeddedServer
) -> None:
    async with running(f"{framework}_service.wrong") as client:
        remove_collection(engine)
        with pytest.warns(RuntimeWarning, match="collection_exists' was never awaited"):
            assert (await client.get("/health")).status_code == 200


async def test_the_wrong_fastapi_service_says_created_and_stores_nothing(running: Running) -> None:
    async with running("fastapi_service.wrong") as client:
        with pytest.warns(RuntimeWarning, match="upsert' was never awaited"):
            assert (await client.post("/articles", json=articles(1)[0])).status_code == 201
        assert await count(client) == 0


async def test_the_wrong_fastapi_service_imports_on_its_loop_and_then_fails(
    running: Running, blocking_requests: list[str]
) -> None:
    async with running("fastapi_service.wrong") as client:
        assert (await client.post("/articles/import", json=articles(100))).status_code == 500
        assert set(blocking_requests) == {"/collections/articles/points"}
        assert await count(client) == 100


async def test_the_wrong_quart_service_says_imported_and_stores_nothing(running: Running) -> None:
    async with running("quart_service.wrong") as client:
        with pytest.warns(RuntimeWarning, match="upsert' was never awaited"):
            imported = await client.post("/articles/import", json=articles(5))
        assert imported.json() == {"imported": 5}
        assert await count(client) == 0


async def test_the_wrong_quart_service_stores_an_article_and_then_fails(
    running: Running, blocking_requests: list[str]
) -> None:
    async with running("quart_service.wrong") as client:
        assert (await client.post("/articles", json=articles(1)[0])).status_code == 500
        assert blocking_requests == ["/collections/articles/points"]
        assert await count(client) == 1


@pytest.mark.slow
def test_the_demo_shows_what_was_found_and_what_it_costs() -> None:
    done = subprocess.run(
        [sys.executable, EXAMPLES / "demo.py", "--seconds", "2"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for _, line, code in MISTAKES:
        assert code in done.stdout
        assert line.split("(")[0] in done.stdout
    stored = next(line for line in done.stdout.splitlines() if "articles answered with 201" in line)
    assert stored.split()[-2:] == ["0", "10"]
    assert "The demo passed" in done.stdout


def test_the_demo_says_what_is_missing_and_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.syspath_prepend(EXAMPLES)
    monkeypatch.setenv("PATH", str(tmp_path))
    demo = importlib.import_module("demo")
    monkeypatch.setattr(demo, "SCRIPTS", str(tmp_path))
    assert demo.main([]) == 1
    assert "demo: flake8-qdrant is not installed: run pip install" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("exit_code", "ends_with", "said"),
    [(0, 0, "The demo passed in"), (3, 0, "are invalid, as said above"), (1, 1, "The demo failed")],
)
def test_only_a_load_test_that_failed_fails_the_demo(
    exit_code: int,
    ends_with: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.syspath_prepend(EXAMPLES)
    demo = importlib.import_module("demo")
    for part in ("lint", "measure", "check_right", "show_findings", "show_cost", "show_load"):
        monkeypatch.setattr(demo, part, lambda *_: None)
    monkeypatch.setattr(demo, "load_test", lambda _: ({}, exit_code))
    assert demo.main([]) == ends_with
    assert said in capsys.readouterr().out
