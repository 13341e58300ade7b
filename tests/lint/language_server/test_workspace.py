"""Folders, settings, lock files, the disk, and the server's own life."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from typing import TYPE_CHECKING

import editor as sessions
import pytest
from editor import codes
from lsprotocol import types
from projects import APP, DB, LOST, SERVICE
from pygls.exceptions import JsonRpcRequestCancelled

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from doors import Ran
    from editor import Editor

OFF = '[tool.flake8-qdrant]\nignore = ["QDR2"]\n'
ADVICE = '[tool.flake8-qdrant]\nextend-select = ["QDR4"]\n'
LOOP = """\
from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient()


async def store(points: list) -> None:
    for point in points:
        await client.upsert("docs", points=[point])
"""


@pytest.mark.asyncio(loop_scope="session")
async def test_settings_that_change_count_at_once(
    editor: Editor, project: Callable[..., Path]
) -> None:
    folder = project({**SERVICE, "loop.py": LOOP})
    editor.enter(folder)
    editor.open("lost.py")
    editor.open("loop.py")
    assert codes(await editor.pull("lost.py")) == [("QDR201", 7)]
    assert codes(await editor.pull("loop.py")) == []
    (folder / "pyproject.toml").write_text(OFF)
    editor.tell_of_disk("pyproject.toml")
    assert codes(await editor.pull("lost.py")) == []
    (folder / "pyproject.toml").write_text(ADVICE)
    editor.tell_of_disk("pyproject.toml")
    assert codes(await editor.pull("lost.py")) == [("QDR201", 7)]
    (advice,) = await editor.pull("loop.py")
    assert (advice.code, advice.severity) == ("QDR403", types.DiagnosticSeverity.Information)
    (folder / "pyproject.toml").write_text('[tool.flake8-qdrant]\nexclude = ["lost.py"]\n')
    editor.tell_of_disk("pyproject.toml")
    assert codes(await editor.pull("lost.py")) == []


@pytest.mark.asyncio(loop_scope="session")
async def test_settings_without_a_meaning_are_said_once_and_mended(
    editor: Editor, project: Callable[..., Path]
) -> None:
    folder = project(SERVICE)
    (folder / "pyproject.toml").write_text("[tool.flake8-qdrant]\nselct = []\n")
    editor.client.messages.clear()
    editor.enter(folder)
    for name in SERVICE:
        editor.open(name)
        assert await editor.pull(name) == []
    (message,) = editor.client.messages
    assert message.type is types.MessageType.Error
    assert "tool.flake8-qdrant.selct is not known" in message.message
    (folder / "pyproject.toml").write_text("")
    editor.tell_of_disk("pyproject.toml")
    assert codes(await editor.pull("lost.py")) == [("QDR201", 7)]


@pytest.mark.asyncio(loop_scope="session")
async def test_a_lock_file_decides_which_version_counts(
    editor: Editor, project: Callable[..., Path]
) -> None:
    text = LOST.replace("client.upsert(", "client.upload_points(")
    folder = project({"lost.py": text, "requirements.txt": "qdrant-client==1.10.0\n"})
    editor.enter(folder)
    editor.open("lost.py")
    assert codes(await editor.pull("lost.py")) == [("QDR201", 7)]
    (folder / "requirements.txt").write_text("qdrant-client==1.18.0\n")
    editor.tell_of_disk("requirements.txt")
    assert codes(await editor.pull("lost.py")) == [("QDR103", 7)]


@pytest.mark.asyncio(loop_scope="session")
async def test_what_the_watcher_sees_counts_unless_it_is_open(
    editor: Editor, project: Callable[..., Path]
) -> None:
    folder = project(SERVICE)
    editor.enter(folder)
    (registered,) = editor.registered
    (watching,) = registered.registrations
    assert watching.method == types.WORKSPACE_DID_CHANGE_WATCHED_FILES
    editor.open("app.py")
    assert codes(await editor.pull("app.py")) == [("QDR102", 7)]
    quiet = DB.replace("self.client.query_points", "repr")
    (folder / "db.py").write_text(quiet)
    editor.tell_of_disk("db.py")
    assert codes(await editor.pull("app.py")) == []
    editor.open("db.py", DB)
    (folder / "db.py").write_text(quiet + "\n")
    editor.tell_of_disk("db.py")
    assert codes(await editor.pull("app.py")) == [("QDR102", 7)]
    editor.close("db.py")
    (folder / "db.py").unlink()
    editor.tell_of_disk("db.py")
    assert codes(await editor.pull("app.py")) == []
    (folder / "db.py").write_text(DB)
    editor.tell_of_disk("db.py")
    assert codes(await editor.pull("app.py")) == [("QDR102", 7)]


@pytest.mark.asyncio(loop_scope="session")
async def test_a_client_without_a_watcher_is_served_when_it_saves(
    start: Callable[..., Awaitable[Editor]], project: Callable[..., Path]
) -> None:
    def blind(capabilities: types.ClientCapabilities) -> None:
        assert capabilities.workspace is not None
        capabilities.workspace.did_change_watched_files = None

    folder = project(SERVICE)
    editor = await start(folder, change=blind)
    assert editor.registered == []
    editor.open("app.py")
    assert codes(await editor.pull("app.py")) == [("QDR102", 7)]
    (folder / "db.py").write_text(DB.replace("self.client.query_points", "repr"))
    editor.save("app.py", APP)
    assert codes(await editor.pull("app.py")) == []
    editor.open("lost.py")
    assert codes(await editor.pull("lost.py")) == [("QDR201", 7)]
    (folder / "pyproject.toml").write_text(OFF)
    editor.save("app.py", APP)
    assert codes(await editor.pull("lost.py")) == []


@pytest.mark.asyncio(loop_scope="session")
async def test_folders_come_and_go_each_with_its_own_settings(
    editor: Editor, project: Callable[..., Path], tmp_path: Path
) -> None:
    one = project(SERVICE)
    other = tmp_path / "other"
    other.mkdir()
    (other / "pyproject.toml").write_text(OFF)
    (other / "lost.py").write_text(LOST)
    (other / "app.py").write_text(APP)  # its own `db` is none of the other folder's
    editor.enter(one)
    address = types.WorkspaceFolder(other.as_uri(), "other")
    editor.client.workspace_did_change_workspace_folders(
        types.DidChangeWorkspaceFoldersParams(types.WorkspaceFoldersChangeEvent([address], []))
    )
    found = {}
    for uri in ["lost.py", (other / "lost.py").as_uri(), "app.py", (other / "app.py").as_uri()]:
        text = APP if "app" in uri else LOST
        editor.open(uri, text)
        found[uri] = codes(await editor.pull(uri))
    assert list(found.values()) == [[("QDR201", 7)], [], [("QDR102", 7)], []]
    editor.client.workspace_did_change_workspace_folders(
        types.DidChangeWorkspaceFoldersParams(types.WorkspaceFoldersChangeEvent([], [address]))
    )
    assert codes(await editor.pull("app.py")) == [("QDR102", 7)]


@pytest.mark.asyncio(loop_scope="session")
async def test_an_installed_library_that_one_looks_into_is_left_alone(
    editor: Editor, project: Callable[..., Path]
) -> None:
    name = ".venv/lib/python3.12/site-packages/thing/lost.py"
    editor.enter(project({**SERVICE, name: LOST}))
    editor.open(name)
    assert await editor.pull(name) == []


@pytest.mark.asyncio(loop_scope="session")
async def test_files_outside_the_folders_are_projects_of_their_own_unless_installed(
    editor: Editor, project: Callable[..., Path], tmp_path: Path
) -> None:
    editor.enter(project())
    for folder, expected in (("elsewhere", [("QDR201", 7)]), ("lib/python3.12/thing", [])):
        path = tmp_path / folder / "lost.py"
        path.parent.mkdir(parents=True)
        path.write_text(LOST)
        editor.open(path.as_uri(), LOST)
        assert codes(await editor.pull(path.as_uri())) == expected


@pytest.mark.asyncio(loop_scope="session")
async def test_a_request_that_is_cancelled_is_answered_so(
    editor: Editor, project: Callable[..., Path]
) -> None:
    editor.enter(
        project({**SERVICE, **{f"more{n}.py": f"import db\nx = {n}\n" for n in range(40)}})
    )
    editor.open("app.py")
    document = types.TextDocumentIdentifier(editor.uri("app.py"))
    asked = editor.client.protocol.send_request_async(
        types.TEXT_DOCUMENT_DIAGNOSTIC, types.DocumentDiagnosticParams(document), msg_id="one"
    )
    waiting = asyncio.ensure_future(asked)
    await asyncio.sleep(0)
    editor.client.cancel_request(types.CancelParams("one"))
    with contextlib.suppress(JsonRpcRequestCancelled):  # unless it was answered before
        await waiting
    assert codes(await editor.pull("app.py")) == [("QDR102", 7)]


@pytest.mark.asyncio(loop_scope="session")
async def test_a_project_that_is_being_read_shows_so(
    editor: Editor, project: Callable[..., Path]
) -> None:
    editor.client.progress_reports.clear()
    more = {f"more{number}.py": "import db\n" for number in range(300)}
    editor.enter(project({**SERVICE, **more}))
    editor.open("app.py")
    await editor.pull("app.py")
    # A folder of an earlier test may still be read, and the last report may come after the
    # diagnostics.
    reading = ("begin", "flake8-qdrant reads project")
    while reading not in [  # noqa: ASYNC110
        (reports[0].kind, reports[0].title)
        for reports in editor.client.progress_reports.values()
        if len(reports) == 2 and reports[1].kind == "end"
    ]:
        await asyncio.sleep(0.01)


@pytest.mark.asyncio(loop_scope="session")
async def test_messages_that_make_no_sense_do_not_end_the_server(
    editor: Editor, project: Callable[..., Path]
) -> None:
    editor.enter(project(SERVICE))
    editor.versions["never_opened.py"] = 1
    editor.change("never_opened.py", "x = 1")
    editor.close("never_opened.py")
    editor.open("lost.py")
    editor.client.protocol.notify("some/thing", {})
    assert codes(await editor.pull("lost.py")) == [("QDR201", 7)]


@pytest.mark.asyncio(loop_scope="session")
async def test_the_server_leaves_with_its_client(project: Callable[..., Path]) -> None:
    editor = await sessions.start(project(SERVICE))
    server = editor.client._server
    assert server is not None
    assert server.stdin is not None
    server.stdin.close()
    assert await asyncio.wait_for(server.wait(), sessions.PATIENCE) == 1
    await editor.client.stop()


def test_without_pygls_the_command_says_what_to_install(
    command: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pygls", None)
    ran = command("lsp")
    assert ran.code == 2
    assert ran.err == (
        "flake8-qdrant: lsp needs pygls: pip install 'flake8-qdrant[lsp]'; in a clone, "
        "pip install '.[lsp]'\n"
    )
