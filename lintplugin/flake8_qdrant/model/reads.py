"""What answers rest on: files, parts of files, and the names that were looked up in all files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from flake8_qdrant.facts.nodes import Watch
from flake8_qdrant.facts.parts import OUTSIDE, bodies

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flake8_qdrant.facts.parts import Change
    from flake8_qdrant.facts.source import Source

_EVERYTHING: Final = 1
_FILE: Final = " file"
"""Not the key of a part: the file's objects, which a new text replaces."""
_FOUND: Final = " found"
"""Whether there is a file that parses."""
_LINES: Final = " lines"


class Numbers(NamedTuple):
    """What bits stand for: the number of each part of each file, and of each name."""

    parts: dict[str, dict[str, int]]
    names: dict[str, int]


class Dirty(NamedTuple):
    """What has changed, as bits.

    Attributes:
        objects: an answer that rests on any of these may hold what is there no more.
        contents: a finding that rests on any of these may be another one now.
    """

    objects: int
    contents: int


class Reads:
    """Records what is read while an answer is found, each thing as a bit of a number.

    Without a record, which a run that keeps nothing has no use for, everything counts as nothing.

    Args:
        recording: whether there is a record.
        files: about how many files may be read; their bits come first, as they are asked for most.
    """

    def __init__(self, *, recording: bool = False, files: int = 0) -> None:
        self.recording = recording
        self._parts: dict[str, dict[str, int]] = {}
        """The number of each part of each file."""
        self._owners: dict[int, int] = {}
        """The number of the file that a part belongs to."""
        self._names: dict[str, int] = {}
        self._free: list[int] = []
        self._files = iter(range(1, files + 1))
        self._next = files + 1
        self._now = 0
        self._seen: set[int] = set()
        """The numbers of what was read since it was last counted in `_now`."""

    def dump(self) -> Numbers:
        """Return what the bits stand for, to be kept with what rests on them."""
        return Numbers(self._parts, self._names)

    def restore(self, numbers: Numbers) -> None:
        """Go on with the bits of an earlier run; none have been given yet."""
        self._parts, self._names = numbers
        for parts in self._parts.values():
            self._owners.update((number, parts[_FILE]) for number in parts.values())
        most = max((*self._owners, *self._names.values(), self._next - 1))
        self._files, self._next = iter(()), most + 1

    def of_fork(self, reads: dict[str, int], numbers: Numbers, common: int) -> dict[str, int]:
        """Return as bits of this process what was read in one that may be forked from it.

        Args:
            reads: what was read there, by anything.
            numbers: what the bits stand for there.
            common: the number of the first bit that may not stand for the same in both.
        """
        if numbers.parts is self._parts:
            return reads
        mine: dict[int, int] = {}
        for path, parts in numbers.parts.items():
            for key, number in parts.items():
                if number >= common:
                    known = self._of_file(path)
                    mine[number] = known[key] if key in known else self._new_part(known, key)
        for name, number in numbers.names.items():
            if number >= common:
                mine[number] = self._number_of(name)
        same = (1 << common) - 1
        return {
            one: sum({1 << mine[at + common] for at in _bits(read >> common)}, read & same)
            for one, read in reads.items()
        }

    @property
    def next(self) -> int:
        """The number of the first bit that has not been given."""
        return self._next

    @property
    def everything(self) -> int:
        """What an answer rests on that any change may change."""
        return _EVERYTHING if self.recording else 0

    def note_file(self, path: str) -> None:
        """Count a file, or that there is none, among what the present answer rests on."""
        if self.recording:
            self._seen.add(self._of_file(path)[_FOUND])

    def note_name(self, name: str) -> None:
        """Count where a name occurs in all files among what the present answer rests on."""
        if self.recording:
            self._seen.add(self._number_of(name))

    def watch(self, source: Source) -> None:
        """Have the parts of a file counted whenever they are looked at from now on."""
        if not self.recording:
            return
        parts = self._of_file(source.name)
        inner = []
        for body in bodies(source):
            number = parts.get(body.key)
            if number is None:
                number = self._new_part(parts, body.key)
            inner.append((number, body.first, body.last))
        source.table.watch = Watch(
            self._seen, parts[OUTSIDE], parts[_LINES], inner, len(source.table.kinds)
        )

    def add(self, read: int) -> None:
        """Count all that another answer rests on."""
        self._now |= read

    def begin(self) -> int:
        """Begin an answer of its own, and return what belongs to the one around it."""
        if self._seen:
            self._count()
        before, self._now = self._now, 0
        return before

    def end(self, before: int) -> int:
        """Return what the answer rests on, which counts for the one around it as well."""
        if self._seen:
            self._count()
        read = self._now
        self._now |= before
        return read

    def _count(self) -> None:
        """Count what was seen, and with a part of a file the objects that stand for it."""
        for number in self._seen:
            self._now |= 1 << number | 1 << self._owners.get(number, number)
        self._seen.clear()

    def changed(self, path: str, change: Change | None, names: Iterable[str]) -> Dirty:
        """Return what stands for a change of a file.

        Args:
            path: the file.
            change: how it differs from what it was; None if it was made or removed.
            names: those that it has no more or now has.
        """
        parts = self._of_file(path)
        anywhere = _EVERYTHING
        for name in (*names, *(() if change is None else change.names)):
            anywhere |= 1 << self._names[name] if name in self._names else 0
        if change is None:
            contents = sum(1 << number for number in parts.values())
        else:
            contents = sum(1 << parts[key] for key in change.parts if key in parts)
            contents |= change.lines << parts[_LINES]
        return Dirty(anywhere | 1 << parts[_FILE], anywhere | contents)

    def keep_parts(self, source: Source | None, path: str) -> None:
        """Give up the numbers of parts that a file has no more; nothing may rest on them."""
        kept = {OUTSIDE, _FILE, _FOUND, _LINES}
        if source is not None:
            kept.update(body.key for body in bodies(source))
        parts = self._of_file(path)
        for key in parts.keys() - kept:
            number = parts.pop(key)
            del self._owners[number]
            self._free.append(number)

    def _of_file(self, path: str) -> dict[str, int]:
        known = self._parts.get(path)
        if known is None:
            file = next(self._files, None)
            known = self._parts[path] = {_FILE: self._number() if file is None else file}
            for key in (_FOUND, _LINES, OUTSIDE):
                self._new_part(known, key)
        return known

    def _new_part(self, parts: dict[str, int], key: str) -> int:
        number = parts[key] = self._number()
        self._owners[number] = parts[_FILE]
        return number

    def _number_of(self, name: str) -> int:
        number = self._names.get(name)
        if number is None:
            number = self._names[name] = self._number()
        return number

    def _number(self) -> int:
        if self._free:
            return self._free.pop()
        number, self._next = self._next, self._next + 1
        return number


def _bits(number: int) -> Iterator[int]:
    """Give the places of the bits that are set."""
    while number:
        last = number & -number
        yield last.bit_length() - 1
        number ^= last
