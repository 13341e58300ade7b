"""The operations on the server itself, and those of a Qdrant server that are not served."""

from __future__ import annotations

from qdrant_client import grpc as pb

from locust_qdrant.embedded.engine.grpc import reading, writing
from locust_qdrant.embedded.engine.operations import service
from locust_qdrant.embedded.engine.table.entry import COLLECTION, Grpc, Rest, ServedOperation

_REPORT = ("anonymize", "details_level", "per_collection", "timeout")


def service_operations() -> list[ServedOperation]:
    """Return the operations on the server itself."""
    return [
        ServedOperation(
            service.about,
            (Rest("GET /", bare=True),),
            (
                Grpc(
                    "Qdrant/HealthCheck",
                    pb.HealthCheckRequest,
                    reading.bare,
                    writing.health,
                    pb.HealthCheckReply,
                ),
            ),
        ),
        ServedOperation(service.telemetry, (Rest("GET /telemetry", parameters=_REPORT),)),
        ServedOperation(service.metrics, (Rest("GET /metrics", bare=True, parameters=_REPORT),)),
    ]


# What a Qdrant server answers and the embedded engine does not.
NOT_SERVED = frozenset(
    {
        "GET /cluster",
        "GET /cluster/telemetry",
        "POST /cluster/metadata/keys/{target}",
        "POST /cluster/recover",
        "DELETE /cluster/peer/{target}",
        f"GET {COLLECTION}/cluster",
        f"POST {COLLECTION}/cluster",
        f"GET {COLLECTION}/shards",
        f"PUT {COLLECTION}/shards",
        f"POST {COLLECTION}/shards/delete",
        f"GET {COLLECTION}/snapshots",
        f"POST {COLLECTION}/snapshots",
        f"PUT {COLLECTION}/snapshots/recover",
        f"POST {COLLECTION}/snapshots/upload",
        f"GET {COLLECTION}/snapshots/{{target}}",
        f"DELETE {COLLECTION}/snapshots/{{target}}",
        f"GET {COLLECTION}/shards/{{target}}/snapshots",
        f"POST {COLLECTION}/shards/{{target}}/snapshots",
        f"PUT {COLLECTION}/shards/{{target}}/snapshots/recover",
        f"POST {COLLECTION}/shards/{{target}}/snapshots/upload",
        f"GET {COLLECTION}/shards/{{target}}/snapshots/{{snapshot}}",
        f"DELETE {COLLECTION}/shards/{{target}}/snapshots/{{snapshot}}",
        "GET /snapshots",
        "POST /snapshots",
        "GET /snapshots/{target}",
        "DELETE /snapshots/{target}",
        f"GET {COLLECTION}/shards/{{target}}/snapshot",
        "GET /quotas",
        "PUT /quotas",
        "GET /issues",
        "DELETE /issues",
    }
)
