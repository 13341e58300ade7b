"""Limits that Qdrant checks before it looks at the collection."""

from __future__ import annotations

from typing import Any

from locust_qdrant.embedded.engine.problems import invalid_body, not_served


def check_limits(body: Any, *names: str) -> None:
    """Check that the given fields, where set, are at least 1.

    Raises:
        RequestError: 422, naming the field.
    """
    for name in names:
        value = getattr(body, name)
        if value is not None and value < 1:
            raise invalid_body(f"[{name}: value {value} invalid, must be 1 or larger]")


def refuse_shard_key(body: Any) -> None:
    """Refuse a request for a part of a collection only.

    Raises:
        RequestError: 501.
    """
    if getattr(body, "shard_key", None) is not None:
        raise not_served("shard keys")
