"""Limits that Qdrant checks before it looks at the collection."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from locust_qdrant.embedded.engine.problems import RequestError, invalid_body, not_served


def check_limits(body: Any, *names: str) -> None:
    """Check that the given fields, where set, are at least 1.

    Raises:
        RequestError: 422, naming the field.
    """
    for name in names:
        value = getattr(body, name)
        if value is not None and value < 1:
            raise invalid_body(f"[{name}: value {value} invalid, must be 1 or larger]")


def parse_point_id(text: str) -> int | str:
    """Return the id that stands in a route: a number or a UUID.

    Raises:
        RequestError: 400 for anything else.
    """
    if text.isdecimal():
        return int(text)
    try:
        return str(UUID(text))
    except ValueError:
        raise RequestError(400, f'Wrong input: Can not recognize "{text}" as point id') from None


def refuse_shard_key(body: Any) -> None:
    """Refuse a request for a part of a collection only.

    Raises:
        RequestError: 501.
    """
    if getattr(body, "shard_key", None) is not None:
        raise not_served("shard keys")
