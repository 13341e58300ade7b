"""What travels between frontends and engine process: length-prefixed frames over two pipes."""

from __future__ import annotations

import enum
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from io import BufferedReader, RawIOBase

_PREFIX = struct.Struct("!QHII")
PREFIX_BYTES = _PREFIX.size


class CallKind(enum.IntEnum):
    """What a frame asks for. An answer carries a status code in the same place."""

    REST = 1
    GRPC = 2


class Greeting(enum.IntEnum):
    """The engine's first frame: it serves, or its `head` says in one sentence why it cannot."""

    READY = 0
    REFUSED = 1


@dataclass(frozen=True)
class Prefix:
    """The fixed part of a frame: whose it is, and how long its two parts are, in bytes."""

    number: int
    code: int
    head_length: int
    body_length: int

    @classmethod
    def unpack(cls, data: bytes) -> Prefix:
        """Read the fixed part from `PREFIX_BYTES` bytes."""
        return cls(*_PREFIX.unpack(data))


@dataclass(frozen=True)
class Frame:
    """One call or one answer; an answer has its call's number."""

    number: int
    code: int
    head: bytes = b""
    body: bytes = b""

    def pack(self) -> bytes:
        """Return the bytes to write."""
        prefix = _PREFIX.pack(self.number, self.code, len(self.head), len(self.body))
        return b"".join((prefix, self.head, self.body))


def read_frame(pipe: BufferedReader) -> Frame | None:
    """Return the next frame, or None when the other side is gone."""
    start = pipe.read(PREFIX_BYTES)
    if len(start) < PREFIX_BYTES:
        return None
    prefix = Prefix.unpack(start)
    head, body = pipe.read(prefix.head_length), pipe.read(prefix.body_length)
    whole = len(head) == prefix.head_length and len(body) == prefix.body_length
    return Frame(prefix.number, prefix.code, head, body) if whole else None


def write_frame(pipe: RawIOBase, frame: Frame) -> None:
    """Write a frame to an unbuffered pipe.

    Raises:
        BrokenPipeError: the other side is gone.
    """
    data = memoryview(frame.pack())
    while data:
        data = data[pipe.write(data) or 0 :]
