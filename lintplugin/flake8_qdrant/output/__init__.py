"""Findings as text and as data: one module a format, each with a function `render`."""

from __future__ import annotations

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


def render(findings: Sequence[Finding], format_: str) -> str:
    """Return findings in one of the `FORMATS`, ending in a line break if there is anything."""
    module = import_module(f"{__name__}.{_MODULES[format_]}")
    renderer: Callable[[Sequence[Finding]], str] = module.render
    return renderer(findings)
