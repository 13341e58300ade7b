"""Operations on the server itself: who it is, and what it holds."""

from __future__ import annotations

import os
import platform
import uuid
from datetime import datetime, timezone
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import psutil

from locust_qdrant.embedded.engine.operations.description import describe
from locust_qdrant.embedded.engine.problems import not_served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from locust_qdrant.embedded.engine.catalog import Catalog
    from locust_qdrant.embedded.engine.collection import Collection
    from locust_qdrant.embedded.engine.operations.call import Call
    from locust_qdrant.embedded.engine.responses import AnswerKind

# As on a server, since clients look at it; the version says that this is the engine alone.
TITLE = "qdrant - vector search engine"
_NAME = "qdrant"
# Git's word for no commit: this is no build of the server.
_NO_COMMIT = "0" * 40
# The level of details at which telemetry tells the settings of collections.
_COLLECTIONS_LEVEL = 2
_STARTED = datetime.now(timezone.utc)
# Another one after each start.
_PROCESS = str(uuid.uuid4())


@cache
def api_version() -> str:
    """Return the version of Qdrant's API that is spoken, with the engine's version behind the `+`.

    It is the installed client's, since the client's request models are the ones that are served.
    """
    major, minor, *_ = version("qdrant-client").split(".")
    return f"{major}.{minor}.0+edge.{version('qdrant-edge-py')}"


def about(_catalog: Catalog, _: Call) -> dict[str, str]:
    """Return the title and the version."""
    return {"title": TITLE, "version": api_version(), "commit": _NO_COMMIT}


def telemetry(catalog: Catalog, call: Call) -> dict[str, Any]:
    """Return what runs here, how much it holds, and what it was asked.

    Raises:
        RequestError: 501 for what a server tells of its shards, from the third level on.
    """
    level = int(call.parameters.get("details_level", "0") or 0)
    if level > _COLLECTIONS_LEVEL:
        raise not_served(f"telemetry of shards (details_level {level})")
    listed = catalog.collections
    collections: dict[str, Any] = {"number_of_collections": len(listed)}
    document: dict[str, Any] = {
        "id": _PROCESS,
        "app": {
            "name": _NAME,
            "version": api_version(),
            "startup": _STARTED.isoformat(),
            # What a server can be built with, and this is not.
            "features": dict.fromkeys(("debug", "gpu", "recovery_mode", "staging"), False),
            "system": {
                "is_docker": False,
                "cores": os.cpu_count(),
                "cpu_flags": "",
                "distribution": platform.platform(),
            },
        },
        "collections": collections,
        "cluster": {"enabled": False},
        "requests": {
            protocol: {"responses": _counted(catalog, protocol)} for protocol in ("rest", "grpc")
        },
    }
    if level > 0:
        collections["collections"] = [_held(name, c, level) for name, c in listed.items()]
        collections["snapshots"] = []
        rss = psutil.Process().memory_info().rss
        document |= {"memory": {"resident_bytes": rss}, "hardware": {}, "search_pool": None}
    return document


def _held(name: str, collection: Collection, level: int) -> dict[str, Any]:
    """Return what a collection holds, or its settings for those who ask closer."""
    if level == 1:
        description = describe(collection)
        return {
            "vectors": description["points_count"],
            "optimizers_status": description["optimizer_status"],
            "params": description["config"]["params"],
        }
    return {"id": name, "init_time_ms": 0, "config": describe(collection)["config"]}


def _counted(catalog: Catalog, protocol: str) -> dict[str, dict[str, Any]]:
    """Return how often each route or method was answered, by status."""
    answered: dict[str, dict[str, Any]] = {}
    for kind, counted in catalog.responses.by_kind().items():
        if kind.protocol == protocol:
            answered.setdefault(_shown(kind.endpoint), {})[kind.status] = {
                "count": counted.count,
                "avg_duration_micros": counted.seconds / counted.count * 1e6,
                "total_duration_micros": round(counted.seconds * 1e6),
                "last_responded": f"{counted.last.isoformat()}Z",
            }
    return answered


def _shown(endpoint: str) -> str:
    return endpoint.replace("{collection}", "{collection_name}")


def metrics(catalog: Catalog, call: Call) -> str:
    """Return the size of what is held, in the text format of Prometheus."""
    infos = {name: c.shard.info() for name, c in catalog.collections.items()}
    lines = [
        "# HELP app_info information about qdrant server",
        "# TYPE app_info gauge",
        f'app_info{{name="{_NAME}",version="{api_version()}"}} 1',
        "# HELP collections_total number of collections",
        "# TYPE collections_total gauge",
        f"collections_total {len(infos)}",
        "# HELP collection_points approximate amount of points per collection",
        "# TYPE collection_points gauge",
        *(f'collection_points{{id="{_label(n)}"}} {i.points_count}' for n, i in infos.items()),
        *_responses(catalog, call),
    ]
    return "\n".join([*lines, ""])


def _responses(catalog: Catalog, call: Call) -> Iterator[str]:
    """Yield how often each route and method was answered, by status."""
    per_collection = call.parameters.get("per_collection") == "true"
    answered = catalog.responses.by_kind(per_collection=per_collection)
    for protocol in ("rest", "grpc"):
        name = f"{protocol}_responses_total"
        yield f"# HELP {name} total number of responses through {protocol} API"
        yield f"# TYPE {name} counter"
        for kind, counted in answered.items():
            if kind.protocol == protocol:
                yield f"{name}{{{_labels(kind)}}} {counted.count}"


def _labels(kind: AnswerKind) -> str:
    labels = {"endpoint": _shown(kind.endpoint), "status": kind.status}
    if kind.protocol == "rest":
        method, _, path = _shown(kind.endpoint).partition(" ")
        labels = {"method": method, "endpoint": path, "status": kind.status}
    if kind.collection:
        labels["collection"] = kind.collection
    return ",".join(f'{label}="{_label(value)}"' for label, value in labels.items())


def _label(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
