"""Types of options, for argparse: what they refuse is said in one sentence."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from locust_qdrant.config import keys
from locust_qdrant.config.validation import ALLOWED, parse_duration

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
    """Return a reader of durations, such as `10s`, `500ms` or a number of seconds."""

    def read(text: str) -> float:
        try:
            value = parse_duration(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"must be {ALLOWED}, not {text!r}") from None
        if not minimum <= value <= maximum:
            raise argparse.ArgumentTypeError(
                f"must be a duration from {minimum:g} s to {maximum:,.0f} s, not {text!r}"
            )
        return value

    return read


def milliseconds(maximum: float) -> Callable[[str], float]:
    """Return a reader of milliseconds up to `maximum`."""
    return number(0, maximum, "number of milliseconds")


def of_key(key: str) -> Callable[[str], Any]:
    """Return a reader of what a key of the workload file takes."""

    def read(text: str) -> Any:  # noqa: ANN401 - whatever the key takes
        try:
            return keys.parse(key, text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return read


def add_key(
    group: argparse._ActionsContainer, option: str, key: str, metavar: str = "", what: str = ""
) -> None:
    """Add an option that is the short form of a key: bounds, default and help are the key's.

    Args:
        group: where it is listed.
        option: its name.
        key: dotted, as in a workload file.
        metavar: what stands for its value; empty for one that is on or off.
        what: what it means, where it is narrower than its key.
    """
    words = keys.help_of(key, what)
    if metavar:
        group.add_argument(option, type=of_key(key), metavar=metavar, help=words)
    else:
        group.add_argument(option, action=argparse.BooleanOptionalAction, help=words)
