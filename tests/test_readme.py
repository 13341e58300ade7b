"""What the README and the guides say is so."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import flake8_qdrant.cli
import locust_qdrant.cli
import pytest
import yaml
from flake8_qdrant.libraries import load_tables
from flake8_qdrant.settings import Settings, read_settings
from locust_qdrant.embedded import EmbeddedServer

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
GUIDES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
PARSERS = {
    "flake8-qdrant": flake8_qdrant.cli.build_parser(),
    "locust-qdrant": locust_qdrant.cli.build_parser(),
}


def fenced(text: str, language: str) -> list[str]:
    """Return the contents of the fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def our_commands() -> list[str]:
    lines = (
        line.strip()
        for guide in GUIDES
        for block in fenced(guide.read_text("utf-8"), "console")
        for line in block.splitlines()
    )
    return sorted({line for line in lines if line.partition(" ")[0] in PARSERS})


@pytest.mark.parametrize("line", our_commands())
def test_a_command_in_the_guides_has_options_that_exist(line: str) -> None:
    program, *words = shlex.split(line)
    PARSERS[program].parse_args(words)


def test_the_findings_in_the_readme_are_what_the_command_prints(examples_alone: Path) -> None:
    command = [sys.executable, "-m", "flake8_qdrant", "check", "examples"]
    done = subprocess.run(command, cwd=examples_alone, capture_output=True, text=True, check=False)
    shown = fenced(README, "text")[0].splitlines()
    assert set(shown) <= set(done.stdout.splitlines())


def test_the_locustfile_of_the_readme_runs(tmp_path: Path) -> None:
    locustfile = tmp_path / "locustfile.py"
    locustfile.write_text(fenced(README, "python")[0], "utf-8")
    options = ["--headless", "-u", "2", "-r", "2", "-t", "2s", "--only-summary"]
    with EmbeddedServer() as engine:
        done = subprocess.run(
            [sys.executable, "-m", "locust", "-f", locustfile, *options, "--host", engine.url],
            env={k: v for k, v in os.environ.items() if not k.startswith("LOCUST_")},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert "get_collections" in done.stderr + done.stdout


@pytest.mark.parametrize(
    "block",
    [
        block
        for guide in GUIDES
        for block in fenced(guide.read_text("utf-8"), "toml")
        if "[tool.flake8-qdrant" in block
    ],
)
def test_settings_in_the_guides_are_allowed(block: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(block, "utf-8")
    settings = read_settings(str(tmp_path))
    assert settings != Settings()
    load_tables(settings.libraries)


def test_links_between_the_guides_lead_somewhere() -> None:
    for guide in GUIDES:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", guide.read_text("utf-8")):
            assert (guide.parent / target).exists(), f"{guide.name}: {target}"


def test_a_request_is_followed_through_modules_that_exist_each_once() -> None:
    guide = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    rows = re.findall(
        r"^\| .* \|$",
        guide.partition("### Follow one request")[2].partition("\n### ")[0],
        re.MULTILINE,
    )
    modules = re.findall(r"`([a-z_/]+(?:\.py|/))`", " ".join(rows))
    assert len(modules) > 30
    assert len(modules) == len(set(modules))
    gone = [each for each in modules if not (ROOT / "loadtest/locust_qdrant" / each).exists()]
    assert not gone


def test_the_hook_for_pre_commit_calls_a_command_that_exists() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    program, *words = shlex.split(hooks[0]["entry"])
    assert PARSERS[program].parse_args([*words, "a.py", "b.py"]).paths == ["a.py", "b.py"]
