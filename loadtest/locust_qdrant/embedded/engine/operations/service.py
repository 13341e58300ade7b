"""Operations on the server itself: who it is, and what it holds."""

from __future__ import annotations

import os
import platform
from datetime import datetime, timezone
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from locust_qdrant.embedded.engine.catalog import Catalog
    from locust_qdrant.embedded.engine.operations.call import Call

# As on a server, since clients look at it; the version says that this is the engine alone.
TITLE = "qdrant - vector search engine"
_NAME = "qdrant"
# Git's word for no commit: this is no build of the server.
_NO_COMMIT = "0" * 40
_STARTED = datetime.now(timezone.utc)


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
    """Return what runs here, how much it holds, and what it was asked."""
    level = int(call.parameters.get("details_level", "0") or 0)
    collections: dict[str, Any] = {"number_of_collections": len(catalog.collections)}
    document = {
        "id": "embedded",
        "app": {
            "name": _NAME,
            "version": api_version(),
            "startup": _STARTED.isoformat(),
            "features": {},
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
        collections["collections"] = [
            {
                "vectors": collection.shard.info().points_count,
                "optimizers_status": "ok",
                "params": collection.entry.request.model_dump(
                    mode="json", include={"vectors", "sparse_vectors"}, exclude_none=True
                ),
            }
            for collection in catalog.collections.values()
        ]
    return document


def _counted(catalog: Catalog, protocol: str) -> dict[str, dict[str, Any]]:
    """Return how often each route or method was answered, by status."""
    counted: dict[str, dict[str, Any]] = {}
    for (kind, endpoint, status), count in catalog.responses.items():
        if kind == protocol:
            counted.setdefault(_shown(endpoint), {})[status] = {"count": count}
    return counted


def _shown(endpoint: str) -> str:
    return endpoint.replace("{collection}", "{collection_name}")


def metrics(catalog: Catalog, _: Call) -> str:
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
        *_responses(catalog),
    ]
    return "\n".join([*lines, ""])


def _responses(catalog: Catalog) -> Iterator[str]:
    """Yield how often each route and method was answered, by status."""
    for protocol in ("rest", "grpc"):
        name = f"{protocol}_responses_total"
        yield f"# HELP {name} total number of responses through {protocol} API"
        yield f"# TYPE {name} counter"
        for (kind, endpoint, status), count in sorted(catalog.responses.items()):
            if kind == protocol:
                yield f'{name}{{{_endpoint(protocol, endpoint)},status="{status}"}} {count}'


def _endpoint(protocol: str, endpoint: str) -> str:
    if protocol == "grpc":
        return f'endpoint="{endpoint}"'
    method, _, path = _shown(endpoint).partition(" ")
    return f'method="{method}",endpoint="{path}"'


def _label(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
