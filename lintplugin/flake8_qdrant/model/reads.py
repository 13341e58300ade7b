"""What answers rest on: the files they were found in, and the names that were looked up in all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Hashable

_EVERYTHING: Final = 1


class Reads:
    """Records what is read while an answer is found, each thing as a bit of a number.

    Without a record, which a single run has no use for, everything counts as nothing.
    """

    def __init__(self, *, recording: bool = False) -> None:
        self._recording = recording
        self._bits: dict[Hashable, int] = {}
        self._now = 0

    @property
    def everything(self) -> int:
        """What an answer rests on that any change may change."""
        return _EVERYTHING if self._recording else 0

    def note(self, thing: Hashable) -> None:
        """Count a thing among what the present answer rests on."""
        if self._recording:
            self._now |= self.bit(thing)

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

    def bit(self, thing: Hashable) -> int:
        """Return the number that stands for a thing."""
        known = self._bits.get(thing)
        if known is None:
            known = self._bits[thing] = 1 << (len(self._bits) + 1)
        return known

    def known(self, things: frozenset[Hashable]) -> int:
        """Return what stands for things, as far as any answer rests on them, and on any change."""
        dirty = _EVERYTHING
        for thing in things:
            dirty |= self._bits.get(thing, 0)
        return dirty
