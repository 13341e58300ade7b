"""The GitHub action: its own steps are run, as a runner would, on a project with mistakes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
STEPS = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))["runs"]["steps"]
BASH = shutil.which("bash")

pytestmark = pytest.mark.skipif(BASH is None, reason="the steps are written for bash")


def step(name: str) -> dict[str, str]:
    (found,) = (step for step in STEPS if step["name"] == name)
    return found


@pytest.fixture
def runner(tmp_path: Path, examples_alone: Path):
    """Run the script of a step with what a runner sets; the linter is the one of this run."""
    commands = tmp_path / "flake8-qdrant" / "bin"
    commands.mkdir(parents=True)
    command = commands / "flake8-qdrant"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m flake8_qdrant "$@"\n')
    command.chmod(0o755)
    output = tmp_path / "output"

    def run(name: str, **env: str) -> tuple[subprocess.CompletedProcess[str], dict[str, str]]:
        output.write_text("")
        paths = {"RUNNER_TEMP": str(tmp_path), "GITHUB_OUTPUT": str(output)}
        done = subprocess.run(
            [str(BASH), "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step(name)["run"]],
            cwd=examples_alone,
            env=os.environ | paths | env,
            capture_output=True,
            text=True,
            check=False,
        )
        pairs = (line.partition("=") for line in output.read_text().splitlines())
        return done, {name: value for name, _, value in pairs}

    return run


def test_mistakes_become_annotations_and_sarif_and_fail_the_step(runner) -> None:
    done, outputs = runner("Check", PATHS="examples/fastapi_service", ARGUMENTS="")
    assert done.returncode == 1
    assert "file=examples/fastapi_service/wrong/app.py,line=" in done.stdout
    results = json.loads(Path(outputs["sarif"]).read_text("utf-8"))["runs"][0]["results"]
    assert len(results) == done.stdout.count("::error ")


def test_code_without_mistakes_passes(runner) -> None:
    done, outputs = runner("Check", PATHS="examples/fastapi_service/right", ARGUMENTS="")
    assert (done.returncode, done.stdout) == (0, "")
    assert json.loads(Path(outputs["sarif"]).read_text("utf-8"))["runs"][0]["results"] == []


def test_arguments_are_words_and_a_wrong_one_is_told_once(runner) -> None:
    right, _ = runner("Check", PATHS="examples", ARGUMENTS="--select QDR2 --no-cache")
    assert right.returncode == 1
    assert "QDR1" not in right.stdout
    wrong, _ = runner("Check", PATHS="examples", ARGUMENTS="--selct QDR2")
    assert wrong.returncode == 2
    assert wrong.stderr.count("--selct") == 1


def test_no_script_holds_what_a_pull_request_could_write() -> None:
    assert not [step for step in STEPS if "${{" in step.get("run", "")]


@pytest.mark.slow
def test_the_linter_is_installed_from_the_files_of_the_action(tmp_path: Path) -> None:
    done = subprocess.run(
        [str(BASH), "-e", "-o", "pipefail", "-c", step("Install")["run"]],
        env=os.environ | {"RUNNER_TEMP": str(tmp_path), "ACTION_PATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    linter = next((tmp_path / "flake8-qdrant").glob("*/flake8-qdrant*"))
    version = subprocess.run([linter, "--version"], capture_output=True, text=True, check=True)
    assert version.stdout.startswith("flake8-qdrant ")
