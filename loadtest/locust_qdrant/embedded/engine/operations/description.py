"""What is said of a collection: its settings as they are in force, its size and its state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qdrant_client.http import models

from locust_qdrant.embedded.engine.to_engine.indexes import payload_index
from locust_qdrant.embedded.engine.to_engine.settings import (
    complete_hnsw,
    dense_vectors,
    flush_interval,
    indexing_threshold,
    vacuum_limits,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from locust_qdrant.embedded.engine.collection import Collection

    Document = dict[str, Any]

_WAL = {"wal_capacity_mb": 32, "wal_segments_ahead": 0, "wal_retain_closed": 1}
# What a collection can be given later only.
FURTHER_PARAMS = ("read_fan_out_factor", "read_fan_out_delay_ms")


def describe(collection: Collection) -> Document:
    """Return what is known of a collection, in Qdrant's form."""
    info = collection.shard.info()
    document: Document = {
        "status": _status(collection),
        "optimizer_status": _optimizer_status(collection),
        "indexed_vectors_count": info.indexed_vectors_count,
        "points_count": info.points_count,
        "segments_count": info.segments_count,
        "config": _config(collection.entry.request, collection.entry.further),
        "payload_schema": {
            field: _index(payload_index(index)) for field, index in info.payload_schema.items()
        },
        "update_queue": {"length": 0},
    }
    warnings = list(_warnings(collection.entry.request))
    return document | ({"warnings": warnings} if warnings else {})


def _warnings(request: models.CreateCollection) -> Iterator[Document]:
    """Yield which settings of a vector have no effect."""
    for name, params in dense_vectors(request).items():
        hnsw = complete_hnsw(request.hnsw_config, params.hnsw_config)
        if not hnsw.get("inline_storage"):
            continue
        option = f"The `hnsw_config.inline_storage` option for vector '{name}'"
        if params.multivector_config is not None:
            why = "is not compatible with multivectors"
        elif params.quantization_config is None and request.quantization_config is None:
            why = "requires quantization to be enabled"
        else:
            continue
        yield {"message": f"{option} {why}. This option will be ignored."}


def _index(index: models.PayloadIndexInfo) -> Document:
    document = plain(index)
    if isinstance(index.params, models.IntegerIndexParams):
        # The one kind of which a server says what was not set, too.
        document["params"] = dict.fromkeys(("lookup", "range", "is_principal")) | document["params"]
    return dict(document)


def plain(model: Any) -> Any:
    """Return a model as JSON has it, without what was not set."""
    return model.model_dump(mode="json", exclude_none=True)


def _status(collection: Collection) -> str:
    if collection.rebuild_problem is not None:
        return "red"
    return "yellow" if collection.rebuilding or collection.rebuild_due else "green"


def _optimizer_status(collection: Collection) -> Any:
    problem = collection.rebuild_problem
    return "ok" if problem is None else {"error": problem}


def _config(request: models.CreateCollection, further: Mapping[str, int]) -> Document:
    """Return the settings in force."""
    on_disk, metadata = request.on_disk_payload, getattr(request, "metadata", None)
    params: Document = {
        "vectors": _vectors(request.vectors),
        "shard_number": request.shard_number or 1,
        "replication_factor": request.replication_factor or 1,
        "write_consistency_factor": request.write_consistency_factor or 1,
        "on_disk_payload": True if on_disk is None else on_disk,
        **further,
    }
    if request.sharding_method is not None:
        params["sharding_method"] = request.sharding_method.value
    if request.sparse_vectors is not None:
        sparse = request.sparse_vectors
        params["sparse_vectors"] = {name: plain(p) for name, p in sparse.items()}
    config: Document = {
        "params": params,
        "hnsw_config": complete_hnsw(request.hnsw_config),
        "optimizer_config": _optimizer_config(request.optimizers_config),
        "wal_config": _WAL | (plain(request.wal_config) if request.wal_config else {}),
        "quantization_config": request.quantization_config and plain(request.quantization_config),
    }
    if request.strict_mode_config is not None:
        config["strict_mode_config"] = plain(request.strict_mode_config)
    if metadata:
        config["metadata"] = metadata
    return config


def _vectors(vectors: Any) -> Document:
    if isinstance(vectors, dict):
        return {name: plain(params) for name, params in vectors.items()}
    document: Document = {} if vectors is None else plain(vectors)
    return document


def _optimizer_config(diff: models.OptimizersConfigDiff | None) -> Document:
    own = diff or models.OptimizersConfigDiff()
    limits, threads = vacuum_limits(diff), own.max_optimization_threads
    return {
        "deleted_threshold": limits.share,
        "vacuum_min_vector_number": limits.minimum,
        # 0 is Qdrant's word for a number that the engine chooses.
        "default_segment_number": own.default_segment_number or 0,
        "max_segment_size": own.max_segment_size,
        "memmap_threshold": own.memmap_threshold,
        "indexing_threshold": indexing_threshold(diff),
        "flush_interval_sec": flush_interval(diff),
        "max_optimization_threads": threads if isinstance(threads, int) else None,
        "prevent_unoptimized": getattr(own, "prevent_unoptimized", None),
    }
