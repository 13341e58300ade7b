"""A table of nodes as plain data that can be kept, and back, checked."""

from __future__ import annotations

import base64
import binascii
import sys
import zlib
from array import array
from operator import le, lt
from typing import Final

from flake8_qdrant.facts.kinds import KINDS
from flake8_qdrant.facts.nodes import NodeTable

_FASTEST: Final = 1
_COLUMNS: Final = 4
_MOST_ROWS: Final = 16
"""A character; there are a dozen kinds that a lone name can be within each other."""
_WIDTH: Final = array("I").itemsize

Stored = dict[str, object]
"""What `json` can write: the number of rows, whether it is doubtful, and the columns in base64."""


def to_stored(table: NodeTable) -> Stored:
    """Return a table as data, without its text."""
    columns = (table.starts, table.ends, table.parents, table.lasts)
    packed = zlib.compress(table.kinds + b"".join(map(_to_bytes, columns)), _FASTEST)
    return {
        "rows": len(table.kinds),
        "doubtful": table.doubtful,
        "columns": base64.b64encode(packed).decode("ascii"),
    }


def from_stored(text: str, stored: Stored) -> NodeTable | None:
    """Return the table of a text, or None if the data cannot be one of it.

    Every position lies in the text and every walk over the rows comes to an end.
    """
    rows, packed, doubtful = stored.get("rows"), stored.get("columns"), stored.get("doubtful")
    if not isinstance(rows, int) or not isinstance(packed, str) or not isinstance(doubtful, bool):
        return None
    if not 0 < rows <= _MOST_ROWS * (len(text) + 1):
        return None
    size = rows * (1 + _COLUMNS * _WIDTH)
    try:
        unpacking = zlib.decompressobj()
        data = unpacking.decompress(base64.b64decode(packed, validate=True), size)
    except (binascii.Error, zlib.error, ValueError):
        return None
    if len(data) != size or not unpacking.eof:
        return None
    kinds = data[:rows]
    starts, ends, parents, lasts = (
        _from_bytes(data[at : at + rows * _WIDTH]) for at in range(rows, size, rows * _WIDTH)
    )
    if not _is_sound(len(text), kinds, starts, ends, parents, lasts):
        return None
    return NodeTable(text, kinds, starts, ends, parents, lasts, doubtful=doubtful)


def _is_sound(
    length: int,
    kinds: bytes,
    starts: array[int],
    ends: array[int],
    parents: array[int],
    lasts: array[int],
) -> bool:
    rows = len(kinds)
    return (
        max(kinds) < len(KINDS)
        and max(ends) <= length
        and all(map(le, starts, ends))
        and parents[0] == 0
        and all(map(lt, parents[1:], range(1, rows)))
        and max(lasts) <= rows
        and all(map(lt, range(rows), lasts))
    )


def _to_bytes(column: array[int]) -> bytes:
    if sys.byteorder == "little":
        return column.tobytes()
    swapped = array("I", column)
    swapped.byteswap()
    return swapped.tobytes()


def _from_bytes(data: bytes) -> array[int]:
    column = array("I")
    column.frombytes(data)
    if sys.byteorder != "little":
        column.byteswap()
    return column
