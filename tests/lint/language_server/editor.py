"""An editor: pytest-lsp's client with a few verbs, over the real server in a process of its own."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.protocol import default_converter
from pytest_lsp import LanguageClient, client_capabilities
from pytest_lsp.client import DEFAULT_CLIENT_FEATURES, register_lsp_features

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

PATIENCE = 60
"""Seconds until a test gives up; nothing is measured by it."""


class Editor:
    """One session. Texts are named by their paths below the first folder."""

    def __init__(self, client: LanguageClient, folder: Path) -> None:
        self.client = client
        self.folder = folder
        self.server = types.ServerCapabilities()
        self.versions: dict[str, int] = {}
        self.published: list[types.PublishDiagnosticsParams] = []
        self.registered: list[types.RegistrationParams] = []
        self._news = asyncio.Event()

        @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def published(params: types.PublishDiagnosticsParams) -> None:
            self.published.append(params)
            client.diagnostics[params.uri] = params.diagnostics
            self._news.set()

        @client.feature(types.CLIENT_REGISTER_CAPABILITY)
        def registered(params: types.RegistrationParams) -> None:
            self.registered.append(params)

    def enter(self, folder: Path) -> None:
        """Make another folder the only one of the workspace; whatever was open is closed."""
        for name in list(self.versions):
            self.close(name)
        before, self.folder = self.folder, folder
        event = types.WorkspaceFoldersChangeEvent(
            added=[types.WorkspaceFolder(folder.as_uri(), folder.name)],
            removed=[types.WorkspaceFolder(before.as_uri(), before.name)],
        )
        params = types.DidChangeWorkspaceFoldersParams(event)
        self.client.workspace_did_change_workspace_folders(params)

    def uri(self, name: str) -> str:
        return name if ":" in name else (self.folder / name).as_uri()

    def open(self, name: str, text: str | None = None, language: str = "python") -> None:
        if text is None:
            text = (self.folder / name).read_bytes().decode()
        self.versions[name] = 1
        item = types.TextDocumentItem(self.uri(name), language, 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def change(
        self, name: str, *changes: str | tuple[tuple[int, int], tuple[int, int], str]
    ) -> None:
        """Send whole texts, or edits as ((line, character), (line, character), text)."""
        self.versions[name] += 1
        document = types.VersionedTextDocumentIdentifier(self.versions[name], self.uri(name))
        events = [
            types.TextDocumentContentChangeWholeDocument(change)
            if isinstance(change, str)
            else types.TextDocumentContentChangePartial(
                types.Range(types.Position(*change[0]), types.Position(*change[1])), change[2]
            )
            for change in changes
        ]
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, events))

    def save(self, name: str, text: str) -> None:
        (self.folder / name).write_bytes(text.encode())
        document = types.TextDocumentIdentifier(self.uri(name))
        self.client.text_document_did_save(types.DidSaveTextDocumentParams(document))

    def close(self, name: str) -> None:
        document = types.TextDocumentIdentifier(self.uri(name))
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(document))
        self.versions.pop(name, None)

    def tell_of_disk(self, *names: str) -> None:
        """Say what the client's watcher saw."""
        changes = [types.FileEvent(self.uri(name), types.FileChangeType.Changed) for name in names]
        self.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(changes))

    async def pull(self, name: str) -> Sequence[types.Diagnostic]:
        """Ask for the diagnostics of a text."""
        report = await self.pull_report(name)
        return list(report.items)

    async def pull_report(self, name: str, before: str | None = None) -> Any:
        document = types.TextDocumentIdentifier(self.uri(name))
        params = types.DocumentDiagnosticParams(document, previous_result_id=before)
        return await asyncio.wait_for(self.client.text_document_diagnostic_async(params), PATIENCE)

    async def until(self, name: str, holds: Callable[[Sequence[types.Diagnostic]], bool]) -> Any:
        """Wait until what was pushed for a text is as wanted, and return it."""

        async def wait() -> Sequence[types.Diagnostic]:
            while True:
                found = self.client.diagnostics.get(self.uri(name))
                if found is not None and holds(found):
                    return list(found)
                self._news.clear()
                await self._news.wait()

        return await asyncio.wait_for(wait(), PATIENCE)

    async def pushed(self, name: str, version: int | None = None) -> Sequence[types.Diagnostic]:
        """Wait for what is pushed for the present version of a text, and return it."""
        wanted = version or self.versions[name]

        def has_come(_: object) -> bool:
            uri = self.uri(name)
            return any(one.uri == uri and one.version == wanted for one in self.published)

        found: Sequence[types.Diagnostic] = await self.until(name, has_come)
        return found

    async def actions(
        self, name: str, line: int, only: list[types.CodeActionKind] | None = None
    ) -> list[types.CodeAction]:
        position = types.Position(line, 0)
        params = types.CodeActionParams(
            types.TextDocumentIdentifier(self.uri(name)),
            types.Range(position, types.Position(line, 1000)),
            types.CodeActionContext([], only),
        )
        return list(await self.client.text_document_code_action_async(params) or ())

    async def hover(self, name: str, line: int, character: int) -> types.Hover | None:
        params = types.HoverParams(
            types.TextDocumentIdentifier(self.uri(name)), types.Position(line, character)
        )
        return await self.client.text_document_hover_async(params)


def codes(found: Sequence[types.Diagnostic]) -> list[tuple[Any, int]]:
    """Return the code and the line, from 1, of each diagnostic."""
    return [(one.code, one.range.start.line + 1) for one in found]


async def start(
    folder: Path,
    *more: Path,
    editor: str = "visual_studio_code",
    pulls: bool = True,
    change: Callable[[types.ClientCapabilities], None] | None = None,
    wishes: object = None,
) -> Editor:
    """Start the server and initialize it as an editor would.

    Args:
        folder: the workspace's first folder.
        more: its other folders.
        editor: whose capabilities to declare.
        pulls: whether the client asks for diagnostics.
        change: changes the capabilities.
        wishes: the client's `initializationOptions`.
    """
    client = LanguageClient(converter_factory=default_converter)
    own = types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS
    register_lsp_features(client, {k: v for k, v in DEFAULT_CLIENT_FEATURES.items() if k != own})
    made = Editor(client, folder)
    capabilities = client_capabilities(editor)
    assert capabilities.text_document is not None
    assert capabilities.workspace is not None
    capabilities.text_document.diagnostic = types.DiagnosticClientCapabilities() if pulls else None
    capabilities.workspace.diagnostics = types.DiagnosticWorkspaceClientCapabilities(pulls)
    if change is not None:
        change(capabilities)
    await client.start_io(sys.executable, "-m", "flake8_qdrant", "lsp", cwd=folder)
    folders = [types.WorkspaceFolder(one.as_uri(), one.name) for one in (folder, *more)]
    answer = await client.initialize_session(
        types.InitializeParams(
            capabilities=capabilities,
            root_uri=folder.as_uri(),
            workspace_folders=folders,
            initialization_options=wishes,
        )
    )
    made.server = answer.capabilities
    return made


async def stop(editor: Editor) -> None:
    """End the session as an editor does, and see that the server ends well."""
    await editor.client.shutdown_session()
    server = editor.client._server
    assert server is not None
    assert await asyncio.wait_for(server.wait(), PATIENCE) == 0
    await editor.client.stop()


class Notebook:
    """A notebook in an editor; its cells are named by their numbers, which never change."""

    def __init__(self, editor: Editor, name: str, *cells: str) -> None:
        self.editor = editor
        self.uri = editor.uri(name)
        self.version = 1
        self.cells = [self.cell(number) for number in range(len(cells))]
        document = types.NotebookDocument(self.uri, "jupyter-notebook", 1, [*self.cells])
        texts = [self._item(number, text) for number, text in enumerate(cells)]
        params = types.DidOpenNotebookDocumentParams(document, texts)
        editor.client.notebook_document_did_open(params)

    def address(self, number: int) -> str:
        path = self.uri.removeprefix("file:")
        return f"vscode-notebook-cell:{path}#{number}"

    def cell(self, number: int) -> types.NotebookCell:
        return types.NotebookCell(types.NotebookCellKind.Code, self.address(number))

    def _item(self, number: int, text: str) -> types.TextDocumentItem:
        return types.TextDocumentItem(self.address(number), "python", 1, text)

    def _change(self, cells: types.NotebookDocumentCellChanges) -> None:
        self.version += 1
        identifier = types.VersionedNotebookDocumentIdentifier(self.version, self.uri)
        change = types.NotebookDocumentChangeEvent(cells=cells)
        params = types.DidChangeNotebookDocumentParams(identifier, change)
        self.editor.client.notebook_document_did_change(params)

    def change(self, number: int, *edits: tuple[tuple[int, int], tuple[int, int], str]) -> None:
        events = [
            types.TextDocumentContentChangePartial(
                types.Range(types.Position(*start), types.Position(*end)), text
            )
            for start, end, text in edits
        ]
        document = types.VersionedTextDocumentIdentifier(self.version + 1, self.address(number))
        content = types.NotebookDocumentCellContentChanges(document, events)
        self._change(types.NotebookDocumentCellChanges(text_content=[content]))

    def insert(self, at: int, number: int, text: str) -> None:
        """Put a new cell before the one that stands at a place."""
        array = types.NotebookCellArrayChange(at, 0, [self.cell(number)])
        opened = [self._item(number, text)]
        structure = types.NotebookDocumentCellChangeStructure(array, opened)
        self._change(types.NotebookDocumentCellChanges(structure=structure))

    def remove(self, at: int, number: int) -> None:
        array = types.NotebookCellArrayChange(at, 1, [])
        closed = [types.TextDocumentIdentifier(self.address(number))]
        structure = types.NotebookDocumentCellChangeStructure(array, did_close=closed)
        self._change(types.NotebookDocumentCellChanges(structure=structure))

    def close(self, *numbers: int) -> None:
        cells = [types.TextDocumentIdentifier(self.address(number)) for number in numbers]
        params = types.DidCloseNotebookDocumentParams(
            types.NotebookDocumentIdentifier(self.uri), cells
        )
        self.editor.client.notebook_document_did_close(params)
