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


def number(minimum: float, maximum: float, what: str) -> Callable[[str], float]:
    """Return a reader of numbers from `minimum` to `maximum`, called `what` where one is wrong."""

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = minimum - 1
        # Written so that "nan" is refused, too.
        if not minimum <= value <= maximum:
            raise argparse.ArgumentTypeError(
                f"{text!r} is no {what} from {minimum:g} to {maximum:,.0f}"
            )
        return value

    return read


def seconds(minimum: float, maximum: float) -> Callable[[str], float]:
    """Return a reader of seconds from `minimum` to `maximum`."""
    return number(minimum, maximum, "number of seconds")


def milliseconds(maximum: float) -> Callable[[str], float]:
    """Return a reader of milliseconds up to `maximum`."""
    return number(0, maximum, "number of milliseconds")
