"""Which files may tell of a name: looked up in their bytes, before anything is parsed.

What is found may be too much, never too little, so that whoever asks parses these files and no
others.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Set

_WORD: Final = re.compile(rb"\w+")
_CLASS: Final = re.compile(rb"^[ \t]*class[ \t]+\w+[^(:\n]*\(([^)]*)\)", re.MULTILINE)
_ALIAS: Final = re.compile(rb"(\w+)\s+as\s+(\w+)")
_PROPERTY: Final = re.compile(
    rb"@[^\n]*property(?:[^\n]|\n(?![ \t]*(?:async[ \t]+)?def\b))*\n\s*(?:async\s+)?def\s+(\w+)"
)
_ASSIGNED: Final = re.compile(
    rb"\.(\w+)[ \t)\]]*(?:=(?!=)|:[^=\n]+=(?!=)|,[^=\n]*[^=!<>\n]=(?!=)|,?[^:\n]*\bin\b)"
)
"""What may be an attribute's assignment: plain, annotated, one of several, by a loop."""
_BOUND: Final = re.compile(rb"\bas\s+\(?([\w. ,]*\.\w+)")
"""By `with`."""
_OWN: Final = re.compile(rb"^(?: {8}|\t\t)\s*self\.\w+[ \t]*(?::[^=\n]+)?=(?!=)", re.MULTILINE)
"""An assignment of a method to its receiver, which no other file need look for."""


class _File(NamedTuple):
    """What a file's bytes tell."""

    words: Set[bytes]
    bases: Set[bytes]
    properties: Set[bytes]
    assigned: Set[bytes]


class Words:
    """An index of the words of some files.

    Args:
        paths: the files, in the order in which they are given back.
        read: gives a file's code as bytes; those of an unreadable one are empty.
    """

    def __init__(self, paths: Iterable[str], read: Callable[[str], bytes]) -> None:
        self._paths = tuple(paths)
        self._read = read

    def holding(self, name: str) -> list[str]:
        """Return the files that have a name anywhere."""
        return self._named(self._index.words, name)

    def deriving(self, name: str) -> list[str]:
        """Return the files with a class that may derive from one of the name."""
        return self._named(self._index.bases, name)

    def assigning(self, name: str) -> list[str]:
        """Return the files that may set the attribute of an object, other than in its methods."""
        return self._named(self._index.assigned, name)

    def with_property(self, name: str) -> list[str]:
        """Return the files that may define a property of the name."""
        return self._named(self._index.properties, name)

    def _named(self, index: dict[bytes, list[int]], name: str) -> list[str]:
        return [self._paths[at] for at in index.get(name.encode("utf-8", "replace"), ())]

    @cached_property
    def _index(self) -> _Index:
        index = _Index(defaultdict(list), defaultdict(list), defaultdict(list), defaultdict(list))
        for at, path in enumerate(self._paths):
            found = _look(self._read(path))
            for words, places in zip(found, index, strict=True):
                for word in words:
                    places[word].append(at)
        return index


class _Index(NamedTuple):
    """The files of each word, by their place."""

    words: dict[bytes, list[int]]
    bases: dict[bytes, list[int]]
    properties: dict[bytes, list[int]]
    assigned: dict[bytes, list[int]]


def _look(data: bytes) -> _File:
    bases = {word for listed in _CLASS.findall(data) for word in _WORD.findall(listed)}
    if bases:
        bases |= {name for name, alias in _ALIAS.findall(data) if alias in bases}
    bound = {word for listed in _BOUND.findall(data) for word in _WORD.findall(listed)}
    assigned = set(_ASSIGNED.findall(_OWN.sub(b"", data))) | bound
    properties = set(_PROPERTY.findall(data)) if b"property" in data else frozenset()
    return _File(set(_WORD.findall(data)), bases, properties, assigned)
