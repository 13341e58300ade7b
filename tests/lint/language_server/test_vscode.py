"""The extension for VS Code, and a client on VS Code's protocol library that pulls."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import flake8_qdrant
import pytest

EXTENSION = Path(__file__).resolve().parents[3] / "editors" / "vscode"


def test_the_extension_has_the_version_of_the_linter() -> None:
    said = json.loads((EXTENSION / "package.json").read_text("utf-8"))
    locked = json.loads((EXTENSION / "package-lock.json").read_text("utf-8"))
    assert said["version"] == locked["version"] == flake8_qdrant.__version__


def test_a_client_on_vs_codes_library_pulls_diagnostics() -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed here")
    if not (EXTENSION / "node_modules").is_dir():
        pytest.skip("`npm ci` has not been run in editors/vscode")
    done = subprocess.run(
        [npm, "test"],
        cwd=EXTENSION,
        env={**os.environ, "FLAKE8_QDRANT_PYTHON": sys.executable},
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
