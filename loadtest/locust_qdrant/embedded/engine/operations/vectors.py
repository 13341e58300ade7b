"""Operations on the vector names of a collection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import qdrant_edge as edge
from qdrant_client.http import models

from locust_qdrant.embedded.engine.collection import Update
from locust_qdrant.embedded.engine.operations.writes import update_result
from locust_qdrant.embedded.engine.problems import wrong_input
from locust_qdrant.embedded.engine.to_engine.settings import (
    DEFAULT_VECTOR,
    PLACEHOLDER,
    convert_modifier,
    member,
)

if TYPE_CHECKING:
    from locust_qdrant.embedded.engine.catalog import Catalog
    from locust_qdrant.embedded.engine.operations.call import Call


def create(catalog: Catalog, call: Call) -> dict[str, Any]:
    """Add a dense or sparse vector to a collection; its points have none under this name yet.

    Raises:
        RequestError: 400 if the name is taken.
    """
    collection, name = catalog[call.collection], call.target
    if name in collection.kinds:
        raise wrong_input(f"Vector name '{name}' already exists")
    request = collection.entry.request
    if isinstance(call.body, models.SparseVectorNameConfig):
        sparse = call.body.sparse
        datatype = member(edge.VectorStorageDatatype, sparse.datatype)
        operation = edge.UpdateOperation.create_sparse_vector(
            name, modifier=convert_modifier(sparse.modifier), datatype=datatype
        )
        index: models.SparseIndexParams | None = None
        if sparse.datatype is not None:
            index = models.SparseIndexParams(datatype=models.Datatype(sparse.datatype.value))
        params = models.SparseVectorParams(modifier=sparse.modifier, index=index)
        changed: dict[str, Any] = {
            "sparse_vectors": {**(request.sparse_vectors or {}), name: params}
        }
    else:
        dense = call.body.dense
        multi = dense.multivector_config
        operation = edge.UpdateOperation.create_dense_vector(
            name,
            dense.size,
            member(edge.Distance, dense.distance),
            multivector_config=multi and edge.MultiVectorConfig(edge.MultiVectorComparator.MaxSim),
            datatype=member(edge.VectorStorageDatatype, dense.datatype),
        )
        vector = models.VectorParams(
            size=dense.size,
            distance=dense.distance,
            multivector_config=multi,
            datatype=dense.datatype and models.Datatype(dense.datatype.value),
        )
        changed = {"vectors": _named(request.vectors) | {name: vector}}
    number = collection.apply(Update(operation))
    if not collection.kinds:
        collection.apply(Update(edge.UpdateOperation.delete_vector_name(PLACEHOLDER)))
    collection.change(request=request.model_copy(update=changed))
    return update_result(number, wait=call.wait)


def delete(catalog: Catalog, call: Call) -> dict[str, Any]:
    """Remove a vector from a collection, and from all its points.

    Raises:
        RequestError: 400 if the collection has no such vector.
    """
    collection, name = catalog[call.collection], call.target
    if name not in collection.kinds:
        raise wrong_input(f"Not existing vector name error: {name}")
    request = collection.entry.request
    if len(collection.kinds) == 1:
        collection.apply(Update(edge.UpdateOperation.create_sparse_vector(PLACEHOLDER)))
    number = collection.apply(Update(edge.UpdateOperation.delete_vector_name(name)))
    dense = {n: params for n, params in _named(request.vectors).items() if n != name}
    sparse = {n: p for n, p in (request.sparse_vectors or {}).items() if n != name}
    changed = {"vectors": dense, "sparse_vectors": sparse or None}
    collection.change(request=request.model_copy(update=changed))
    return update_result(number, wait=call.wait)


def _named(vectors: Any) -> dict[str, models.VectorParams]:
    if isinstance(vectors, dict):
        return vectors
    return {} if vectors is None else {DEFAULT_VECTOR: vectors}
