"""What is said of a collection: its settings as they are in force, its size and its state."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from qdrant_client.http import models

from locust_qdrant.embedded.engine.from_engine import payload_index
from locust_qdrant.embedded.engine.to_engine.settings import (
    complete_hnsw,
    indexing_threshold,
    vacuum_limits,
)

if TYPE_CHECKING:
    from locust_qdrant.embedded.engine.collection import Collection

FLUSH_INTERVAL_SECONDS = 60
_WAL_CAPACITY_MB = 32


def describe(collection: Collection) -> models.CollectionInfo:
    """Return what is known of a collection, in Qdrant's form."""
    info = collection.shard.info()
    return models.CollectionInfo(
        status=_status(collection),
        optimizer_status=_optimizer_status(collection),
        indexed_vectors_count=info.indexed_vectors_count,
        points_count=info.points_count,
        segments_count=info.segments_count,
        created_at=datetime.fromisoformat(collection.entry.created_at),
        config=_config(collection),
        payload_schema={
            field: payload_index(index) for field, index in info.payload_schema.items()
        },
    )


def _status(collection: Collection) -> models.CollectionStatus:
    if collection.rebuild_problem is not None:
        return models.CollectionStatus.RED
    if collection.rebuilding or collection.rebuild_due:
        return models.CollectionStatus.YELLOW
    return models.CollectionStatus.GREEN


def _optimizer_status(collection: Collection) -> Any:
    if collection.rebuild_problem is None:
        return models.OptimizersStatusOneOf.OK
    return models.OptimizersStatusOneOf1(error=collection.rebuild_problem)


def _config(collection: Collection) -> models.CollectionConfig:
    """Return the settings in force: what a single process cannot follow is said as it is."""
    request = collection.entry.request
    on_disk = request.on_disk_payload
    params = models.CollectionParams(
        vectors=request.vectors,
        sparse_vectors=request.sparse_vectors,
        shard_number=1,
        replication_factor=1,
        write_consistency_factor=1,
        on_disk_payload=True if on_disk is None else on_disk,
    )
    config = models.CollectionConfig(
        params=params,
        hnsw_config=models.HnswConfig(**complete_hnsw(request.hnsw_config)),
        optimizer_config=_optimizer_config(request.optimizers_config),
        wal_config=models.WalConfig(wal_capacity_mb=_WAL_CAPACITY_MB, wal_segments_ahead=0),
        quantization_config=request.quantization_config,
    )
    if getattr(request, "metadata", None) is not None:
        config.metadata = request.metadata
    return config


def _optimizer_config(diff: models.OptimizersConfigDiff | None) -> models.OptimizersConfig:
    own = diff or models.OptimizersConfigDiff()
    limits = vacuum_limits(diff)
    return models.OptimizersConfig(
        deleted_threshold=limits.share,
        vacuum_min_vector_number=limits.minimum,
        # 0 is Qdrant's word for a number that the engine chooses.
        default_segment_number=own.default_segment_number or 0,
        max_segment_size=own.max_segment_size,
        indexing_threshold=indexing_threshold(diff),
        flush_interval_sec=FLUSH_INTERVAL_SECONDS,
    )
