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
_TOKEN: Final = re.compile(rb"(?:\b(?:def|class|as) )?\w+[ \t]*[^\w \t]?")
"""A word with what tells its part: what defines it before, or one character behind."""
_SEVERAL: Final = re.compile(rb"^([^=\n]+)=(?!=)|\bfor\b([^:\n]{0,300}?)\bin\b", re.MULTILINE)
"""What may be the targets of an assignment to several, or of a loop."""
_DEFINING: Final = (b"def ", b"class ", b"as ")
_CLASS: Final = re.compile(rb"^[ \t]*class[ \t]+\w+[^(:\n]*\(([^)]*)\)", re.MULTILINE)
_ALIAS: Final = re.compile(rb"(\w+)\s+as\s+(\w+)")
_PROPERTY: Final = re.compile(
    rb"@[^\n]*property(?:[^\n]|\n(?![ \t]*(?:async[ \t]+)?def\b))*\n\s*(?:async\s+)?def\s+(\w+)"
)
_ASSIGNED: Final = re.compile(
    rb"\.(\w+)(?=[ \t)\]]*(?:=(?!=)|:[^=\n]{1,300}=(?!=)|,[^=\n]{0,300}[^=!<>\n]=(?!=)"
    rb"|,?[^:\n]{0,300}\bin\b))"
)
"""What may be an attribute's assignment: plain, annotated, one of several, by a loop.

How far it looks ahead is bounded, as a line of generated data may have a million characters.
"""
_BOUND: Final = re.compile(rb"\bas\s+\(?([\w. ,]*\.\w+)")
"""By `with`."""
_OWN: Final = re.compile(rb"^(?: {8}|\t\t)\s*self\.\w+[ \t]*(?::[^=\n]+)?=(?!=)", re.MULTILINE)
"""An assignment of a method to its receiver, which no other file need look for."""


class Place(Enum):
    """Where a name is looked for."""

    CALLED = "a call of it"
    BOUND = "what gives it a value, other than an import"
    HELD = "a container that something may be put into"
    BASE = "the bases of a class"
    ASSIGNED = "an attribute of an object that is set, other than in its methods"
    PROPERTY = "a property that is defined"


class Words:
    """An index of the words of some files, by the places where they stand.

    Args:
        paths: the files, in the order in which they are given back.
        read: gives a file's code as bytes; those of an unreadable one are empty.
    """

    def __init__(self, paths: Iterable[str], read: Callable[[str], bytes]) -> None:
        self._paths = tuple(paths)
        self._read = read

    def files(self, place: Place, name: str) -> list[str]:
        """Return the files that may have a name at such a place."""
        known = self._index[place].get(name.encode("utf-8", "replace"), ())
        return [self._paths[at] for at in known]

    def anywhere(self, name: str) -> list[str]:
        """Return the files that have a name anywhere."""
        sought = name.encode("utf-8", "replace")
        word = re.compile(rb"\b" + re.escape(sought) + rb"\b")
        codes = ((path, self._read(path)) for path in self._paths)
        return [path for path, code in codes if sought in code and word.search(code)]

    def renew(self, path: str, before: bytes) -> set[str]:
        """Look at a file again, and return the names that it has no more, or now has.

        Args:
            path: one of the files.
            before: its code when it was looked at last.
        """
        code = self._read(path)
        changed: set[bytes] = set(_WORD.findall(before)) ^ set(_WORD.findall(code))
        if "_index" in self.__dict__:
            at = bisect_left(self._paths, path)
            old, found = _look(before), _look(code)
            for place, index in self._index.items():
                for word in old[place] - found[place]:
                    index[word].remove(at)
                for word in found[place] - old[place]:
                    insort(index.setdefault(word, []), at)
                changed |= old[place] ^ found[place]
        return {word.decode("utf-8", "replace") for word in changed}

    @cached_property
    def _index(self) -> dict[Place, dict[bytes, list[int]]]:
        index: dict[Place, dict[bytes, list[int]]] = {place: {} for place in Place}
        for at, path in enumerate(self._paths):
            for place, words in _look(self._read(path)).items():
                places = index[place]
                for word in words:
                    places.setdefault(word, []).append(at)
        return index


def _look(data: bytes) -> dict[Place, Set[bytes]]:
    bases = {word for listed in _CLASS.findall(data) for word in _WORD.findall(listed)}
    if bases:
        bases |= {name for name, alias in _ALIAS.findall(data) if alias in bases}
    with_targets = {word for listed in _BOUND.findall(data) for word in _WORD.findall(listed)}
    assigned = set(_ASSIGNED.findall(_OWN.sub(b"", data))) | with_targets
    properties = set(_PROPERTY.findall(data)) if b"property" in data else frozenset()
    called, bound, held = _by_token(data)
    bound |= with_targets
    for targets, loop_targets in _SEVERAL.findall(data):
        if loop_targets or b"," in targets:
            bound.update(_WORD.findall(loop_targets or targets))
    return {
        Place.CALLED: called,
        Place.BOUND: bound,
        Place.HELD: held,
        Place.BASE: bases,
        Place.ASSIGNED: assigned,
        Place.PROPERTY: properties,
    }


def _by_token(data: bytes) -> tuple[set[bytes], set[bytes], set[bytes]]:
    """Return the words that are called, that get a value, and that have an item or member used."""
    called: set[bytes] = set()
    bound: set[bytes] = set()
    held: set[bytes] = set()
    by_end = {b"(": called, b"=": bound, b":": bound, b"[": held, b".": held}
    for token in set(_TOKEN.findall(data)):
        if token.startswith(_DEFINING):
            bound.update(_WORD.findall(token))
            continue
        words = by_end.get(token[-1:])
        if words is not None:
            words.add(token[:-1].rstrip())
    return called, bound, held
