"""What the client has open: texts, and notebooks as the cells that they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from lsprotocol import types
from pygls.protocol import LanguageServerProtocol, lsp_method
from pygls.uris import to_fs_path
from pygls.workspace import TextDocument, Workspace

from flake8_qdrant.language_server.positions import Encoding, split_lines

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from typing import Any

NOTEBOOK: Final = ".ipynb"
_PYTHON: Final = (".py", ".pyi")


@dataclass(frozen=True, slots=True)
class Part:
    """A text with an address of its own: a file, or one code cell of a notebook."""

    uri: str
    version: int | None
    lines: list[str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A file as the client had it at one moment.

    Attributes:
        path: the file's path.
        parts: the one text, or one for each code cell of a notebook in their order.
        is_open: whether the client has it open, or it was read from disk.
    """

    path: str
    parts: tuple[Part, ...]
    is_open: bool = True

    @property
    def is_notebook(self) -> bool:
        """Whether the parts are cells."""
        return self.path.endswith(NOTEBOOK)

    def part(self, uri: str) -> int | None:
        """Return the index of the part with an address."""
        return next((index for index, one in enumerate(self.parts) if one.uri == uri), None)


def path_of(uri: str) -> str | None:
    """Return the path of a file's URI; None of any other, such as that of an unnamed text."""
    return to_fs_path(uri) if uri.startswith("file:") else None


def part_of(uri: str, version: int | None, text: str) -> Part:
    """Return a part with its lines."""
    return Part(uri, version, split_lines(text))


class Document(TextDocument):
    """A text whose edits are applied at the protocol's lines, and past a line's end at its end."""

    def _apply_incremental_change(self, change: types.TextDocumentContentChangePartial) -> None:
        encoding = Encoding(self.position_codec.encoding or types.PositionEncodingKind.Utf16)
        text, lines = self.source, split_lines(self.source)
        start = encoding.offset(text, lines, change.range.start)
        end = encoding.offset(text, lines, change.range.end)
        self._source = text[:start] + change.text + text[max(start, end) :]


class Documents(Workspace):
    """Everything that is open, in pygls' own keeping."""

    def _create_text_document(
        self,
        doc_uri: str,
        source: str | None = None,
        version: int | None = None,
        language_id: str | None = None,
    ) -> TextDocument:
        return Document(
            doc_uri,
            source=source,
            version=version,
            language_id=language_id,
            sync_kind=types.TextDocumentSyncKind.Incremental,
            position_codec=self.position_codec,
        )

    def snapshot(self, uri: str) -> Snapshot | None:
        """Return an open document, or the notebook that a cell belongs to; None if it is neither.

        None also stands for what has no path, and for what is no Python.
        """
        notebook = self.get_notebook_document(notebook_uri=uri)
        notebook = notebook or self.get_notebook_document(cell_uri=uri)
        path = path_of(uri if notebook is None else notebook.uri)
        if path is None:
            return None
        if notebook is not None:
            return Snapshot(path, tuple(self._code_cells(notebook)))
        document = self.text_documents.get(unquote(uri))
        if document is None:
            return None
        if path.endswith(NOTEBOOK):
            return None  # as JSON: only a client that knows of cells can be told where findings are
        if not path.endswith(_PYTHON) and document.language_id != "python":
            return None
        return Snapshot(path, (part_of(document.uri, document.version, document.source),))

    def _code_cells(self, notebook: types.NotebookDocument) -> Iterator[Part]:
        for cell in notebook.cells:
            if cell.kind is types.NotebookCellKind.Code:
                document = self.get_text_document(cell.document)
                if document.language_id in (None, "python"):
                    yield part_of(cell.document, document.version, document.source)


class Protocol(LanguageServerProtocol):
    """pygls' protocol over our `Documents`."""

    @lsp_method(types.INITIALIZE)
    def lsp_initialize(
        self, params: types.InitializeParams
    ) -> Generator[Any, Any, types.InitializeResult]:
        """Initialize, with documents in which pygls' own workspace would misplace edits."""
        result = yield from super().lsp_initialize(params)
        given = self.workspace
        self._workspace = Documents(
            given.root_uri,
            types.TextDocumentSyncKind.Incremental,
            list(given.folders.values()),
            given.position_encoding,
        )
        return result
