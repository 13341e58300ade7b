"""What no operation of the embedded engine takes."""

from __future__ import annotations

from typing import Any

from locust_qdrant.embedded.engine.problems import not_served


def refuse_shard_key(body: Any) -> None:
    """Refuse a request for a part of a collection only.

    Raises:
        RequestError: 501.
    """
    if getattr(body, "shard_key", None) is not None:
        raise not_served("shard keys")
