"""Projects on disk and the command that checks them, for the tests of the doors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from doors import Ran
from flake8_qdrant.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

# A case may be a project with tests of its own.
collect_ignore = ["cases"]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Make a project of named files, and go there; text is written as UTF-8."""

    def make(files: Mapping[str, str | bytes] | None = None, **more: str | bytes) -> Path:
        root = tmp_path / "project"
        contents = {"pyproject.toml": "", **(files or {}), **more}
        for name, content in contents.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        monkeypatch.chdir(root)
        return root

    return make


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run `flake8-qdrant` in this process."""

    def run(*arguments: str) -> Ran:
        capsys.readouterr()
        try:
            code = main(arguments)
        except SystemExit as end:  # argparse
            code = int(end.code or 0)
        taken = capsys.readouterr()
        return Ran(code, taken.out, taken.err)

    return run


@pytest.fixture
def check(command: Callable[..., Ran]) -> Callable[..., Ran]:
    """Run `flake8-qdrant check --no-cache` in this process."""
    return lambda *arguments: command("check", "--no-cache", *arguments)
