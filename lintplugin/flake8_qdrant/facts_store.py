"""The facts of files as an earlier run found them: a file whose text is the same costs no parsing.

Loading takes a tenth of the time that parsing takes.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from flake8_qdrant.cache import make_folder, name_of, own_identity, replace_file
from flake8_qdrant.facts.parse import parse
from flake8_qdrant.facts.source import Source
from flake8_qdrant.facts.stored import from_stored, to_stored

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flake8_qdrant.facts.nodes import NodeTable


class FactsStore:
    """Tables of nodes on disk, in a file for each source file, used for the very same text only.

    What is missing, damaged, made by another version or for another text counts as not there; what
    cannot be written is not written.

    Args:
        folder: where findings are kept; a project's facts lie in a folder below it. None keeps
            nothing.
        root: the project's folder, absolute.
    """

    def __init__(self, folder: str | None, root: str) -> None:
        self._above = folder
        self._folder = None if folder is None else os.path.join(folder, f"{name_of(root)}.facts")
        self._identity = own_identity()
        self.digests: dict[str, str] = {}
        """What stands for the text of each file of which the nodes were asked."""
        self.loaded = 0
        """How many files' facts were there."""

    def table(self, path: str, text: str) -> NodeTable:
        """Return the nodes of a file's text, and keep them for another run."""
        if self._above is None or self._folder is None:
            return parse(text)
        file = _file(self._folder, path)
        digest = self.digests[path] = self.digest(text)
        known = _load(file, digest, text)
        if known is not None:
            self.loaded += 1
            return known
        table = parse(text)
        data = json.dumps({"digest": digest, "text": text, **to_stored(table)}).encode()
        with contextlib.suppress(OSError):
            make_folder(self._above)
            os.makedirs(self._folder, exist_ok=True)
            replace_file(file, data)
        return table

    def forget_others(self, paths: Iterable[str]) -> None:
        """Delete what is kept of files that are none of these: they are gone, or matter no more."""
        if self._folder is None:
            return
        kept = {_file(self._folder, path) for path in paths}
        with contextlib.suppress(OSError):
            for entry in os.scandir(self._folder):
                if entry.path not in kept:
                    os.unlink(entry.path)

    def earlier(self, path: str, digest: str) -> Source | None:
        """Return a file as it was when a digest stood for it, if that is what is kept of it."""
        stored = None if self._folder is None else _stored(_file(self._folder, path))
        text = None if stored is None else stored.get("text")
        if stored is None or not isinstance(text, str) or self.digest(text) != digest:
            return None
        table = from_stored(text, stored)
        return None if table is None else Source(Path(path), text, table)

    def digest(self, text: str) -> str:
        """Return a digest of a text and of what makes facts of it."""
        return hashlib.sha256(f"{self._identity}\n{text}".encode()).hexdigest()


def _file(folder: str, path: str) -> str:
    return os.path.join(folder, f"{name_of(path)}.json")


def _load(file: str, digest: str, text: str) -> NodeTable | None:
    stored = _stored(file)
    if stored is None or stored.get("digest") != digest:
        return None
    return from_stored(text, stored)


def _stored(file: str) -> dict[str, object] | None:
    try:
        with open(file, "rb") as stream:
            stored = json.loads(stream.read())
    except (OSError, ValueError, RecursionError):
        return None
    return stored if isinstance(stored, dict) else None
