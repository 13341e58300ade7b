"""Readers of options, for argparse: what they refuse is said in one sentence."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def whole(minimum: int, maximum: int) -> Callable[[str], int]:
    """Return a reader of whole numbers from `minimum` to `maximum`."""

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = minimum - 1
        if not minimum <= number <= maximum:
            raise argparse.ArgumentTypeError(
                f"{text!r} is no whole number from {minimum:,} to {maximum:,}"
            )
        return number

    return read


def seconds(minimum: float, maximum: float) -> Callable[[str], float]:
    """Return a reader of seconds from `minimum` to `maximum`."""

    def read(text: str) -> float:
        try:
            number = float(text)
        except ValueError:
            number = minimum - 1
        # Written so that "nan" is refused, too.
        if not minimum <= number <= maximum:
            raise argparse.ArgumentTypeError(
                f"{text!r} is no number of seconds from {minimum:g} to {maximum:,.0f}"
            )
        return number

    return read
