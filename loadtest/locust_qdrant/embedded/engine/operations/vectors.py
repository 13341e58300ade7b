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
        RequestError: 400 if another vector has the name.
    """
    collection, name = catalog[call.collection], call.target
    request = collection.entry.request
    if name in collection.kinds:
        _check_alike(request, name, call.body)
        return update_result(collection.next_operation(), wait=call.wait)
    if isinstance(call.body, models.SparseVectorNameConfig):
        sparse = call.body.sparse
        datatype = member(edge.VectorStorageDatatype, sparse.datatype)
        operation = edge.UpdateOperation.create_sparse_vector(
            name, modifier=convert_modifier(sparse.modifier), datatype=datatype
        )
        index: models.SparseIndexParams | None = None
        if sparse.datatype is not None:
            index = models.SparseIndexParams(datatype=_datatype(sparse))
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
            datatype=_datatype(dense),
        )
        changed = {"vectors": _named(request.vectors) | {name: vector}}
    number = collection.apply(Update(operation))
    if not collection.kinds:
        collection.apply(Update(edge.UpdateOperation.delete_vector_name(PLACEHOLDER)))
    collection.change(request=request.model_copy(update=changed))
    return update_result(number, wait=call.wait)


def delete(catalog: Catalog, call: Call) -> dict[str, Any]:
    """Remove a vector, if the collection has it, and from all its points."""
    collection, name = catalog[call.collection], call.target
    if name not in collection.kinds:
        return update_result(collection.next_operation(), wait=call.wait)
    request = collection.entry.request
    if len(collection.kinds) == 1:
        collection.apply(Update(edge.UpdateOperation.create_sparse_vector(PLACEHOLDER)))
    number = collection.apply(Update(edge.UpdateOperation.delete_vector_name(name)))
    dense = {n: params for n, params in _named(request.vectors).items() if n != name}
    sparse = {n: p for n, p in (request.sparse_vectors or {}).items() if n != name}
    changed = {"vectors": dense, "sparse_vectors": sparse or None}
    collection.change(request=request.model_copy(update=changed))
    return update_result(number, wait=call.wait)


def _check_alike(request: models.CreateCollection, name: str, wanted: Any) -> None:
    """Check that the vector with this name is the wanted one, but for how it is indexed."""
    dense, sparse = _named(request.vectors).get(name), (request.sparse_vectors or {}).get(name)
    if isinstance(wanted, models.SparseVectorNameConfig):
        if sparse is None:
            raise wrong_input(f"Vector `{name}` already exists as a dense vector")
        what, new = "Sparse vector", wanted.sparse
        index = sparse.index or models.SparseIndexParams()
        same = (sparse.modifier, index.datatype) == (new.modifier, _datatype(new))
    else:
        if dense is None:
            raise wrong_input(f"Vector `{name}` already exists as a sparse vector")
        what, new = "Vector", wanted.dense
        names = ("size", "distance", "multivector_config")
        same = all(getattr(dense, name) == getattr(new, name) for name in names)
        same = same and dense.datatype == _datatype(new)
    if not same:
        raise wrong_input(f"{what} `{name}` already exists with a different configuration")


def _datatype(config: models.DenseVectorConfig | models.SparseVectorConfig) -> Any:
    return config.datatype and models.Datatype(config.datatype.value)


def _named(vectors: Any) -> dict[str, models.VectorParams]:
    if isinstance(vectors, dict):
        return vectors
    return {} if vectors is None else {DEFAULT_VECTOR: vectors}
