"""Point ids: whole numbers of 64 bits, or UUIDs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from locust_qdrant.embedded.engine.problems import RequestError

if TYPE_CHECKING:
    from collections.abc import Iterable

    PointId = int | str | UUID

_TOO_LARGE = 2**64


def convert_id(id_: PointId) -> PointId:
    """Return an id that the engine takes.

    Raises:
        RequestError: 400, as from Qdrant's parser.
    """
    if isinstance(id_, int):
        if 0 <= id_ < _TOO_LARGE:
            return id_
    elif isinstance(id_, UUID):
        return id_
    else:
        try:
            return UUID(id_)
        except ValueError:
            pass
    raise RequestError(
        400,
        f"Format error in JSON body: value {id_} is not a valid point ID,"
        " valid values are either an unsigned integer or a UUID",
    )


def path_id(text: str) -> PointId:
    """Return the id of a point that stands in a route.

    Raises:
        RequestError: 400, as from Qdrant.
    """
    if text.isdecimal() and text.isascii() and int(text) < _TOO_LARGE:
        return int(text)
    try:
        return UUID(text)
    except ValueError:
        raise RequestError(400, f'Wrong input: Can not recognize "{text}" as point id') from None


def convert_ids(ids: Iterable[PointId]) -> list[PointId]:
    """Return ids that the engine takes.

    Raises:
        RequestError: 400 for the first that it does not.
    """
    return [convert_id(id_) for id_ in ids]


def is_point_id(value: Any) -> bool:
    """Return whether a value could be the id of a point."""
    if isinstance(value, int):
        return value >= 0
    try:
        UUID(value)
    except ValueError:
        return False
    return True
