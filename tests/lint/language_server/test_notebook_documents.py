"""Notebooks, whose cells a client opens, changes, adds and removes one by one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from editor import Notebook, codes
from lsprotocol import types
from projects import DB

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from editor import Editor

pytestmark = pytest.mark.asyncio(loop_scope="session")
IMPORT = "%load_ext autoreload\nfrom qdrant_client import AsyncQdrantClient\n"
CLIENT = "client = AsyncQdrantClient()"
LOST = "# nothing happens\nclient.upsert('docs', points=[])"


async def test_findings_are_those_of_the_cell_they_are_in(
    editor: Editor, project: Callable[..., Path]
) -> None:
    editor.enter(project())
    notebook = Notebook(editor, "a.ipynb", IMPORT, CLIENT, LOST)
    assert codes(await editor.pull(notebook.address(0))) == []
    (found,) = await editor.pull(notebook.address(2))
    assert (found.code, found.range.start) == ("QDR201", types.Position(1, 0))
    (first, *_) = await editor.actions(notebook.address(2), 1)
    assert first.title == "Write `await` before the call (QDR201)"
    assert first.edit is not None
    (document,) = first.edit.document_changes or ()
    assert isinstance(document, types.TextDocumentEdit)
    assert document.text_document.uri == notebook.address(2)
    (edit,) = document.edits
    assert isinstance(edit, types.TextEdit)
    assert (edit.range.start, edit.new_text) == (types.Position(1, 0), "await ")
    notebook.change(2, ((1, 0), (1, 0), "await "))
    assert codes(await editor.pull(notebook.address(2))) == []
    notebook.close(0, 1, 2)


async def test_cells_come_and_go_and_findings_move_with_them(
    editor: Editor, project: Callable[..., Path]
) -> None:
    editor.enter(project())
    notebook = Notebook(editor, "a.ipynb", IMPORT, CLIENT, LOST)
    notebook.insert(0, 3, "import os\n" * 9)
    assert codes(await editor.pull(notebook.address(2))) == [("QDR201", 2)]
    notebook.remove(2, 1)  # nothing makes the client any more
    assert codes(await editor.pull(notebook.address(2))) == []
    notebook.insert(2, 4, CLIENT)
    assert codes(await editor.pull(notebook.address(2))) == [("QDR201", 2)]
    notebook.close(0, 2, 3, 4)


async def test_a_broken_cell_costs_no_finding_in_the_others(
    editor: Editor, project: Callable[..., Path]
) -> None:
    editor.enter(project())
    notebook = Notebook(editor, "a.ipynb", IMPORT, CLIENT, LOST)
    assert codes(await editor.pull(notebook.address(2))) == [("QDR201", 2)]
    notebook.change(1, ((0, 26), (0, 28), "("))
    assert codes(await editor.pull(notebook.address(1))) == [("QDR000", 1)]
    assert codes(await editor.pull(notebook.address(2))) == [("QDR201", 2)]
    notebook.close(0, 1, 2)


async def test_a_notebook_that_is_open_as_json_is_left_alone(
    editor: Editor, project: Callable[..., Path]
) -> None:
    cells = [{"cell_type": "code", "source": IMPORT + CLIENT + "\n" + LOST}]
    text = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4})
    editor.enter(project({"a.ipynb": text}))
    editor.open("a.ipynb", language="json")
    assert codes(await editor.pull("a.ipynb")) == []


async def test_a_notebook_without_code_has_no_findings_left(
    editor: Editor, project: Callable[..., Path]
) -> None:
    editor.enter(project())
    notebook = Notebook(editor, "a.ipynb", IMPORT + CLIENT + "\n" + LOST)
    assert codes(await editor.pull(notebook.address(0))) == [("QDR201", 5)]
    notebook.remove(0, 0)
    assert codes(await editor.pull(notebook.address(0))) == []
    notebook.insert(0, 1, IMPORT + CLIENT + "\n" + LOST)
    assert codes(await editor.pull(notebook.address(1))) == [("QDR201", 5)]
    notebook.close(1)


async def test_a_step_in_another_cell_leads_there(
    editor: Editor, project: Callable[..., Path]
) -> None:
    editor.enter(project())
    helper = "from qdrant_client import QdrantClient\n\ndef find():\n    QdrantClient().info()"
    notebook = Notebook(editor, "a.ipynb", "import os", helper, "async def f():\n    find()")
    (found,) = await editor.pull(notebook.address(2))
    (step,) = found.related_information or ()
    assert step.location.uri == notebook.address(1)
    assert step.location.range == types.Range(types.Position(3, 4), types.Position(3, 25))
    notebook.close(0, 1, 2)


async def test_a_notebook_is_pushed_cell_by_cell(
    start: Callable[..., Awaitable[Editor]], project: Callable[..., Path]
) -> None:
    editor = await start(project({"db.py": DB}), pulls=False)
    use = "async def search():\n    return Store().find('')"
    notebook = Notebook(editor, "a.ipynb", "from db import Store", use)
    assert codes(await editor.until(notebook.address(1), bool)) == [("QDR102", 2)]
    editor.open("db.py", DB.replace("self.client.query_points", "repr"))
    assert await editor.until(notebook.address(1), lambda found: not found) == []
    editor.close("db.py")
    assert codes(await editor.until(notebook.address(1), bool)) == [("QDR102", 2)]
    notebook.close(0, 1)
    assert await editor.until(notebook.address(1), lambda found: not found) == []
