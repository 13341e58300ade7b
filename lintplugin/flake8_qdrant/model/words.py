"""Which files may tell of a name: looked up in their bytes, before anything is parsed.

What is found may be too much, never too little, so that whoever asks parses these files and no
others.
"""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Set

_WORD: Final = re.compile(rb"\w+")
_CLASS: Final = re.compile(rb"^[ \t]*class[ \t]+\w+[^(:\n]*\(([^)]*)\)", re.MULTILINE)
_ALIAS: Final = re.compile(rb"(\w+)\s+as\s+(\w+)")
_PROPERTY: Final = re.compile(
    rb"@[^\n]*property(?:[^\n]|\n(?![ \t]*(?:async[ \t]+)?def\b))*\n\s*(?:async\s+)?def\s+(\w+)"
)
_ASSIGNED: Final = re.compile(
    rb"\.(\w+)\b(?=[ \t)\]]*(?:=(?!=)|:[^=\n]{1,300}=(?!=)|,[^=\n]{0,300}[^=!<>\n]=(?!=)"
    rb"|,?[^:\n]{0,300}\bin\b))"
)
"""What may be an attribute's assignment: plain, annotated, one of several, by a loop.

How far it looks ahead is bounded, as a line of generated data may have a million characters.
"""
_SET_BY_NAME: Final = re.compile(rb"\bsetattr\(\s*[^,()]{1,200},\s*['\"](\w+)['\"]")
_COMMENTED: Final = re.compile(rb"#[^\n]*\n\s*\(")
_CALLED: Final = re.compile(rb"(?<!\bdef )(?<!\bclass )\b(\w+)(?:\s|\\\n|#[^\n]*\n)*\(")
_WORDS: Final = bytes(
    code if char == "_" or (char.isascii() and char.isalnum()) else 32
    for code, char in enumerate(map(chr, range(256)))
)
"""Makes blanks of all but words."""
_PLAIN: Final = bytes(
    code if char in "_(" or (char.isascii() and char.isalnum()) else b". "[char in " \t\n\r\v\f\\"]
    for code, char in enumerate(map(chr, range(256)))
)
"""Keeps words and opening parentheses, and makes dots of all that is no blank."""
_BOUND: Final = re.compile(rb"\bas\s+\(?([\w. ,]*\.\w+)")
"""By `with`."""
_OWN: Final = re.compile(rb"^(?: {8}|\t\t)\s*self\.\w+[ \t]*(?::[^=\n]+)?=(?!=)", re.MULTILINE)
"""An assignment of a method to its receiver, which no other file need look for."""


class NameUse(Enum):
    """Where a name is looked for."""

    ANYWHERE = "anywhere"
    CALLED = "the last name of what is called"
    BASE = "the bases of a class"
    ASSIGNED = "an attribute of an object that is set, other than in its methods"
    PROPERTY = "a property that is defined"


Places = dict[str, dict[str, list[str]]]
"""The paths of the files that have a name, by the name of a `NameUse`, for each name."""


def names_changed(old: bytes, new: bytes) -> set[str]:
    """Return the names that a text has no more, or now has, at any place."""
    before, after = _look(old), _look(new)
    changed = {word for place in NameUse for word in before[place] ^ after[place]}
    return {word.decode("utf-8", "replace") for word in changed}


def renewed(places: Places, path: str, data: bytes, names: Set[str]) -> None:
    """Have it known where names are that a file has no more, or now has."""
    found = _look(data)
    for name in names & places.keys():
        word = name.encode("utf-8", "replace")
        for place in NameUse:
            files = set(places[name][place.name]) - {path}
            places[name][place.name] = sorted(files | ({path} if word in found[place] else set()))


class Words:
    """An index of the words of some files.

    Args:
        paths: the files, in the order in which they are given back.
        read: gives a file's code as bytes; those of an unreadable one are empty.
        keeping: whether files will be looked at again.
        kept: where names are, from an earlier run.
    """

    def __init__(
        self,
        paths: Iterable[str],
        read: Callable[[str], bytes],
        *,
        keeping: bool,
        kept: Places | None = None,
    ) -> None:
        self._paths = tuple(paths)
        self._read = read
        self._keeping = keeping
        self._kept = dict(kept or {})
        self._looked: dict[str, dict[NameUse, Set[bytes]]] = {}
        self._of_file: list[dict[NameUse, tuple[bytes, ...]]] = []
        """The words of each file, if they are kept."""

    def files(self, place: NameUse, name: str) -> list[str]:
        """Return the files that may have a name at such a place."""
        if "_index" in self.__dict__:
            known = self._index[place].get(name.encode("utf-8", "replace"), ())
            return [self._paths[at] for at in known]
        kept = self._kept.get(name)
        if kept is None:
            if not self._kept:
                self.index()
                return self.files(place, name)
            kept = self._kept[name] = self._searched(name.encode("utf-8", "replace"))
        return kept[place.name]

    def index(self) -> None:
        """Find where all names are."""
        _ = self._index

    def of(self, names: Iterable[str]) -> Places:
        """Return where names are, for another run."""
        return {name: {place.name: self.files(place, name) for place in NameUse} for name in names}

    def _searched(self, name: bytes) -> dict[str, list[str]]:
        """Look for a name alone, in all files."""
        found: dict[str, list[str]] = {place.name: [] for place in NameUse}
        for path, data in self._contents.items():
            if name in data:
                if path not in self._looked:
                    self._looked[path] = _look(data)
                for place, words in self._looked[path].items():
                    if name in words:
                        found[place.name].append(path)
        return found

    @cached_property
    def _contents(self) -> dict[str, bytes]:
        return {path: self._read(path) for path in self._paths}

    def renew(self, path: str) -> set[str]:
        """Look at a file again, and return the names that it has no more, or now has."""
        if "_index" not in self.__dict__:
            return set()
        at = bisect_left(self._paths, path)
        found = _look(self._read(path))
        changed: set[bytes] = set()
        for place, index in self._index.items():
            new, old = found[place], set(self._of_file[at][place])
            for word in old - new:
                index[word].remove(at)
                if not index[word]:
                    del index[word]
            for word in new - old:
                insort(index.setdefault(word, []), at)
            changed |= old ^ new
        self._of_file[at] = {place: tuple(words) for place, words in found.items()}
        return {word.decode("utf-8", "replace") for word in changed}

    @cached_property
    def _index(self) -> dict[NameUse, dict[bytes, list[int]]]:
        index: dict[NameUse, dict[bytes, list[int]]] = {place: {} for place in NameUse}
        words_once: dict[bytes, bytes] = {}
        for at, path in enumerate(self._paths):
            found = _look(self._read(path))
            for place, words in found.items():
                places = index[place]
                for word in words:
                    places.setdefault(word, []).append(at)
            if self._keeping:
                kept = {
                    place: tuple(words_once.setdefault(word, word) for word in words)
                    for place, words in found.items()
                }
                self._of_file.append(kept)
        return index


def _look(data: bytes) -> dict[NameUse, Set[bytes]]:
    bases = {word for listed in _CLASS.findall(data) for word in _WORD.findall(listed)}
    if bases:
        bases |= {name for name, alias in _ALIAS.findall(data) if alias in bases}
    bound = {word for listed in _BOUND.findall(data) for word in _WORD.findall(listed)}
    assigned = set(_ASSIGNED.findall(_OWN.sub(b"", data))) | bound
    if b"setattr(" in data:
        assigned.update(_SET_BY_NAME.findall(data))
    properties = set(_PROPERTY.findall(data)) if b"property" in data else frozenset()
    return {
        NameUse.ANYWHERE: set(data.translate(_WORDS).split()),
        NameUse.CALLED: _called(data),
        NameUse.BASE: bases,
        NameUse.ASSIGNED: assigned,
        NameUse.PROPERTY: properties,
    }


def _called(data: bytes) -> set[bytes]:
    """Return the words before an opening parenthesis, those of definitions aside."""
    if _COMMENTED.search(data):
        return set(_CALLED.findall(data))
    found = set()
    for piece in data.translate(_PLAIN).split(b"(")[:-1]:
        before = piece.rstrip()
        name = before[max(before.rfind(b" "), before.rfind(b".")) + 1 :]
        if not before.endswith((b"def " + name, b"class " + name)):
            found.add(name)
    found.discard(b"")
    return found
