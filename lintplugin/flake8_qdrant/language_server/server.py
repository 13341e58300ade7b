"""What a client has open and is shown, between the protocol and the analysis."""

from __future__ import annotations

import asyncio
import logging
import os
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path

from flake8_qdrant import __version__
from flake8_qdrant.language_server.analysis import Analysis
from flake8_qdrant.language_server.client import Client
from flake8_qdrant.language_server.diagnostics import diagnostics_of, digest_of
from flake8_qdrant.language_server.documents import Documents, Protocol, path_of
from flake8_qdrant.language_server.model import CheckerModel
from flake8_qdrant.language_server.positions import Encoding
from flake8_qdrant.language_server.projects import Projects

if TYPE_CHECKING:
    from flake8_qdrant.language_server.analysis import Checked
    from flake8_qdrant.language_server.documents import Snapshot

_LOG: Final = logging.getLogger(__name__)
NAME: Final = "flake8-qdrant"
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


class QdrantServer(LanguageServer):
    """The language server; its methods run on the event loop, apart from those of `Listener`."""

    def __init__(self) -> None:
        super().__init__(
            NAME, __version__, notebook_document_sync=_NOTEBOOKS, protocol_cls=Protocol
        )
        self.client = Client(Encoding())
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
        self.client = Client.from_params(params, encoding)
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
        params = types.ShowMessageParams(types.MessageType.Error, f"{NAME}: {message}")
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
            self._progress[root] = f"{NAME}-{uuid4()}"
            begin = partial(self._show_progress, root)
            self.work_done_progress.create(self._progress[root], begin)

    def _show_progress(self, root: str, _answer: object) -> None:
        if root in self._progress:  # else it was read before the client was ready
            title = f"{NAME} reads {os.path.basename(root) or root}"
            self._shown.add(root)
            begin = types.WorkDoneProgressBegin(title, cancellable=False)
            self.work_done_progress.begin(self._progress[root], begin)

    def _end_progress(self, root: str) -> None:
        token = self._progress.pop(root, None)
        if token is not None and root in self._shown:
            self._shown.discard(root)
            self.work_done_progress.end(token, types.WorkDoneProgressEnd())
