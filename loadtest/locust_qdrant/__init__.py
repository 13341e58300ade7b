"""Drive concurrent upsert and query traffic against Qdrant and check how the async path does."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from locust_qdrant.locust_plugin.users import AsyncQdrantUser, SyncQdrantUser
    from locust_qdrant.locust_plugin.workload_user import workload_user

__version__ = "0.1.0"

_HOMES = {
    "AsyncQdrantUser": "locust_qdrant.locust_plugin.users",
    "SyncQdrantUser": "locust_qdrant.locust_plugin.users",
    "workload_user": "locust_qdrant.locust_plugin.workload_user",
}

__all__ = ["AsyncQdrantUser", "SyncQdrantUser", "workload_user"]


def __getattr__(name: str) -> object:
    # Late, so that the probe and the embedded engine run without Locust and gevent.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    member: object = getattr(import_module(_HOMES[name]), name)
    return member
