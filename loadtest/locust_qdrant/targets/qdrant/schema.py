"""A collection and its vectors as the client's models have them, and whether one there fits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qdrant_client import models

from locust_qdrant.config.model import UNNAMED
from locust_qdrant.config.synthetic import Sparse
from locust_qdrant.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from locust_qdrant.config.model import CollectionSpec, VectorSpec

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


def vector_model(vector: Any) -> Any:  # noqa: ANN401 - dense, multi or sparse
    """Return a vector of the dataset as the client takes it."""
    if isinstance(vector, Sparse):
        return models.SparseVector(indices=vector.indices, values=vector.values)
    return vector


def as_struct(vectors: Mapping[str, Any]) -> Any:  # noqa: ANN401 - one vector or several by name
    """Return the vectors of a point as the client takes them."""
    if list(vectors) == [UNNAMED]:
        return vectors[UNNAMED]
    return {name: vector_model(vector) for name, vector in vectors.items()}


def by_name(struct: Any) -> dict[str, Any]:  # noqa: ANN401 - one vector or several by name
    """Return the vectors of a point that the client gave back, by name."""
    if struct is None:
        return {}
    return dict(struct) if isinstance(struct, dict) else {UNNAMED: struct}


def check_usable(name: str, info: models.CollectionInfo, spec: CollectionSpec) -> None:
    """Refuse the collection `name` if `spec` does not describe it.

    Raises:
        UsageError: a vector that the run takes is not there, or is another one.
    """
    params = info.config.params
    vectors = params.vectors or {}
    found = vectors if isinstance(vectors, dict) else {UNNAMED: vectors}
    for vector, wanted in spec.vectors.items():
        _check_vector(name, vector, found, wanted)
    lacking = set(spec.sparse) - set(params.sparse_vectors or {})
    if lacking:
        raise UsageError(
            f"The collection {name!r} has no sparse vector {', '.join(sorted(lacking))}: choose "
            "another collection, or change collection.sparse."
        )


def _check_vector(
    name: str, vector: str, found: dict[str, models.VectorParams], wanted: VectorSpec
) -> None:
    dim = wanted.dim
    there = found.get(vector)
    if there is None:
        has = ", ".join(sorted(found)) if UNNAMED not in found else ""
        have = f"has named vectors ({has})" if has else "has no named vectors"
        takes = f"the vector {vector!r}" if vector else "unnamed ones"
        raise UsageError(
            f"The collection {name!r} {have}, and this run takes {takes}: choose another "
            "collection, or describe its vectors in [collection.vectors]."
        )
    if there.size != dim:
        size = f"of {there.size} dimensions, and"
        raise UsageError(
            f"The collection {name!r} has vectors {vector!r} {size} the run takes {dim}: set its "
            f"dim to {there.size}."
            if vector
            else f"The collection {name!r} has vectors {size} --dim is {dim}: say --dim "
            f"{there.size}."
        )
    if there.distance is not _DISTANCES[wanted.distance]:
        raise UsageError(
            f"The collection {name!r} compares by {there.distance.value}, and the run by "
            f"{wanted.distance}: set its distance to {there.distance.value.lower()}."
        )
    if (there.multivector_config is not None) != bool(wanted.multi):
        kind = "multivectors" if there.multivector_config is not None else "plain vectors"
        raise UsageError(
            f"The collection {name!r} has {kind}, and the run takes others: change multi."
        )
    if there.datatype not in {None, models.Datatype.FLOAT32}:
        raise UsageError(
            f"The collection {name!r} keeps vectors as {there.datatype}, which cannot be compared "
            "with what was written: choose another collection."
        )
