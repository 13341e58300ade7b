"""The ids of the points of a run: no other run has them, and each says its own number."""

from __future__ import annotations

_RUN_BITS = 64
_DIGITS = 12


class PointNames:
    """Gives every number the id of a point, a UUID.

    Args:
        run: a random number of up to 64 bits, the same in all processes of a run.
    """

    def __init__(self, run: int) -> None:
        digits = f"{run % 2**_RUN_BITS:016x}"
        self._prefix = f"{digits[:8]}-{digits[8:12]}-{digits[12:]}-0000-"

    def name(self, number: int) -> str:
        """Return the id of the point of that number, from 0 to 2**48 - 1."""
        return f"{self._prefix}{number:012x}"


def number_of(name: str) -> int:
    """Return the number of the point with that id."""
    return int(name[-_DIGITS:], 16)
