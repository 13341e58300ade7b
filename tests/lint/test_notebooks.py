"""Notebooks: cells are checked as one program, and findings name the cell."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from flake8_qdrant.cli import main

if TYPE_CHECKING:
    from pathlib import Path


def notebook(*cells: str) -> str:
    listed = [{"cell_type": "markdown", "source": ["# Title\n"]}]
    listed += [{"cell_type": "code", "source": cell.splitlines(keepends=True)} for cell in cells]
    return json.dumps({"cells": listed, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


SETUP = """%pip install qdrant-client
import asyncio
from qdrant_client import AsyncQdrantClient, QdrantClient
client = AsyncQdrantClient(url="http://localhost:6333")
sync = QdrantClient(url="http://localhost:6333")
"""
USE = """!ls
await client.count("docs")
client.upsert("docs", points=[])

async def search():
    return sync.query_points("docs")
"""


def checked(folder: Path, text: str, monkeypatch, capsys) -> list[str]:
    (folder / "study.ipynb").write_text(text, "utf-8")
    monkeypatch.chdir(folder)
    main(["check", "--no-cache", "."])
    return [line.split(" ", 3)[:3] for line in capsys.readouterr().out.splitlines()]


def test_findings_name_the_cell_and_the_line_in_it(tmp_path, monkeypatch, capsys) -> None:
    found = checked(tmp_path, notebook(SETUP, USE), monkeypatch, capsys)

    assert found == [
        ["study.ipynb:cell", "2:3:1:", "QDR201"],
        ["study.ipynb:cell", "2:6:12:", "QDR101"],
    ]


def test_a_cell_runs_on_a_loop_so_it_awaits_instead_of_starting_one(
    tmp_path, monkeypatch, capsys
) -> None:
    run = "asyncio.run(client.count('docs'))\n"

    found = checked(tmp_path, notebook(SETUP, run), monkeypatch, capsys)

    assert found == [["study.ipynb:cell", "2:1:1:", "QDR301"]]


def test_a_patched_loop_may_be_run_again(tmp_path, monkeypatch, capsys) -> None:
    patched = "import nest_asyncio\nnest_asyncio.apply()\nasyncio.run(client.count('docs'))\n"

    assert checked(tmp_path, notebook(SETUP, patched), monkeypatch, capsys) == []


def test_a_blocking_call_in_a_cell_holds_up_nobody(tmp_path, monkeypatch, capsys) -> None:
    assert checked(tmp_path, notebook(SETUP, "sync.count('docs')\n"), monkeypatch, capsys) == []


def test_cells_of_another_language_are_passed_over(tmp_path, monkeypatch, capsys) -> None:
    shell = "%%bash\nasyncio.run(client.count('docs'))\n"

    assert checked(tmp_path, notebook(SETUP, shell), monkeypatch, capsys) == []


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"cells": 3}', "import qdrant_client\nx ="])
def test_what_is_no_notebook_stops_nothing(text: str, tmp_path, monkeypatch, capsys) -> None:
    found = checked(tmp_path, text, monkeypatch, capsys)

    assert {code for *_, code in found} <= {"QDR000"}
