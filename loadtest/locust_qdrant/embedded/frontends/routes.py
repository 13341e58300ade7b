"""The routes of Qdrant's REST API that are served, and the operation behind each."""

from __future__ import annotations

from typing import NamedTuple


class ServedRoute(NamedTuple):
    """One route; `{target}` is what else it names beside the collection."""

    method: str
    path: str
    operation: str


_COLLECTION = "/collections/{collection}"
_POINTS = f"{_COLLECTION}/points"

# The busiest come first: they are tried in this order.
ROUTES = (
    ServedRoute("POST", f"{_POINTS}/query", "query"),
    ServedRoute("PUT", _POINTS, "upsert"),
    ServedRoute("POST", _POINTS, "retrieve"),
    ServedRoute("POST", f"{_POINTS}/scroll", "scroll"),
    ServedRoute("POST", f"{_POINTS}/count", "count"),
    ServedRoute("POST", f"{_POINTS}/batch", "update_batch"),
    ServedRoute("POST", f"{_POINTS}/query/batch", "query_batch"),
    ServedRoute("POST", f"{_POINTS}/query/groups", "query_groups"),
    ServedRoute("POST", f"{_POINTS}/delete", "delete_points"),
    ServedRoute("PUT", f"{_POINTS}/vectors", "update_vectors"),
    ServedRoute("POST", f"{_POINTS}/vectors/delete", "delete_vectors"),
    ServedRoute("POST", f"{_POINTS}/payload", "set_payload"),
    ServedRoute("PUT", f"{_POINTS}/payload", "overwrite_payload"),
    ServedRoute("POST", f"{_POINTS}/payload/delete", "delete_payload"),
    ServedRoute("POST", f"{_POINTS}/payload/clear", "clear_payload"),
    ServedRoute("GET", f"{_POINTS}/{{target}}", "get_point"),
    ServedRoute("POST", f"{_COLLECTION}/facet", "facet"),
    ServedRoute("GET", f"{_COLLECTION}/exists", "collection_exists"),
    ServedRoute("GET", _COLLECTION, "get_collection"),
    ServedRoute("PUT", _COLLECTION, "create_collection"),
    ServedRoute("PATCH", _COLLECTION, "update_collection"),
    ServedRoute("DELETE", _COLLECTION, "delete_collection"),
    ServedRoute("GET", "/collections", "list_collections"),
    ServedRoute("PUT", f"{_COLLECTION}/index", "create_index"),
    ServedRoute("DELETE", f"{_COLLECTION}/index/{{target}}", "delete_index"),
    ServedRoute("POST", "/collections/aliases", "change_aliases"),
    ServedRoute("GET", f"{_COLLECTION}/aliases", "list_collection_aliases"),
    ServedRoute("GET", "/aliases", "list_aliases"),
    ServedRoute("GET", "/", "about"),
    ServedRoute("GET", "/telemetry", "telemetry"),
    ServedRoute("GET", "/metrics", "metrics"),
)

# Answered by the front itself, without the engine.
HEALTH = ("/healthz", "/livez", "/readyz")

# What Qdrant, too, answers without an API key.
OPEN_PATHS = frozenset({"/", *HEALTH})
