"""What a client can do about a finding, and where it can read about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lsprotocol import types
from projects import LOST, SERVICE

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from editor import Editor

pytestmark = pytest.mark.asyncio(loop_scope="session")


def changes_of(action: types.CodeAction) -> list[types.TextEdit]:
    assert action.edit is not None
    assert action.edit.document_changes is not None
    (document,) = action.edit.document_changes
    assert isinstance(document, types.TextDocumentEdit)
    assert document.text_document.version is not None
    return [edit for edit in document.edits if isinstance(edit, types.TextEdit)]


def apply(editor: Editor, name: str, action: types.CodeAction) -> None:
    edits = [
        (
            (edit.range.start.line, edit.range.start.character),
            (edit.range.end.line, edit.range.end.character),
            edit.new_text,
        )
        for edit in changes_of(action)
    ]
    editor.change(name, *edits)


async def test_a_lost_coroutine_is_repaired_or_silenced(
    editor: Editor, project: Callable[..., Path]
) -> None:
    editor.enter(project(SERVICE))
    for number, title in enumerate(
        ["Write `await` before the call (QDR201)", "Silence QDR201 on this line"]
    ):
        editor.open("lost.py")
        assert len(await editor.pull("lost.py")) == 1
        offered = await editor.actions("lost.py", 6)
        assert [one.title for one in offered][number] == title
        assert offered[number].is_preferred is (number == 0)
        apply(editor, "lost.py", offered[number])
        assert await editor.pull("lost.py") == []
        assert await editor.actions("lost.py", 6) == []
        editor.close("lost.py")


async def test_nothing_is_offered_where_nothing_was_found_or_other_kinds_are_wanted(
    editor: Editor, project: Callable[..., Path]
) -> None:
    editor.enter(project(SERVICE))
    editor.open("lost.py")
    await editor.pull("lost.py")
    assert await editor.actions("lost.py", 2) == []
    assert await editor.actions("lost.py", 6, only=[types.CodeActionKind.Refactor]) == []
    assert len(await editor.actions("lost.py", 6, only=[types.CodeActionKind.QuickFix])) == 2


async def test_edits_of_a_text_that_has_changed_since_are_not_offered(
    editor: Editor, project: Callable[..., Path]
) -> None:
    editor.enter(project(SERVICE))
    editor.open("lost.py")
    await editor.pull("lost.py")
    editor.change("lost.py", "\n" + LOST)
    before = await editor.actions("lost.py", 6)
    await editor.pull("lost.py")
    assert len(await editor.actions("lost.py", 7)) == 2
    for action in before:  # the check may have been sooner
        assert changes_of(action)[0].range.start.line == 7


async def test_a_line_with_two_findings_of_a_kind_is_silenced_once(
    editor: Editor, project: Callable[..., Path]
) -> None:
    two = 'client.upsert("docs", points=[]); client.delete_collection("docs")'
    editor.enter(project({"lost.py": LOST.replace('client.upsert("docs", points=[])', two)}))
    editor.open("lost.py")
    assert len(await editor.pull("lost.py")) == 2
    titles = [one.title for one in await editor.actions("lost.py", 6)]
    repair = "Write `await` before the call (QDR201)"
    assert titles == [repair, repair, "Silence QDR201 on this line"]


async def test_a_client_without_versions_gets_plain_changes(
    start: Callable[..., Awaitable[Editor]], project: Callable[..., Path]
) -> None:
    editor = await start(project(SERVICE), editor="neovim@v0.7", change=_without_versions)
    editor.open("lost.py")
    await editor.pull("lost.py")
    (first, _) = await editor.actions("lost.py", 6)
    assert first.edit is not None
    assert first.edit.document_changes is None
    assert set(first.edit.changes or ()) == {editor.uri("lost.py")}


def _without_versions(capabilities: types.ClientCapabilities) -> None:
    assert capabilities.workspace is not None
    capabilities.workspace.workspace_edit = types.WorkspaceEditClientCapabilities()


async def test_hovering_over_a_finding_shows_its_rules_page(
    editor: Editor, project: Callable[..., Path]
) -> None:
    editor.enter(project(SERVICE))
    editor.open("lost.py")
    (found,) = await editor.pull("lost.py")
    shown = await editor.hover("lost.py", 6, 10)
    assert shown is not None
    assert isinstance(shown.contents, types.MarkupContent)
    assert shown.contents.value.startswith("# QDR201 coroutine-never-awaited")
    assert shown.range == found.range
    assert await editor.hover("lost.py", 6, 1) is None
    assert await editor.hover("app.py", 6, 10) is None
