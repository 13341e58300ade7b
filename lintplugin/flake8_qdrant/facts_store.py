"""The facts of files as an earlier run found them: a file whose text is the same costs no parsing.

Loading takes a tenth of the time that parsing takes.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from typing import TYPE_CHECKING

from flake8_qdrant.cache import make_folder, name_of, own_identity, replace_file
from flake8_qdrant.facts.parse import parse
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
        self.loaded = 0
        """How many files' facts were there."""

    def table(self, path: str, text: str) -> NodeTable:
        """Return the nodes of a file's text, and keep them for another run."""
        if self._above is None or self._folder is None:
            return parse(text)
        file = _file(self._folder, path)
        digest = self._digest(text)
        known = _load(file, digest, text)
        if known is not None:
            self.loaded += 1
            return known
        table = parse(text)
        data = json.dumps({"digest": digest, **to_stored(table)}).encode()
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

    def _digest(self, text: str) -> str:
        """Return a digest of a text and of what makes facts of it."""
        return hashlib.sha256(f"{self._identity}\n{text}".encode()).hexdigest()


def _file(folder: str, path: str) -> str:
    return os.path.join(folder, f"{name_of(path)}.json")


def _load(file: str, digest: str, text: str) -> NodeTable | None:
    try:
        with open(file, "rb") as stream:
            stored = json.loads(stream.read())
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(stored, dict) or stored.get("digest") != digest:
        return None
    return from_stored(text, stored)
