"""From what a collection is asked to be to the client's models of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qdrant_client import models

from locust_qdrant.workload.model import UNNAMED

if TYPE_CHECKING:
    from locust_qdrant.workload.model import CollectionSpec, VectorSpec

_DISTANCES = {
    "cosine": models.Distance.COSINE,
    "dot": models.Distance.DOT,
    "euclid": models.Distance.EUCLID,
    "manhattan": models.Distance.MANHATTAN,
}

_QUANTIZATIONS: dict[str, models.QuantizationConfig] = {
    "scalar": models.ScalarQuantization(
        scalar=models.ScalarQuantizationConfig(type=models.ScalarType.INT8)
    ),
    "product": models.ProductQuantization(
        product=models.ProductQuantizationConfig(compression=models.CompressionRatio.X16)
    ),
    "binary": models.BinaryQuantization(binary=models.BinaryQuantizationConfig()),
}


def creation(spec: CollectionSpec) -> dict[str, Any]:
    """Return the keyword arguments of `create_collection` for `spec`, but for the name."""
    vectors = {name: _vector(each) for name, each in spec.vectors.items()}
    arguments: dict[str, Any] = {
        "vectors_config": vectors[UNNAMED] if list(vectors) == [UNNAMED] else vectors,
        "sparse_vectors_config": {name: models.SparseVectorParams() for name in spec.sparse},
        "quantization_config": _QUANTIZATIONS.get(spec.quantization),
        "hnsw_config": models.HnswConfigDiff(**spec.hnsw) if spec.hnsw else None,
        "optimizers_config": models.OptimizersConfigDiff(**spec.optimizers)
        if spec.optimizers
        else None,
        "shard_number": spec.shards,
        "replication_factor": spec.replication,
    }
    return {name: value for name, value in arguments.items() if value}


def payload_index(schema: str) -> Any:  # noqa: ANN401 - a schema type or its settings
    """Return the schema of a payload index as the client takes it."""
    if schema == "tenant":
        return models.KeywordIndexParams(type=models.KeywordIndexType.KEYWORD, is_tenant=True)
    return models.PayloadSchemaType(schema)


def _vector(spec: VectorSpec) -> models.VectorParams:
    multi = models.MultiVectorConfig(comparator=models.MultiVectorComparator.MAX_SIM)
    return models.VectorParams(
        size=spec.dim,
        distance=_DISTANCES[spec.distance],
        multivector_config=multi if spec.multi else None,
    )
