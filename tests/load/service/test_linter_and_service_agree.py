"""On the examples, what the service test blames is what the linter flags, and the other way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from locust_qdrant.embedded import EmbeddedServer
from locust_qdrant.targets.http.delay import DelayedServer

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[3]
LIBRARIES = ("qdrant_client", "openai", "cohere")
#: What blocks the loop in a client library. QDR203, too: the call is made before its `await` fails.
BLOCKING = ("QDR101", "QDR102", "QDR103", "QDR203", "QDR501", "QDR503")

# As far as a Qdrant in another city, so that each blocking call is well above what any other
# program on this machine may hold the loop for.
DELAY = 0.06

ARTICLES = """
[choices]
q = ["otters", "whales"]
[[endpoints]]
path = "/search"
query = { q = "{q}" }
[[endpoints]]
path = "/count"
[[endpoints]]
path = "/health"
[[endpoints]]
method = "POST"
path = "/articles"
json = { title = "{q}", text = "{q} {number}" }
expect = [201, 500]
[[endpoints]]
method = "POST"
path = "/articles/import"
json = [{ title = "{q}", text = "One" }, { title = "{q}", text = "Two" }]
expect = [201, 500]
"""
FOUR_WAYS = (ROOT / "examples/four_ways/workload.toml").read_text("utf-8")

SERVICES = {
    "fastapi_service.wrong.app:app": ARTICLES,
    "fastapi_service.right.app:app": ARTICLES,
    "quart_service.wrong.app:create_app()": ARTICLES,
    "quart_service.right.app:create_app()": ARTICLES,
    "four_ways.fastapi_app:app": FOUR_WAYS,
    "four_ways.quart_app:app": FOUR_WAYS,
}


class Place(NamedTuple):
    file: str
    line: int


@pytest.fixture(scope="module")
def distant_qdrant() -> Iterator[str]:
    with EmbeddedServer() as engine:
        address = (urlsplit(engine.url).hostname or "", urlsplit(engine.url).port or 0)
        with DelayedServer([address], DELAY) as delayed:
            yield f"http://127.0.0.1:{delayed.ports[0]}"


@pytest.fixture(scope="module")
def findings(examples_alone: Path) -> list[dict[str, Any]]:
    """What the linter finds in the examples."""
    command = [sys.executable, "-m", "flake8_qdrant", "check", "examples", "--format", "json"]
    done = subprocess.run(command, cwd=examples_alone, capture_output=True, text=True, check=False)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def places(finding: dict[str, Any]) -> set[Place]:
    """Every line of a finding: of its own range, and where the chain of calls comes through."""
    own = range(finding["line"], finding["end_line"] + 1)
    chain = {Place(step["path"], step["line"]) for step in finding["chain"]}
    return {Place(finding["path"], line) for line in own} | chain


def blamed(app: str, workload: str, qdrant: str, folder: Path) -> set[Place]:
    """The lines of a service that held its loop while a client library waited for its server."""
    file, report = folder / "workload.toml", folder / "report.json"
    file.write_text(workload, "utf-8")
    command = [sys.executable, "-m", "locust_qdrant", "service", "--allow-invalid", "--app", app]
    options = ["--app-dir", "examples", "--workload", str(file), "--json", str(report)]
    load = ["--users", "2", "--duration", "4", "--warm-up", "0", "--qdrant-host", qdrant]
    clean = {k: v for k, v in os.environ.items() if not k.startswith("QDRANT_")}
    done = subprocess.run(
        [*command, *options, *load],
        cwd=ROOT,
        env=clean,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode in (0, 1), done.stderr
    data = json.loads(report.read_text("utf-8"))
    for path in data["paths"]:
        for line in path["operations"]:
            assert line["requests"] > line["failures"], f"{line['name']}: {path['checks']}"
    return {
        Place(line["file"], line["line"])
        for path in data["paths"]
        for line in path["service"]["blame"]
        if line["waits"] and any(library in line["library"] for library in LIBRARIES)
    }


@pytest.mark.slow
@pytest.mark.parametrize("app", SERVICES)
def test_a_line_is_blamed_for_a_client_library_if_and_only_if_the_linter_flags_it(
    app: str, findings: list[dict[str, Any]], distant_qdrant: str, tmp_path: Path
) -> None:
    lines = blamed(app, SERVICES[app], distant_qdrant, tmp_path)
    package = f"examples/{app.rpartition(':')[0].rpartition('.')[0].replace('.', '/')}/"
    module = f"examples/{app.partition(':')[0].replace('.', '/')}.py"
    here = module if package == "examples/four_ways/" else package
    mine = [finding for finding in findings if finding["path"].startswith(here)]
    flagged = {place for finding in mine for place in places(finding)}
    assert lines <= flagged
    # The traffic reaches every endpoint, and so every finding.
    blocking = [finding for finding in mine if finding["code"] in BLOCKING]
    for finding in blocking:
        assert places(finding) & lines, f"not blamed: {finding['message']}"
    assert bool(blocking) == ("right" not in app)
