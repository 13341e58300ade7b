"""Drive concurrent upsert and query traffic against Qdrant and check how the async path does."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from locust_qdrant.control.users import AsyncQdrantUser, SyncQdrantUser

__all__ = ["AsyncQdrantUser", "SyncQdrantUser"]


def __getattr__(name: str) -> object:
    # Late, so that the probe and the embedded engine run without Locust and gevent.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from locust_qdrant.control import users  # noqa: PLC0415

    member: object = getattr(users, name)
    return member
