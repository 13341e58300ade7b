"""The server that a client talks to: features of the protocol over the analysis."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from lsprotocol import types
from pygls.capabilities import get_capability
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path

from flake8_qdrant import __version__
from flake8_qdrant.language_server.actions import actions_for
from flake8_qdrant.language_server.analysis import Analysis
from flake8_qdrant.language_server.diagnostics import (
    diagnostics_of,
    digest_of,
    findings_of_part,
    range_of,
)
from flake8_qdrant.language_server.documents import Documents, Protocol, path_of
from flake8_qdrant.language_server.model import CheckerModel
from flake8_qdrant.language_server.positions import Encoding
from flake8_qdrant.language_server.projects import CONFIGURATION, Projects
from flake8_qdrant.rules import RULES
from flake8_qdrant.rules.documentation import document

if TYPE_CHECKING:
    from flake8_qdrant.language_server.analysis import Checked
    from flake8_qdrant.language_server.documents import Snapshot

_LOG: Final = logging.getLogger(__name__)
_NAME: Final = "flake8-qdrant"
_WATCHED: Final = ("*.py", "*.pyi", "*.ipynb", *CONFIGURATION)
_PYTHON: Final = (".py", ".pyi", ".ipynb")
_NOTEBOOKS: Final = types.NotebookDocumentSyncOptions(
    notebook_selector=[
        types.NotebookDocumentFilterWithCells(
            notebook=types.NotebookDocumentFilterNotebookType("jupyter-notebook"),
            cells=[types.NotebookCellLanguage("python")],
        )
    ],
    save=True,
)
_DOCUMENTS: Final = {rule.code: document(rule) for rule in RULES}


@dataclass(frozen=True, slots=True)
class _Client:
    """What the client can do, and how it wants to be served."""

    encoding: Encoding
    pulls: bool = False
    refreshes: bool = False
    shows_steps: bool = False
    shows_progress: bool = False
    watches: bool = False
    versioned_edits: bool = False
    whole_workspace: bool = False

    @classmethod
    def from_params(cls, params: types.InitializeParams, encoding: Encoding) -> _Client:
        """Read the client's capabilities and `initializationOptions`."""

        def has(name: str) -> bool:
            value: object = get_capability(params.capabilities, name, None)
            return bool(value)

        wishes = params.initialization_options
        mode = wishes.get("diagnosticMode") if isinstance(wishes, dict) else None
        return cls(
            encoding,
            pulls=has("text_document.diagnostic"),
            refreshes=has("workspace.diagnostics.refresh_support"),
            shows_steps=has("text_document.publish_diagnostics.related_information")
            or has("text_document.diagnostic.related_information"),
            shows_progress=has("window.work_done_progress"),
            watches=has("workspace.did_change_watched_files.dynamic_registration"),
            versioned_edits=has("workspace.workspace_edit.document_changes"),
            whole_workspace=mode == "workspace",
        )


class QdrantServer(LanguageServer):
    """The language server; its methods run on the event loop, apart from those of `Listener`."""

    def __init__(self) -> None:
        super().__init__(
            _NAME, __version__, notebook_document_sync=_NOTEBOOKS, protocol_cls=Protocol
        )
        self.client = _Client(Encoding())
        self.folders: list[str] = []
        self.ended = False
        self.analysis = Analysis(Projects(CheckerModel, self._complain, self.reading), self)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._results: dict[str, Checked] = {}
        self._settled = 0
        self._waiting: list[tuple[int, str | None, asyncio.Future[None]]] = []
        self._published: set[str] = set()
        self._pulled: dict[str, str] = {}
        self._progress: dict[str, str] = {}
        """The token of each project that is being read."""
        self._shown: set[str] = set()

    @property
    def documents(self) -> Documents:
        """What the client has open."""
        workspace = self.workspace
        if not isinstance(workspace, Documents):
            raise TypeError("the client has not finished to initialize")
        return workspace

    def report_server_error(self, error: Exception, source: type[Exception]) -> None:
        """Log what went wrong; no editor shall show a window for it."""
        _LOG.error("%s: %s", source.__name__, error, exc_info=error)

    # From the client.

    def begin(self, params: types.InitializeParams) -> None:
        """Get to know the client."""
        encoding = Encoding(self.workspace.position_encoding or types.PositionEncodingKind.Utf16)
        self.client = _Client.from_params(params, encoding)
        self._loop = asyncio.get_running_loop()
        uris = [folder.uri for folder in params.workspace_folders or ()]
        if not uris and params.root_uri is not None:
            uris = [params.root_uri]
        self.folders = [path for path in map(path_of, uris) if path is not None]
        self.analysis = Analysis(
            Projects(CheckerModel, self._complain, self.reading),
            self,
            everything=self.client.whole_workspace,
        )
        self.analysis.set_folders(tuple(self.folders))

    def show(self, uri: str) -> None:
        """Have what is open at an address checked as it is now."""
        snapshot = self.documents.snapshot(uri)
        if snapshot is not None and snapshot.parts:
            self.analysis.show(snapshot)
        elif snapshot is not None:
            self.hide(uri)

    def hide(self, uri: str) -> None:
        """Forget what was open at an address."""
        path = path_of(uri)
        result = None if path is None else self._results.pop(path, None)
        if path is not None:
            self.analysis.close(path)
        for part in () if result is None else result.snapshot.parts:
            self._clear(part.uri)

    def change_folders(self, added: list[str | None], removed: list[str | None]) -> None:
        """Take folders into the workspace, and others out of it."""
        kept = [folder for folder in self.folders if folder not in removed]
        self.folders = list(dict.fromkeys([*kept, *(one for one in added if one is not None)]))
        self.analysis.set_folders(tuple(self.folders))
        for path, result in list(self._results.items()):
            if not result.snapshot.is_open and not self._is_inside(path):
                del self._results[path]
                for part in result.snapshot.parts:
                    self._clear(part.uri)

    def _is_inside(self, path: str) -> bool:
        return any(path.startswith(folder.rstrip("/") + "/") for folder in self.folders)

    def disk_changed(self, paths: list[str]) -> None:
        """Take what the client's watcher saw."""
        sources = [path for path in paths if path.endswith(_PYTHON)]
        if len(sources) < len(paths):
            self.analysis.reconfigure()
        elif sources:
            self.analysis.touch(sources)

    def look_at_disk(self) -> None:
        """Look for changes if the client has no watcher."""
        if not self.client.watches:
            self.analysis.look_at_disk()

    async def current(self, path: str) -> Checked | None:
        """Return what was found in an open file, with all changes up to now; None if it is none."""
        revision = self.analysis.revision
        if self._settled < revision:
            await self._until(revision, path)
        return self._results.get(path)

    async def everything(self) -> list[Checked]:
        """Return the findings in all files, with all changes up to now."""
        revision = self.analysis.revision
        if self._settled < revision:
            await self._until(revision, None)
        return [result for result in self._results.values() if result.snapshot.parts]

    def diagnostics(self, result: Checked, index: int) -> list[types.Diagnostic]:
        """Return the diagnostics of a part of what was checked."""
        return diagnostics_of(
            result, index, self.client.encoding, with_steps=self.client.shows_steps
        )

    def asked(self, uri: str) -> None:
        """Take that the client waits for the diagnostics at an address: it needs no refresh."""
        self._pulled.pop(uri, None)

    def pulled(self, uri: str, diagnostics: list[types.Diagnostic]) -> str:
        """Keep what the client has been sent, and return what stands for it."""
        self._pulled[uri] = digest_of(diagnostics)
        return self._pulled[uri]

    def at(self, uri: str) -> tuple[Snapshot, Checked, int] | None:
        """Return what is open at an address with its last findings, and the index of the part."""
        snapshot = self.documents.snapshot(uri)
        result = None if snapshot is None else self._results.get(snapshot.path)
        index = None if snapshot is None else snapshot.part(uri)
        if snapshot is None or result is None or index is None:
            return None
        if result.snapshot.parts[index : index + 1] != snapshot.parts[index : index + 1]:
            return None  # of a text that has changed since
        return snapshot, result, index

    # From the analysis, in its thread.

    def checked(self, result: Checked, revision: int) -> None:
        """Take the findings in a file."""
        self._on_loop(self._checked, result, revision)

    def settled(self, revision: int) -> None:
        """Take that everything has been checked up to a revision."""
        self._on_loop(self._all_settled, revision)

    def log_later(self, params: types.LogMessageParams) -> None:
        """Send a line for the client's log, from whichever thread."""
        self._on_loop(self.window_log_message, params)

    def reading(self, root: str) -> None:
        """Take that a project is about to be read for the first time."""
        self._on_loop(self._begin_progress, root)

    def _complain(self, message: str) -> None:
        _LOG.error("%s", message)
        params = types.ShowMessageParams(types.MessageType.Error, f"{_NAME}: {message}")
        self._on_loop(self.window_show_message, params)

    def _on_loop(self, function: Any, *arguments: object) -> None:  # noqa: ANN401 - any callback
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(function, *arguments)

    # On the loop again.

    def _checked(self, result: Checked, revision: int) -> None:
        path = result.snapshot.path
        is_open = result.snapshot.is_open
        if not (self._is_current(result.snapshot) if is_open else self._is_inside(path)):
            return  # a newer one follows, or nothing has to be shown any more
        before = self._results.get(path)
        self._results[path] = result
        if not self.client.pulls:
            self._publish(before, result)
        self._wake(revision, path)

    def _is_current(self, snapshot: Snapshot) -> bool:
        uri = snapshot.parts[0].uri if snapshot.parts else from_fs_path(snapshot.path) or ""
        return self.documents.snapshot(uri) == snapshot

    def _publish(self, before: Checked | None, result: Checked) -> None:
        shown = {part.uri for part in result.snapshot.parts}
        for part in () if before is None else before.snapshot.parts:
            if part.uri not in shown:
                self._clear(part.uri)
        for index, part in enumerate(result.snapshot.parts):
            self._published.add(part.uri)
            self.text_document_publish_diagnostics(
                types.PublishDiagnosticsParams(
                    part.uri, self.diagnostics(result, index), part.version
                )
            )

    def _clear(self, uri: str) -> None:
        self._pulled.pop(uri, None)
        if uri in self._published:
            self._published.discard(uri)
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))

    def _all_settled(self, revision: int) -> None:
        self._settled = max(self._settled, revision)
        self._wake(revision, None)
        for root in list(self._progress):
            self._end_progress(root)
        if self.client.pulls and self.client.refreshes and self._has_news():
            self.workspace_diagnostic_refresh(None)

    def _has_news(self) -> bool:
        """Tell whether the client shows something else than what was found since."""
        return any(
            self._pulled[part.uri] != digest_of(self.diagnostics(result, index))
            for result in self._results.values()
            for index, part in enumerate(result.snapshot.parts)
            if part.uri in self._pulled
        )

    async def _until(self, revision: int, path: str | None) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((revision, path, future))
        await future

    def _wake(self, revision: int, path: str | None) -> None:
        """Answer who waits for a file, or, with None, all who wait for this revision."""
        still = []
        for wanted, awaited, future in self._waiting:
            if wanted <= revision and (path is None or path == awaited):
                if not future.done():
                    future.set_result(None)
            elif not future.done():
                still.append((wanted, awaited, future))
        self._waiting = still

    def _begin_progress(self, root: str) -> None:
        if self.client.shows_progress and root not in self._progress:
            self._progress[root] = f"{_NAME}-{uuid4()}"
            begin = partial(self._show_progress, root)
            self.work_done_progress.create(self._progress[root], begin)

    def _show_progress(self, root: str, _answer: object) -> None:
        if root in self._progress:  # else it was read before the client was ready
            title = f"{_NAME} reads {os.path.basename(root) or root}"
            self._shown.add(root)
            begin = types.WorkDoneProgressBegin(title, cancellable=False)
            self.work_done_progress.begin(self._progress[root], begin)

    def _end_progress(self, root: str) -> None:
        token = self._progress.pop(root, None)
        if token is not None and root in self._shown:
            self._shown.discard(root)
            self.work_done_progress.end(token, types.WorkDoneProgressEnd())


def make_server() -> QdrantServer:
    """Return a server with all its features."""
    server = QdrantServer()
    _serve_life(server)
    _serve_documents(server)
    _serve_questions(server)
    return server


def serve() -> int:
    """Serve a client over standard input and output until it leaves.

    Returns:
        0 if the client has said that it leaves, as the protocol wants it; else 1.
    """
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s"
    )
    server = make_server()
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as output:
        sys.stdout = sys.stderr  # whatever prints must not end up between the messages
        server.start_io(stdout=output)
    return 0 if server.ended else 1


def _serve_life(server: QdrantServer) -> None:
    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        server.begin(params)
        if server.client.pulls:
            _serve_pulls(server)

    @server.feature(types.INITIALIZED)
    def initialized(_params: types.InitializedParams) -> None:
        logging.getLogger("flake8_qdrant").addHandler(_ToClient(server))
        if server.client.watches:
            watchers = [types.FileSystemWatcher(f"**/{pattern}") for pattern in _WATCHED]
            options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
            registration = types.Registration(
                f"{_NAME}-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options
            )
            server.client_register_capability(types.RegistrationParams([registration]))
        server.analysis.start()

    @server.feature(types.SHUTDOWN)
    def shutdown(_params: None) -> None:
        server.ended = True
        server.analysis.end()

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def folders(params: types.DidChangeWorkspaceFoldersParams) -> None:
        added = [path_of(folder.uri) for folder in params.event.added]
        removed = [path_of(folder.uri) for folder in params.event.removed]
        server.change_folders(added, removed)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def watched(params: types.DidChangeWatchedFilesParams) -> None:
        paths = [path_of(change.uri) for change in params.changes]
        server.disk_changed([path for path in paths if path is not None])

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    def configuration(_params: types.DidChangeConfigurationParams) -> None:
        """Some clients always send this; what is asked for stands in `pyproject.toml`."""


def _serve_documents(server: QdrantServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        server.look_at_disk()
        server.show(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeTextDocumentParams) -> None:
        server.show(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def saved(_params: types.DidSaveTextDocumentParams) -> None:
        server.look_at_disk()

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        server.hide(params.text_document.uri)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_OPEN)
    def notebook_opened(params: types.DidOpenNotebookDocumentParams) -> None:
        server.look_at_disk()
        server.show(params.notebook_document.uri)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_CHANGE)
    def notebook_changed(params: types.DidChangeNotebookDocumentParams) -> None:
        server.show(params.notebook_document.uri)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_SAVE)
    def notebook_saved(_params: types.DidSaveNotebookDocumentParams) -> None:
        server.look_at_disk()

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_CLOSE)
    def notebook_closed(params: types.DidCloseNotebookDocumentParams) -> None:
        server.hide(params.notebook_document.uri)


def _serve_questions(server: QdrantServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def hover(params: types.HoverParams) -> types.Hover | None:
        found = server.at(params.text_document.uri)
        if found is None:
            return None
        _, result, index = found
        part = result.snapshot.parts[index]
        under = [
            (one.finding, place)
            for one in findings_of_part(result, index)
            if _holds(place := range_of(one.finding, part, server.client.encoding), params.position)
        ]
        if not under:
            return None
        codes = dict.fromkeys(finding.code for finding, _ in under)
        text = "\n---\n\n".join(_DOCUMENTS[code] for code in codes)
        return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text), under[0][1])

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix]),
    )
    def actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        found = server.at(params.text_document.uri)
        only = params.context.only
        if found is None or (only and not any("quickfix".startswith(kind) for kind in only)):
            return []
        _, result, index = found
        part = result.snapshot.parts[index]
        findings = [one.finding for one in findings_of_part(result, index)]
        diagnostics = server.diagnostics(result, index)
        return actions_for(
            [
                (finding, diagnostic)
                for finding, diagnostic in zip(findings, diagnostics, strict=True)
                if _meet(diagnostic.range, params.range)
            ],
            part,
            server.client.encoding,
            versioned=server.client.versioned_edits,
        )


def _serve_pulls(server: QdrantServer) -> None:
    """Answer clients that ask for diagnostics; the others are sent them."""
    options = types.DiagnosticOptions(
        inter_file_dependencies=True,
        workspace_diagnostics=server.client.whole_workspace,
        identifier=_NAME,
    )

    @server.feature(types.TEXT_DOCUMENT_DIAGNOSTIC, options)
    async def pull(params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
        uri = params.text_document.uri
        server.asked(uri)
        snapshot = server.documents.snapshot(uri)
        result = None if snapshot is None else await server.current(snapshot.path)
        index = None if result is None else result.snapshot.part(uri)
        if result is None or index is None:
            return types.RelatedFullDocumentDiagnosticReport([])
        diagnostics = server.diagnostics(result, index)
        result_id = server.pulled(uri, diagnostics)
        if result_id == params.previous_result_id:
            return types.RelatedUnchangedDocumentDiagnosticReport(result_id)
        return types.RelatedFullDocumentDiagnosticReport(diagnostics, result_id=result_id)

    if not server.client.whole_workspace:
        return

    @server.feature(types.WORKSPACE_DIAGNOSTIC)
    async def pull_all(params: types.WorkspaceDiagnosticParams) -> types.WorkspaceDiagnosticReport:
        before = {one.uri: one.value for one in params.previous_result_ids}
        items: list[types.WorkspaceDocumentDiagnosticReport] = []
        for result in await server.everything():
            for index, part in enumerate(result.snapshot.parts):
                diagnostics = server.diagnostics(result, index)
                result_id = server.pulled(part.uri, diagnostics)
                if before.pop(part.uri, None) == result_id:
                    items.append(
                        types.WorkspaceUnchangedDocumentDiagnosticReport(
                            part.uri, result_id, part.version
                        )
                    )
                else:
                    items.append(
                        types.WorkspaceFullDocumentDiagnosticReport(
                            part.uri, diagnostics, part.version, result_id=result_id
                        )
                    )
        items += (types.WorkspaceFullDocumentDiagnosticReport(uri, []) for uri in before)
        return types.WorkspaceDiagnosticReport(items)


def _holds(place: types.Range, position: types.Position) -> bool:
    return place.start <= position <= place.end


def _meet(one: types.Range, other: types.Range) -> bool:
    return one.start <= other.end and other.start <= one.end


class _ToClient(logging.Handler):
    """Sends what is logged to the client's own log as well."""

    def __init__(self, server: QdrantServer) -> None:
        super().__init__(logging.WARNING)
        self._server = server

    def emit(self, record: logging.LogRecord) -> None:
        """Send one line, and the stack that belongs to it."""
        kinds = {logging.WARNING: types.MessageType.Warning, logging.ERROR: types.MessageType.Error}
        kind = kinds.get(record.levelno, types.MessageType.Info)
        self._server.log_later(types.LogMessageParams(kind, self.format(record)))
