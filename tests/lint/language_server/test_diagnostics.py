"""What a client is told of a project: the same as the command says, at the same places."""

from __future__ import annotations

import asyncio
import json
from importlib.metadata import metadata
from typing import TYPE_CHECKING

import pytest
from editor import codes
from lsprotocol import types
from projects import APP, DB, LOST, SERVICE

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from doors import Ran
    from editor import Editor


def project_address() -> str:
    urls = dict(one.split(", ") for one in metadata("flake8-qdrant").get_all("Project-URL") or ())
    return urls["Source"]


pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_finds_what_the_command_finds(
    editor: Editor, project: Callable[..., Path], check: Callable[..., Ran]
) -> None:
    editor.enter(project(SERVICE))
    shown = []
    for name in SERVICE:
        editor.open(name)
        shown += [
            (
                name,
                one.range.start.line + 1,
                one.range.start.character + 1,
                one.range.end.line + 1,
                one.range.end.character + 1,
                one.code,
                one.message,
            )
            for one in await editor.pull(name)
        ]
    said = json.loads(check("--format", "json", ".").out)
    keys = ("path", "line", "column", "end_line", "end_column", "code", "message")
    assert sorted(shown) == sorted(tuple(one[key] for key in keys) for one in said)
    assert len(shown) == 2


async def test_each_finding_has_its_steps_its_page_and_its_weight(
    editor: Editor, project: Callable[..., Path]
) -> None:
    editor.enter(project(SERVICE))
    editor.open("app.py")
    (found,) = await editor.pull("app.py")
    assert found.severity is types.DiagnosticSeverity.Warning
    assert found.source == "flake8-qdrant"
    assert found.code_description is not None
    address = f"{project_address()}/blob/main/docs/rules/QDR102.md"
    assert found.code_description.href == address
    (step,) = found.related_information or ()
    assert step.message == "`Store.find` calls the client here"
    assert step.location.uri == editor.uri("db.py")
    assert DB.splitlines()[step.location.range.start.line] == (
        '        return self.client.query_points("docs", query=text)'
    )
    assert step.location.range.start.character == 8


async def test_an_edit_changes_the_findings_of_files_that_depend_on_it(
    editor: Editor, project: Callable[..., Path]
) -> None:
    editor.enter(project(SERVICE))
    editor.open("app.py")
    assert codes(await editor.pull("app.py")) == [("QDR102", 7)]
    refreshed = editor.client.diagnostic_refresh_count
    editor.open("db.py")
    editor.change("db.py", DB.replace("self.client.query_points", "repr"))
    assert codes(await editor.pull("app.py")) == []
    editor.change("db.py", DB)
    assert codes(await editor.pull("app.py")) == [("QDR102", 7)]
    editor.change("db.py", DB.replace("self.client.query_points", "repr"))
    await editor.pull("db.py")
    while editor.client.diagnostic_refresh_count == refreshed:  # noqa: ASYNC110 - app.py is news
        await asyncio.sleep(0.01)
    editor.close("db.py")
    assert codes(await editor.pull("app.py")) == [("QDR102", 7)]


async def test_a_steps_line_is_that_of_the_unsaved_text(
    editor: Editor, project: Callable[..., Path]
) -> None:
    editor.enter(project(SERVICE))
    editor.open("app.py")
    editor.open("db.py", "\n\n\n" + DB)
    (found,) = await editor.pull("app.py")
    (step,) = found.related_information or ()
    assert (
        step.location.range.start.line
        == DB.splitlines().index('        return self.client.query_points("docs", query=text)') + 3
    )
    assert "(db.py:12)" in found.message


async def test_a_new_file_counts_before_it_is_saved(
    editor: Editor, project: Callable[..., Path]
) -> None:
    editor.enter(project({"app.py": APP}))
    editor.open("app.py")
    assert codes(await editor.pull("app.py")) == []
    editor.open("db.py", DB)
    assert codes(await editor.pull("app.py")) == [("QDR102", 7)]
    editor.close("db.py")
    assert codes(await editor.pull("app.py")) == []


async def test_unchanged_diagnostics_are_not_sent_again(
    editor: Editor, project: Callable[..., Path]
) -> None:
    editor.enter(project(SERVICE))
    editor.open("lost.py")
    first = await editor.pull_report("lost.py")
    again = await editor.pull_report("lost.py", first.result_id)
    assert (first.kind, again.kind, again.result_id) == ("full", "unchanged", first.result_id)
    editor.change("lost.py", LOST.replace("client.upsert", "await client.upsert"))
    other = await editor.pull_report("lost.py", first.result_id)
    assert (other.kind, list(other.items)) == ("full", [])


async def test_who_pulls_is_never_pushed_to(editor: Editor, project: Callable[..., Path]) -> None:
    editor.enter(project(SERVICE))
    editor.open("lost.py")
    await editor.pull("lost.py")
    editor.close("lost.py")
    editor.open("app.py")
    await editor.pull("app.py")
    assert editor.server.diagnostic_provider is not None
    assert editor.published == []


async def test_who_does_not_pull_is_pushed_to(
    start: Callable[..., Awaitable[Editor]], project: Callable[..., Path]
) -> None:
    editor = await start(project(SERVICE), pulls=False)
    assert editor.server.diagnostic_provider is None
    editor.open("app.py")
    assert codes(await editor.pushed("app.py")) == [("QDR102", 7)]
    editor.open("db.py")
    editor.change("db.py", DB.replace("self.client.query_points", "repr"))
    assert await editor.until("app.py", lambda found: not found) == []
    editor.change("db.py", DB)
    assert codes(await editor.until("app.py", bool)) == [("QDR102", 7)]
    editor.close("app.py")
    assert await editor.until("app.py", lambda found: not found) == []


async def test_the_whole_workspace_is_shown_to_who_asks_for_it(
    start: Callable[..., Awaitable[Editor]], project: Callable[..., Path]
) -> None:
    wishes = {"diagnosticMode": "workspace"}
    editor = await start(project(SERVICE), wishes=wishes)
    params = types.WorkspaceDiagnosticParams([])
    report = await editor.client.workspace_diagnostic_async(params)
    shown = {one.uri: one for one in report.items}
    assert set(shown) == {editor.uri("app.py"), editor.uri("lost.py")}
    known = [types.PreviousResultId(uri, one.result_id) for uri, one in shown.items()]
    editor.open("db.py", DB.replace("self.client.query_points", "repr"))
    params = types.WorkspaceDiagnosticParams(known)
    report = await editor.client.workspace_diagnostic_async(params)
    kinds = {one.uri: (one.kind, len(getattr(one, "items", ()))) for one in report.items}
    assert kinds == {
        editor.uri("app.py"): ("full", 0),
        editor.uri("lost.py"): ("unchanged", 0),
        editor.uri("db.py"): ("full", 0),
    }


async def test_the_whole_workspace_is_pushed_where_it_is_not_pulled(
    start: Callable[..., Awaitable[Editor]], project: Callable[..., Path]
) -> None:
    wishes = {"diagnosticMode": "workspace"}
    folder = project(SERVICE)
    editor = await start(folder, pulls=False, wishes=wishes)
    assert codes(await editor.until("app.py", bool)) == [("QDR102", 7)]
    editor.open("db.py", DB.replace("self.client.query_points", "repr"))
    assert await editor.until("app.py", lambda found: not found) == []
    editor.close("db.py")
    assert codes(await editor.until("app.py", bool)) == [("QDR102", 7)]
    (folder / "pyproject.toml").write_text('[tool.flake8-qdrant]\nexclude = ["app.py"]\n')
    editor.tell_of_disk("pyproject.toml")
    assert await editor.until("app.py", lambda found: not found) == []
    assert codes(await editor.until("lost.py", bool)) == [("QDR201", 7)]
    address = types.WorkspaceFolder(folder.as_uri(), "project")
    editor.client.workspace_did_change_workspace_folders(
        types.DidChangeWorkspaceFoldersParams(types.WorkspaceFoldersChangeEvent([], [address]))
    )
    assert await editor.until("lost.py", lambda found: not found) == []
