"""The operations that write points and payload indexes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qdrant_client import grpc as pb
from qdrant_client.http import models

from locust_qdrant.embedded.engine.grpc import reading, writing
from locust_qdrant.embedded.engine.operations import indexes, writes
from locust_qdrant.embedded.engine.table.entry import (
    COLLECTION,
    POINTS,
    WRITE,
    Grpc,
    Rest,
    ServedOperation,
)

if TYPE_CHECKING:
    from locust_qdrant.embedded.engine.table.entry import Run


def write_operations() -> list[ServedOperation]:
    """Return the operations that write points and payload indexes."""

    def one(
        run: Run, route: str, body: Any, method: str, request: Any, read: Any
    ) -> ServedOperation:
        return ServedOperation(
            run,
            (Rest(route, body, parameters=WRITE),),
            (
                Grpc(
                    f"Points/{method}",
                    request,
                    read,
                    writing.update,
                    pb.PointsOperationResponse,
                ),
            ),
        )

    return [
        one(
            writes.upsert,
            f"PUT {POINTS}",
            models.PointInsertOperations,
            "Upsert",
            pb.UpsertPoints,
            reading.upsert,
        ),
        one(
            writes.delete,
            f"POST {POINTS}/delete",
            models.PointsSelector,
            "Delete",
            pb.DeletePoints,
            reading.delete_points,
        ),
        one(
            writes.update_vectors,
            f"PUT {POINTS}/vectors",
            models.UpdateVectors,
            "UpdateVectors",
            pb.UpdatePointVectors,
            reading.update_vectors,
        ),
        one(
            writes.delete_vectors,
            f"POST {POINTS}/vectors/delete",
            models.DeleteVectors,
            "DeleteVectors",
            pb.DeletePointVectors,
            reading.delete_vectors,
        ),
        one(
            writes.set_payload,
            f"POST {POINTS}/payload",
            models.SetPayload,
            "SetPayload",
            pb.SetPayloadPoints,
            reading.set_payload,
        ),
        one(
            writes.overwrite_payload,
            f"PUT {POINTS}/payload",
            models.SetPayload,
            "OverwritePayload",
            pb.SetPayloadPoints,
            reading.set_payload,
        ),
        one(
            writes.delete_payload,
            f"POST {POINTS}/payload/delete",
            models.DeletePayload,
            "DeletePayload",
            pb.DeletePayloadPoints,
            reading.delete_payload,
        ),
        one(
            writes.clear_payload,
            f"POST {POINTS}/payload/clear",
            models.PointsSelector,
            "ClearPayload",
            pb.ClearPayloadPoints,
            reading.delete_points,
        ),
        one(
            indexes.create_index,
            f"PUT {COLLECTION}/index",
            models.CreateFieldIndex,
            "CreateFieldIndex",
            pb.CreateFieldIndexCollection,
            reading.create_index,
        ),
        one(
            indexes.delete_index,
            f"DELETE {COLLECTION}/index/{{target}}",
            None,
            "DeleteFieldIndex",
            pb.DeleteFieldIndexCollection,
            reading.delete_index,
        ),
        ServedOperation(
            writes.batch_update,
            (Rest(f"POST {POINTS}/batch", models.UpdateOperations, parameters=WRITE),),
            (
                Grpc(
                    "Points/UpdateBatch",
                    pb.UpdateBatchPoints,
                    reading.update_batch,
                    writing.updates,
                    pb.UpdateBatchResponse,
                ),
            ),
        ),
    ]
