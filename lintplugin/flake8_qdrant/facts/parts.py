"""The parts of a file that change apart from each other: its functions' bodies, and what is around.

Who has looked at one part only need not look again when another one changes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from flake8_qdrant.facts.scopes import ScopeKind

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from flake8_qdrant.facts.scopes import Binding
    from flake8_qdrant.facts.source import Source

OUTSIDE: Final = ""
"""The part of a file that is around all bodies."""
_DEFINED: Final = (ScopeKind.FUNCTION, ScopeKind.CLASS)


class Body(NamedTuple):
    """The body of a function that is in no other function.

    Attributes:
        key: its name in the file, which no other body has.
        first, last: its first row, and the row after it.
        start, end: its span, as character offsets.
    """

    key: str
    first: int
    last: int
    start: int
    end: int


class Change(NamedTuple):
    """How two texts of a file differ.

    Attributes:
        parts: the keys of the parts that are not the same in both.
        names: those that are called, put into or assigned to elsewhere than before.
        lines: whether a part is on other lines.
    """

    parts: frozenset[str]
    names: frozenset[str]
    lines: bool


def bodies(source: Source) -> list[Body]:
    """Return the bodies of a file's functions, in document order."""
    found: list[Body] = []
    known: Counter[str] = Counter()
    lasts = source.table.lasts
    for scope in source.scopes:
        if scope.kind is not ScopeKind.FUNCTION or (found and scope.row < found[-1].last):
            continue
        name = scope.qualified_name
        known[name] += 1
        key = f"{name} {known[name]}"
        found.append(Body(key, scope.row, lasts[scope.row], scope.start, scope.end))
    return found


def change(old: Source, new: Source) -> Change:
    """Tell how two texts of a file differ, for whoever does not look at comments."""
    before, after = _Parts(old), _Parts(new)
    names = _names(before).items() ^ _names(after).items()
    return Change(
        frozenset(key for key, _ in before.texts.items() ^ after.texts.items()),
        frozenset(name for name, _ in names),
        before.lines != after.lines,
    )


class _Parts:
    """A file taken to its parts, each with all that can be seen of it."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.bodies = bodies(source)
        self._starts = [body.start for body in self.bodies]
        self.texts: dict[str, Hashable] = {}
        text, gaps = source.text, list(_comments(source))
        around, at = [], 0
        for body in self.bodies:
            around.append(_without(text, at, body.start, gaps))
            self.texts[body.key] = _without(text, body.start, body.end, gaps)
            at = body.end
        around.append(_without(text, at, len(text), gaps).rstrip())
        doubtful = text if source.table.doubtful else None
        self.texts[OUTSIDE] = (tuple(around), tuple(self._seen_outside()), doubtful)
        place = source.table.place
        self.lines = [(place(body.start)[0], place(body.end)[0]) for body in self.bodies]

    def at(self, position: int) -> str:
        """Return the key of the part that holds a position."""
        index = bisect_right(self._starts, position) - 1
        inside = index >= 0 and position < self.bodies[index].end
        return self.bodies[index].key if inside else OUTSIDE

    def _seen_outside(self) -> Iterator[Hashable]:
        """Give what bodies say of the module and its classes, and the names that they define."""
        for scope in self.source.scopes:
            inside = self.at(scope.start - 1) if scope.start else OUTSIDE
            if inside != OUTSIDE and scope.kind in _DEFINED:
                yield scope.kind, scope.qualified_name, scope.is_async
            if scope.kind is ScopeKind.MODULE:
                bound = (one for each in scope.bindings.values() for one in each)
                places = ((one.name, one.kind, self.at(one.start)) for one in bound)
                yield tuple(one for one in places if one[-1] != OUTSIDE)
            for name, assigned in scope.attributes.items():
                yield (
                    name,
                    tuple((self.at(one.binding.start), *_form(one.binding)) for one in assigned),
                )


def _names(parts: _Parts) -> dict[str, Hashable]:
    """Return where and how a file calls, puts into and assigns to each name."""
    source = parts.source
    found: dict[str, Counter[Hashable]] = {}
    for name, calls in source.calls_by_name.items():
        found.setdefault(name, Counter()).update(("call", parts.at(one.start)) for one in calls)
    for name, puts in source.puts_by_name.items():
        places = (("put", parts.at(one.value.start), one.key, one.index is None) for one in puts)
        found.setdefault(name, Counter()).update(places)
    for name, assigned in source.outside_attributes_by_name.items():
        set_at = (("set", parts.at(one.binding.start), *_form(one.binding)) for one in assigned)
        found.setdefault(name, Counter()).update(set_at)
    return {name: frozenset(places.items()) for name, places in found.items()}


def _form(binding: Binding) -> tuple[Hashable, ...]:
    """Return what can be told of a binding without a look at its nodes."""
    return binding.kind, binding.unpack, binding.value is None, binding.annotation is None


def _comments(source: Source) -> Iterator[tuple[int, int]]:
    """Give the spans of a text's comments, with the blanks before them."""
    text = source.text
    strings: list[tuple[int, int]] = []
    for node in source.tree.find_all("string"):
        if not strings or node.start >= strings[-1][1]:
            strings.append((node.start, node.end))
    starts = [start for start, _ in strings]
    at = text.find("#")
    while at >= 0:
        inside = bisect_right(starts, at) - 1
        if inside >= 0 and at < strings[inside][1]:
            at = text.find("#", strings[inside][1])
            continue
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        while at and text[at - 1] in " \t":
            at -= 1
        yield at, end
        at = text.find("#", end)


def _without(text: str, start: int, end: int, gaps: Sequence[tuple[int, int]]) -> str:
    """Return a piece of a text without what is in the gaps, which are in order."""
    pieces = []
    for first, last in gaps[bisect_right(gaps, start, key=itemgetter(1)) :]:
        if first >= end:
            break
        pieces.append(text[start : max(first, start)])
        start = min(last, end)
    pieces.append(text[start:end])
    return "".join(pieces)
