"""`--profile` puts what a line cost beside its finding, and names lines without a finding."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

SERVICE = """\
from qdrant_client import QdrantClient
import store

client = QdrantClient("localhost")


async def cheap():
    client.get_collections()


async def dear():
    return client.query_points(
        "c",
        query=[0.1],
    )


async def through_a_helper():
    return store.count(client)
"""
STORE = """\
from qdrant_client import QdrantClient


def count(client: QdrantClient):
    return client.count("c")
"""


def held(line: int, milliseconds: float, file: str = "service.py", **changes) -> dict:
    return {
        "file": file,
        "line": line,
        "function": "f",
        "samples": 3,
        "milliseconds": milliseconds,
        "longest_milliseconds": milliseconds / 2,
        "library_frame": "httpx/_client.py:1 in send",
        "stack": ["a", "b"],
    } | changes


def profile(*lines: dict, **changes) -> dict:
    lag = {"ticks": 1, "p50": 0, "p99": 0, "max": 0, "over_10": 0, "over_50": 0, "over_100": 0}
    return {
        "version": 1,
        "loop": "uvloop.Loop",
        "python": "3.11",
        "seconds": 1.0,
        "interval": 5.0,
        "late": 20.0,
        "lag": lag,
        "starved": 0.0,
        "lines": list(lines),
    } | changes


@pytest.fixture
def check(tmp_path):
    (tmp_path / "service.py").write_text(SERVICE)
    (tmp_path / "store.py").write_text(STORE)

    def run(data: object, *options: str, cwd=tmp_path, paths=(".",)):
        file = tmp_path / "profile.json"
        file.write_text(data if isinstance(data, str) else json.dumps(data))
        command = [sys.executable, "-m", "flake8_qdrant", "check", "--no-cache", *paths]
        return subprocess.run(
            [*command, "--profile", str(file), *options],
            cwd=cwd,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_findings_come_with_their_cost_the_dearest_first(check):
    done = check(profile(held(12, 480.4), held(5, 1000, "store.py"), held(8, 20)))
    assert done.returncode == 1, done.stderr
    lines = done.stdout.splitlines()
    assert [line.partition(":")[2].partition(":")[0] for line in lines] == ["19", "12", "8"]
    assert lines[0].endswith("held the loop 1,000 ms (3 samples, longest 500 ms)")
    assert lines[1].endswith("; held the loop 480 ms (3 samples, longest 240 ms)")


@pytest.mark.parametrize("line", [12, 13, 14, 15])
def test_any_line_of_a_call_over_several_lines_is_its_line(check, line):
    done = check(profile(held(line, 100)))
    first, *_ = done.stdout.splitlines()
    assert "service.py:12:" in first
    assert "held the loop 100 ms" in first


def test_lines_without_a_finding_have_their_own_heading(check):
    done = check(profile(held(2, 70, "other.py"), held(12, 50)))
    assert done.stdout.endswith(
        "\nLines that held the loop without a finding:\n"
        "  other.py:2: 70 ms in `f` (3 samples, longest 35 ms), in httpx/_client.py:1 in send\n"
    )


def test_findings_that_cost_nothing_stay(check):
    done = check(profile())
    assert len(done.stdout.splitlines()) == 3
    assert "held the loop" not in done.stdout


def test_the_linter_may_run_above_the_services_folder(check, tmp_path):
    done = check(profile(held(8, 20)), cwd=tmp_path.parent, paths=(str(tmp_path / "service.py"),))
    assert "held the loop 20 ms" in done.stdout


def test_json_has_both_lists(check):
    done = check(profile(held(8, 20), held(2, 70, "other.py")), "--format", "json")
    data = json.loads(done.stdout)
    first, *others = data["findings"]
    assert first["line"] == 8
    assert first["held"] == {
        "milliseconds": 20,
        "longest_milliseconds": 10,
        "samples": 3,
        "lines": [{"file": "service.py", "line": 8}],
    }
    assert [each["held"] for each in others] == [None, None]
    assert [each["file"] for each in data["held_without_finding"]] == ["other.py"]


def test_sarif_carries_it_as_a_property(check):
    done = check(profile(held(8, 20)), "--format", "sarif")
    first, *_ = json.loads(done.stdout)["runs"][0]["results"]
    assert first["properties"]["heldLoop"]["milliseconds"] == 20
    assert first["message"]["text"].endswith("held the loop 20 ms (3 samples, longest 10 ms)")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ("{", "it is no JSON"),
        ({}, "this is no profile: it has no key `version`"),
        (profile(version=2), "its `version` is 2, and this reads version 1"),
        (profile(colour="red"), "the profile has an unknown key `colour`; allowed are interval,"),
        (profile(held(1, 1, note="x")), "lines[0] has an unknown key `note`"),
        (profile(held("1", 1)), "lines[0] has a key `line` of the wrong kind: '1'"),
        (profile({"file": "a.py"}), "lines[0] has no key `function`"),
        (profile(lines={}), "`lines` has to be a list"),
    ],
)
def test_what_is_no_profile_is_one_sentence(check, data, sentence):
    done = check(data)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("flake8-qdrant: --profile ")
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_profile_that_is_not_there_is_told(check):
    done = check(profile(), "--profile", "nowhere.json")
    assert done.returncode == 2
    assert "--profile nowhere.json: it cannot be read" in done.stderr
