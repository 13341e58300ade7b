"""A session in each editor that is installed here: findings, a chain, an edit, a repair."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from projects import SERVICE

if TYPE_CHECKING:
    from collections.abc import Callable

SESSIONS = Path(__file__).with_name("editors")
COMMANDS = {
    "Neovim": ("nvim", "--headless", "--clean", "-c", "luafile session.lua", "-c", "cquit 1"),
    "Emacs": ("emacs", "--batch", "--eval", "(package-initialize)", "-l", "session.el"),
}
PATIENCE = 120


def lacks(editor: str) -> str | None:
    """Return why a session in an editor cannot be had here."""
    program = COMMANDS[editor][0]
    if shutil.which(program) is None:
        return f"{editor} is not installed here"
    if editor == "Emacs":
        load = ("emacs", "--batch", "--eval", "(progn (package-initialize) (require 'eglot))")
        if subprocess.run(load, capture_output=True, check=False).returncode:
            return "Emacs is installed here, but not eglot"
    return None


@pytest.mark.parametrize("editor", COMMANDS)
def test_findings_in_an_editor_change_as_one_types(
    editor: str, project: Callable[..., Path], tmp_path: Path
) -> None:
    missing = lacks(editor)
    if missing is not None:
        pytest.skip(missing)
    folder = project(SERVICE)
    (folder / ".git").mkdir()
    places = {
        "SERVER": str(Path(sys.executable).with_name("flake8-qdrant")),
        "ROOT": str(folder),
        "FILE": str(folder / "app.py"),
        "OTHER": str(folder / "lost.py"),
        "HOME": str(tmp_path),
    }
    done = subprocess.run(
        COMMANDS[editor],
        cwd=SESSIONS,
        env={**os.environ, **places},
        capture_output=True,
        check=False,
        timeout=PATIENCE,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    begins = [line.find('{"what"') for line in done.stdout.splitlines()]
    lines = zip(begins, done.stdout.splitlines(), strict=True)
    seen = {said["what"]: said["value"] for said in (json.loads(s[n:]) for n, s in lines if n >= 0)}
    (finding,) = seen["findings"]
    assert (finding["line"], finding["column"]) == (7, 12)
    assert "`store.find()` -> `Store.find` (db.py:9)" in finding["message"]
    assert seen["followed"] == {
        "file": "db.py",
        "line": '        return self.client.query_points("docs", query=text)',
    }
    assert seen["after the edit"] == []
    assert seen["after undo"] == seen["findings"]
    assert seen["hover"] == "# QDR201 coroutine-never-awaited"
    assert seen["repaired"] == '    await client.upsert("docs", points=[])'
