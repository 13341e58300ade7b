"""What of an earlier run still holds after some files have changed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from flake8_qdrant.discovery import read
from flake8_qdrant.facts.parts import change
from flake8_qdrant.facts.source import Source
from flake8_qdrant.facts.text import UncheckableError, python_text, require_parsable
from flake8_qdrant.model.reachability import ties
from flake8_qdrant.model.reads import Numbers, Reads
from flake8_qdrant.model.words import NameUse, names_changed, renewed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flake8_qdrant.cache import Entry
    from flake8_qdrant.facts_store import FactsStore
    from flake8_qdrant.model.words import Places


class Record:
    """What findings rest on, as an earlier run left it, and as this one goes on with it.

    Attributes:
        reads: records what is read; none of it counts where nothing is kept.
        places: where names are that were looked up.
    """

    def __init__(self, entry: Entry, root: str, *, recording: bool) -> None:
        self._root = root
        self.reads = Reads(recording=recording, files=len(entry.stamps))
        if entry.names or entry.parts:
            self.reads.restore(Numbers(entry.parts, entry.names))
        files = [os.path.join(root, name) for name in entry.matters]
        self.places: Places = {
            name: {
                place.name: [files[at] for at in found]
                for place, found in zip(NameUse, each, strict=True)
            }
            for name, each in entry.places.items()
        }

    def still_holding(self, entry: Entry, changed: Iterable[str], store: FactsStore) -> bool:
        """Leave in an entry what still holds, and tell whether the same files surely matter.

        Args:
            entry: what an earlier run left.
            changed: the files that may have changed since, from the project's folder.
            store: has the facts of files as they were, and takes those of the new texts.
        """
        dirty, are_same = 0, True
        edited: set[str] = set()
        for name in changed:
            known, path = entry.contents.get(name), os.path.join(self._root, name)
            text = _text(path)
            if known is None:
                are_same = False  # nothing is known of it
                continue
            if known == ("" if text is None else store.digest(text)):
                continue
            edited.add(name)
            old = store.earlier(path, known) if known else None
            new = None if text is None else Source(Path(path), text, store.table(path, text))
            before = b"" if old is None else old.text.encode()
            after = b"" if text is None else text.encode()
            are_same &= old is not None and ties(before) == ties(after)
            names = entry.names.keys() if old is None else names_changed(before, after)
            renewed(self.places, path, after, names)
            how = None if old is None or new is None else change(old, new)
            dirty |= self.reads.changed(path, how, names).contents
            self.reads.keep_parts(new, path)
        entry.findings = {
            name: found
            for name, found in entry.findings.items()
            if name not in edited and not int(entry.reads[name], 16) & dirty
        }
        entry.reads = {name: entry.reads[name] for name in entry.findings}
        entry.silenced = {name: one for name, one in entry.silenced.items() if name in entry.reads}
        for name in edited:
            del entry.contents[name]
        return are_same

    def write(self, entry: Entry, places: Places) -> None:
        """Leave for a later run what bits stand for, and where the names are."""
        entry.parts, entry.names = self.reads.dump()
        index = {os.path.join(self._root, name): at for at, name in enumerate(entry.matters)}
        # A file that no longer matters may still be known from before: no finding rests on it.
        entry.places = {
            name: [[index[path] for path in each[place.name] if path in index] for place in NameUse]
            for name, each in places.items()
        }


def _text(path: str) -> str | None:
    """Return the text of a file as the engine would parse it, or None if it would not."""
    try:
        text = python_text(path, read(path))
        require_parsable(text)
    except (OSError, UncheckableError):
        return None
    return text
