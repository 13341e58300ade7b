"""What answers rest on: the files they were found in, and the names that were looked up in all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Iterable

_EVERYTHING: Final = 1
_BUCKETS: Final = 509
"""Bits for names: those of one bucket change together, so that the numbers stay short."""


class Reads:
    """Records what is read while an answer is found, each thing as a bit of a number.

    Without a record, which a single run has no use for, everything counts as nothing.
    """

    def __init__(self, *, recording: bool = False) -> None:
        self._recording = recording
        self._files: dict[str, int] = {}
        self._now = 0

    @property
    def everything(self) -> int:
        """What an answer rests on that any change may change."""
        return _EVERYTHING if self._recording else 0

    def note_file(self, path: str) -> None:
        """Count a file, or that there is none, among what the present answer rests on."""
        if self._recording:
            self._now |= self._file(path)

    def note_name(self, name: str) -> None:
        """Count where a name occurs in all files among what the present answer rests on."""
        if self._recording:
            self._now |= _bucket(name)

    def add(self, read: int) -> None:
        """Count all that another answer rests on."""
        self._now |= read

    def begin(self) -> int:
        """Begin an answer of its own, and return what belongs to the one around it."""
        before, self._now = self._now, 0
        return before

    def end(self, before: int) -> int:
        """Return what the answer rests on, which counts for the one around it as well."""
        read = self._now
        self._now |= before
        return read

    def changed(self, path: str, names: Iterable[str]) -> int:
        """Return what stands for a file, for names that it has no more or now has, and for any."""
        dirty = _EVERYTHING | self._file(path)
        for name in names:
            dirty |= _bucket(name)
        return dirty

    def _file(self, path: str) -> int:
        known = self._files.get(path)
        if known is None:
            known = self._files[path] = 1 << (len(self._files) + _BUCKETS + 1)
        return known


def _bucket(name: str) -> int:
    return 1 << (crc32(name.encode("utf-8", "replace")) % _BUCKETS + 1)
