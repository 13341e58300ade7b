"""Collection settings: from `qdrant_client.models` to `qdrant_edge`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import qdrant_edge as edge
from qdrant_client.http import models

from locust_qdrant.embedded.engine.problems import not_served

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_VECTOR = ""
# The engine keeps no points without a vector name; this one nobody can write to.
PLACEHOLDER = "-no-vectors-"

# Qdrant's own defaults (its config/config.yaml), so that a collection behaves as on a server.
_HNSW = {
    "m": 16,
    "ef_construct": 100,
    "full_scan_threshold": 10_000,
    "max_indexing_threads": 0,
    "on_disk": False,
}
INDEXING_THRESHOLD_KB = 10_000
_FLUSH_INTERVAL_SECONDS = 5


def convert_config(request: models.CreateCollection) -> edge.EdgeConfig:
    """Convert the settings of a collection.

    Raises:
        RequestError: 501 when the engine has no such setting.
    """
    quantization, storage = request.quantization_config, getattr(request, "payload", None)
    hnsw = complete_hnsw(request.hnsw_config)
    tracker = getattr(request, "id_tracker", None)
    dense = {name: _vector(v, hnsw) for name, v in dense_vectors(request).items()}
    sparse = {name: _sparse(s) for name, s in (request.sparse_vectors or {}).items()}
    if not dense and not sparse:
        sparse[PLACEHOLDER] = edge.EdgeSparseVectorParams()
    return edge.EdgeConfig(
        vectors=dense,
        sparse_vectors=sparse,
        on_disk_payload=request.on_disk_payload,
        payload_memory=member(edge.Memory, getattr(storage, "memory", None)),
        id_tracker_memory=member(edge.Memory, getattr(tracker, "memory", None)),
        hnsw_config=_hnsw(hnsw),
        quantization_config=_quantization(quantization),
        optimizers=_optimizers(request.optimizers_config),
    )


def dense_vectors(request: models.CreateCollection) -> Mapping[str, models.VectorParams]:
    """Return the dense and multi vectors by name; an unnamed one has the name ''."""
    if request.vectors is None:
        return {}
    if isinstance(request.vectors, dict):
        return request.vectors
    return {DEFAULT_VECTOR: request.vectors}


def smaller_is_better(request: models.CreateCollection, using: str) -> bool:
    """Return whether a vector's scores are distances, of which the smallest is the best."""
    params = dense_vectors(request).get(using)
    return params is not None and params.distance.value in {"Euclid", "Manhattan"}


def complete_hnsw(*diffs: models.HnswConfigDiff | None) -> dict[str, Any]:
    """Return the settings of the HNSW graph: Qdrant's defaults, overridden by each diff in turn."""
    settings: dict[str, Any] = dict(_HNSW)
    for diff in diffs:
        settings |= {} if diff is None else diff.model_dump(exclude_none=True)
    return settings


def _hnsw(settings: dict[str, Any]) -> edge.HnswIndexConfig:
    return edge.HnswIndexConfig(
        **settings | {"memory": member(edge.Memory, settings.get("memory"))}
    )


def _vector(params: models.VectorParams, hnsw: dict[str, Any]) -> edge.EdgeVectorParams:
    own = params.hnsw_config and params.hnsw_config.model_dump(exclude_none=True)
    return edge.EdgeVectorParams(
        size=params.size,
        distance=getattr(edge.Distance, params.distance.value),
        on_disk=params.on_disk,
        multivector_config=_multivector(params.multivector_config),
        datatype=member(edge.VectorStorageDatatype, params.datatype),
        quantization_config=_quantization(params.quantization_config),
        hnsw_config=_hnsw(hnsw | own) if own else None,
        memory=member(edge.Memory, getattr(params, "memory", None)),
    )


def _sparse(params: models.SparseVectorParams) -> edge.EdgeSparseVectorParams:
    index = params.index or models.SparseIndexParams()
    return edge.EdgeSparseVectorParams(
        full_scan_threshold=index.full_scan_threshold,
        on_disk=index.on_disk,
        modifier=convert_modifier(params.modifier),
        datatype=member(edge.VectorStorageDatatype, index.datatype),
        memory=member(edge.Memory, getattr(index, "memory", None)),
    )


def convert_modifier(modifier: models.Modifier | None) -> edge.Modifier | None:
    """Convert a sparse vector's modifier; 'none' is the engine's default."""
    return edge.Modifier.Idf if modifier is not None and modifier.value == "idf" else None


def _multivector(config: models.MultiVectorConfig | None) -> edge.MultiVectorConfig | None:
    if config is None:
        return None
    return edge.MultiVectorConfig(edge.MultiVectorComparator.MaxSim)


def _optimizers(diff: models.OptimizersConfigDiff | None) -> edge.EdgeOptimizersConfig:
    own = diff or models.OptimizersConfigDiff()
    return edge.EdgeOptimizersConfig(
        deleted_threshold=own.deleted_threshold,
        vacuum_min_vector_number=own.vacuum_min_vector_number,
        default_segment_number=own.default_segment_number,
        max_segment_size=own.max_segment_size,
        indexing_threshold=indexing_threshold(diff),
        prevent_unoptimized=getattr(own, "prevent_unoptimized", None),
    )


def indexing_threshold(diff: models.OptimizersConfigDiff | None) -> int:
    """Return from how many KB of vectors on a segment gets an HNSW graph; 0 is never."""
    if diff is None or diff.indexing_threshold is None:
        return INDEXING_THRESHOLD_KB
    return diff.indexing_threshold


def flush_interval(diff: models.OptimizersConfigDiff | None) -> int:
    """Return after how many seconds at most a write is in the files, not only in the log."""
    if diff is None or diff.flush_interval_sec is None:
        return _FLUSH_INTERVAL_SECONDS
    return diff.flush_interval_sec


class VacuumLimits(NamedTuple):
    """From how many deleted vectors on, by number and by share of all, they are cleared away."""

    minimum: int
    share: float


def vacuum_limits(diff: models.OptimizersConfigDiff | None) -> VacuumLimits:
    """Return the limits in force: Qdrant's defaults, or the collection's own."""
    own = diff or models.OptimizersConfigDiff()
    minimum, share = own.vacuum_min_vector_number, own.deleted_threshold
    return VacuumLimits(
        _VACUUM_DEFAULTS.minimum if minimum is None else minimum,
        _VACUUM_DEFAULTS.share if share is None else share,
    )


def _quantization(config: models.QuantizationConfig | None) -> edge.QuantizationConfigType | None:
    if config is None:
        return None
    kind, settings = next(iter(config.model_dump(exclude_none=True).items()))
    if kind not in _QUANTIZATIONS:
        raise not_served(f"the quantization `{kind}`")
    make, enums = _QUANTIZATIONS[kind]
    converted: edge.QuantizationConfigType = make(
        **{
            name: member(enums[name], value) if name in enums else value
            for name, value in settings.items()
        }
    )
    return converted


def member(kind: Any, member: Any) -> Any:
    """Return the engine's enum member with the same name, whatever its case and underscores."""
    if member is None:
        return None
    wanted = str(member.value).replace("_", "").lower()
    for name in dir(kind):
        if name.replace("_", "").lower() == wanted:
            return getattr(kind, name)
    raise not_served(f"`{member.value}` as {kind.__name__}")


_VACUUM_DEFAULTS = VacuumLimits(minimum=1000, share=0.2)

_QUANTIZATIONS: Mapping[str, tuple[Any, Mapping[str, Any]]] = {
    "scalar": (
        edge.ScalarQuantizationConfig,
        {"type": edge.ScalarType, "memory": edge.Memory},
    ),
    "product": (
        edge.ProductQuantizationConfig,
        {"compression": edge.CompressionRatio, "memory": edge.Memory},
    ),
    "binary": (
        edge.BinaryQuantizationConfig,
        {
            "encoding": edge.BinaryQuantizationEncoding,
            "query_encoding": edge.BinaryQuantizationQueryEncoding,
            "memory": edge.Memory,
        },
    ),
    "turbo": (
        edge.TurboQuantQuantizationConfig,
        {"bits": edge.TurboQuantBitSize, "memory": edge.Memory},
    ),
}
