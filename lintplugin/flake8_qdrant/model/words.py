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
    rb"\.(\w+)(?=[ \t)\]]*(?:=(?!=)|:[^=\n]+=(?!=)|,[^=\n]*[^=!<>\n]=(?!=)|,?[^:\n]*\bin\b))"
)
"""What may be an attribute's assignment: plain, annotated, one of several, by a loop."""
_BOUND: Final = re.compile(rb"\bas\s+\(?([\w. ,]*\.\w+)")
"""By `with`."""
_OWN: Final = re.compile(rb"^(?: {8}|\t\t)\s*self\.\w+[ \t]*(?::[^=\n]+)?=(?!=)", re.MULTILINE)
"""An assignment of a method to its receiver, which no other file need look for."""


class Place(Enum):
    """Where a name is looked for."""

    ANYWHERE = "anywhere"
    BASE = "the bases of a class"
    ASSIGNED = "an attribute of an object that is set, other than in its methods"
    PROPERTY = "a property that is defined"


class Words:
    """An index of the words of some files.

    Args:
        paths: the files, in the order in which they are given back.
        read: gives a file's code as bytes; those of an unreadable one are empty.
        keeping: whether files will be looked at again.
    """

    def __init__(
        self, paths: Iterable[str], read: Callable[[str], bytes], *, keeping: bool
    ) -> None:
        self._paths = tuple(paths)
        self._read = read
        self._keeping = keeping
        self._of_file: list[dict[Place, tuple[bytes, ...]]] = []
        """The words of each file, if they are kept."""

    def files(self, place: Place, name: str) -> list[str]:
        """Return the files that may have a name at such a place."""
        known = self._index[place].get(name.encode("utf-8", "replace"), ())
        return [self._paths[at] for at in known]

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
    def _index(self) -> dict[Place, dict[bytes, list[int]]]:
        index: dict[Place, dict[bytes, list[int]]] = {place: {} for place in Place}
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


def _look(data: bytes) -> dict[Place, Set[bytes]]:
    bases = {word for listed in _CLASS.findall(data) for word in _WORD.findall(listed)}
    if bases:
        bases |= {name for name, alias in _ALIAS.findall(data) if alias in bases}
    bound = {word for listed in _BOUND.findall(data) for word in _WORD.findall(listed)}
    assigned = set(_ASSIGNED.findall(_OWN.sub(b"", data))) | bound
    properties = set(_PROPERTY.findall(data)) if b"property" in data else frozenset()
    return {
        Place.ANYWHERE: set(_WORD.findall(data)),
        Place.BASE: bases,
        Place.ASSIGNED: assigned,
        Place.PROPERTY: properties,
    }
