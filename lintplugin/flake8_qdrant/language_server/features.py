"""The features of the protocol: what the server does when a client sends a message."""

from __future__ import annotations

import logging
from typing import Final

from lsprotocol import types

from flake8_qdrant.language_server.actions import actions_for
from flake8_qdrant.language_server.diagnostics import findings_of_part, range_of
from flake8_qdrant.language_server.documents import path_of
from flake8_qdrant.language_server.projects import CONFIGURATION
from flake8_qdrant.language_server.server import NAME, QdrantServer
from flake8_qdrant.rules import RULES
from flake8_qdrant.rules.documentation import document

_WATCHED: Final = ("*.py", "*.pyi", "*.ipynb", *CONFIGURATION)
_DOCUMENTS: Final = {rule.code: document(rule) for rule in RULES}


def make_server() -> QdrantServer:
    """Return a server with all its features."""
    server = QdrantServer()
    _serve_life(server)
    _serve_documents(server)
    _serve_questions(server)
    return server


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
                f"{NAME}-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options
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
        identifier=NAME,
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
