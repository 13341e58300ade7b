"""What a run is asked to do: its options, checked before anything starts."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import TYPE_CHECKING

from locust_qdrant.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from locust_qdrant.workload.mix import Mix

#: The names of the paths, and what each choice of `--path` runs.
PATHS: dict[str, tuple[str, ...]] = {
    "async": ("async",),
    "sync": ("sync",),
    "both": ("async", "sync"),
}


@dataclass(frozen=True)
class RunSettings:
    """The options of `locust-qdrant run` that say what the traffic is.

    Attributes:
        users: virtual users, each with one request under way at most.
        duration: seconds of traffic on each path.
        think_time: seconds that a user pauses after each answer.
        mix: weight of each operation, by name.
        path: a key of `PATHS`.
        dim: components of a vector.
        points: points in the collection when the traffic begins.
        batch_size: points in an upsert.
        limit: hits that a query asks for.
        seed: where chance begins.
        collection: name of the collection.
        use_existing: whether the collection may exist before.
    """

    users: int
    duration: float
    think_time: float
    mix: Mix
    path: str
    dim: int
    points: int
    batch_size: int
    limit: int
    seed: int
    collection: str
    use_existing: bool

    def __post_init__(self) -> None:
        if self.path not in PATHS:
            raise UsageError(f"--path {self.path!r}: choose from {', '.join(PATHS)}.")


def whole(minimum: int, maximum: int) -> Callable[[str], int]:
    """Return a reader of whole numbers from `minimum` to `maximum`, for argparse."""

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
    """Return a reader of seconds from `minimum` to `maximum`, for argparse."""

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
