"""Findings as text and as data: one module a format, each with a function `render`."""

from __future__ import annotations

import io
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flake8_qdrant.finding import Finding

_MODULES: Final = {
    "text": "text",
    "json": "json_array",
    "github": "github",
    "sarif": "sarif",
}
FORMATS: Final = tuple(_MODULES)


class OutputError(Exception):
    """Standard output cannot be written; the message says why."""


def write(text: str) -> None:
    """Write to standard output, at once; what it has no characters for is escaped.

    Raises:
        BrokenPipeError: whoever read it has gone.
        OutputError: it cannot be written for another reason, such as a full disk.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"standard output cannot be written: {error.strerror}") from error


def render(findings: Sequence[Finding], format_: str) -> str:
    """Return findings in one of the `FORMATS`, ending in a line break if there is anything."""
    module = import_module(f"{__name__}.{_MODULES[format_]}")
    renderer: Callable[[Sequence[Finding]], str] = module.render
    return renderer(findings)
