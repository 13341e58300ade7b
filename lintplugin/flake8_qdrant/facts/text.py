"""From a file's bytes to its text."""

from __future__ import annotations

import codecs
import io
import re
import tokenize
from typing import Final

from flake8_qdrant.notebook import ENDING, NotANotebookError, notebook_program

MAX_DEPTHS: Final = 350
"""Python itself stops at 100 levels of indentation; the parser's buffer holds about 500."""
_INDENTATION: Final = re.compile(r"^[ \t\f]+", re.MULTILINE)
_DECLARATION: Final = re.compile(
    rb"(?:[ \t\f]*(?:#[^\x80-\xff\r\n]*)?\r?\n)?[ \t\f]*#[^\r\n]*?coding[:=][ \t]*([-\w.]+)"
)
"""Python takes a declaration whose own line is in the encoding; `tokenize` does not."""
_LONE_RETURN: Final = re.compile(r"\r(?!\n)")
MAX_BYTES = 10_000_000
"""Larger files are generated data; parsing one would hold up everything else."""
MAX_NOTEBOOK_BYTES: Final = 100_000_000
"""The outputs that a notebook holds, images among them, are not checked."""


class UncheckableError(Exception):
    """The bytes cannot be checked; the message says why, and `line` where."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


def python_text(path: str, data: bytes) -> str:
    """Return the Python in a file: its text, or the program that a notebook's cells are.

    Raises:
        UncheckableError: it is no Python, see `decode`, or no notebook.
    """
    if not path.endswith(ENDING):
        return decode(data)
    _require_size(data, MAX_NOTEBOOK_BYTES)
    try:
        program = notebook_program(data)
    except NotANotebookError as error:
        raise UncheckableError(f"not checked: {error}", error.line) from None
    _require_size(program.encode(), MAX_BYTES)
    return program


def decode(data: bytes) -> str:
    """Return the text of a Python source file, as Python itself would decode it (PEP 263).

    A carriage return alone ends a line in Python, and in nothing else that counts lines: it is
    given as a line feed.

    Raises:
        UncheckableError: the file is too large, binary, or not in the encoding it declares.
    """
    _require_size(data, MAX_BYTES)
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        raise UncheckableError("not checked: it has a NUL byte, so it is no Python source", line)
    try:
        text = data.decode(_encoding(data))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"not checked: byte {data[error.start]:#04x} is not valid {error.encoding}"
        raise UncheckableError(message, line) from error
    except Exception as error:
        # Codecs raise what they like, and a package may bring its own.
        reason = " ".join(str(error).split()) or type(error).__name__
        raise UncheckableError(f"not checked: {reason}") from error
    return _LONE_RETURN.sub("\n", text)


def _require_size(data: bytes, most: int) -> None:
    if len(data) > most:
        raise UncheckableError(f"not checked: it has more than {most:,} bytes")


def _encoding(data: bytes) -> str:
    """Return the encoding that a file declares, or Python's own.

    Raises:
        SyntaxError: no such encoding is known.
        UnicodeDecodeError: one of the lines that may declare it is no UTF-8.
    """
    try:
        return tokenize.detect_encoding(io.BytesIO(data).readline)[0]
    except SyntaxError:
        declared = _DECLARATION.match(data)
        if declared is None:
            data.decode("utf-8")  # says where it is wrong, which the other error does not
            raise
        return codecs.lookup(declared[1].decode("ascii", "replace")).name


def require_parsable(text: str) -> None:
    """Refuse what no Python source can be, or what would end the process.

    The parser keeps a file's depths in a fixed buffer.

    Raises:
        UncheckableError: a character stands for no text, as an editor or an odd encoding may
            bring it, or the lines begin at more different depths than any Python accepts.
    """
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            line = text.count("\n", 0, error.start) + 1
            code = f"U+{ord(text[error.start]):04X}"
            raise UncheckableError(f"not checked: {code} stands for no character", line) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise UncheckableError("not checked: it has a NUL character", line)
    if len(set(_INDENTATION.findall(text))) > MAX_DEPTHS:
        raise UncheckableError(f"not checked: its lines begin at more than {MAX_DEPTHS} depths")


def plain_lines(text: str) -> str:
    r"""Return the text without a byte order mark, its lines ending in `\\n`."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
