"""The mix of operations: `upsert=1,query=4`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from locust_qdrant.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

#: Weight of each operation, by name.
Mix = dict[str, int]


def parse_mix(text: str, known: Collection[str]) -> Mix:
    """Return the weights that `text` gives, such as `upsert=1,query=4`.

    Args:
        text: `name=weight`, separated by commas; a weight is a whole number of at least 1.
        known: the names that exist.

    Raises:
        UsageError: `text` is not of that form, or names an operation that does not exist.
    """
    mix: Mix = {}
    for part in text.split(","):
        name, separator, weight = (piece.strip() for piece in part.partition("="))
        if not separator or not weight.isdecimal() or int(weight) < 1:
            raise UsageError(
                f"the mix {text!r}: {part.strip()!r} is not of the form name=weight with a whole "
                "weight of at least 1, such as upsert=1,query=4."
            )
        if name not in known:
            raise UsageError(
                f"the mix {text!r}: there is no operation {name!r}; choose from {', '.join(known)}."
            )
        if name in mix:
            raise UsageError(f"the mix {text!r}: {name!r} appears twice.")
        mix[name] = int(weight)
    return mix


def format_mix(mix: Mapping[str, int]) -> str:
    """Return `mix` as the command line spells it."""
    return ",".join(f"{name}={weight}" for name, weight in mix.items())
