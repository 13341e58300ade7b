"""What a request leaves out stays out."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Given = TypeVar("Given")
Converted = TypeVar("Converted")


def if_given(value: Given | None, convert: Callable[[Given], Converted]) -> Converted | None:
    """Convert a value if there is one."""
    return None if value is None else convert(value)
