"""Operations on what a collection keeps of each point: payload indexes and vector names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import qdrant_edge as edge
from qdrant_client.http import models

from locust_qdrant.embedded.engine.collection import Update
from locust_qdrant.embedded.engine.operations.writes import update_result
from locust_qdrant.embedded.engine.problems import RequestError, wrong_input
from locust_qdrant.embedded.engine.to_engine.indexes import convert_schema
from locust_qdrant.embedded.engine.to_engine.settings import convert_modifier, member

if TYPE_CHECKING:
    from locust_qdrant.embedded.engine.catalog import Catalog
    from locust_qdrant.embedded.engine.operations.call import Call


def create_index(catalog: Catalog, call: Call) -> models.UpdateResult:
    """Index a payload field.

    Raises:
        RequestError: 400 without a type: the engine does not guess one.
    """
    collection, body = catalog[call.collection], call.body
    if body.field_schema is None:
        raise wrong_input("`field_schema` is needed: the type of the field to index")
    schema = convert_schema(body.field_schema)
    number = collection.apply(
        Update(edge.UpdateOperation.create_field_index(body.field_name, schema))
    )
    return update_result(number, wait=call.wait)


def delete_index(catalog: Catalog, call: Call) -> models.UpdateResult:
    """Drop the index of a payload field; without one, nothing happens."""
    collection = catalog[call.collection]
    number = collection.apply(Update(edge.UpdateOperation.delete_field_index(call.target)))
    return update_result(number, wait=call.wait)


def create_vector_name(catalog: Catalog, call: Call) -> models.UpdateResult:
    """Give the points of a collection room for one more named vector."""
    collection, name = catalog[call.collection], call.target
    if name in collection.kinds:
        raise wrong_input(f"Vector with name `{name}` already exists")
    dense, sparse = getattr(call.body, "dense", None), getattr(call.body, "sparse", None)
    operation = _dense_vector(name, dense) if dense is not None else _sparse_vector(name, sparse)
    number = collection.apply(Update(operation))
    request = collection.entry.request
    if dense is not None:
        vectors = _by_name(request.vectors)
        vectors[name] = models.VectorParams(**dense.model_dump(exclude_none=True))
        collection.change(request=request.model_copy(update={"vectors": vectors}))
    else:
        vectors = dict(request.sparse_vectors or {})
        vectors[name] = models.SparseVectorParams(modifier=getattr(sparse, "modifier", None))
        collection.change(request=request.model_copy(update={"sparse_vectors": vectors}))
    return update_result(number, wait=call.wait)


def delete_vector_name(catalog: Catalog, call: Call) -> models.UpdateResult:
    """Drop a named vector from all points of a collection."""
    collection, name = catalog[call.collection], call.target
    if name not in collection.kinds:
        raise RequestError(404, f"Not found: Vector with name `{name}` doesn't exist")
    number = collection.apply(Update(edge.UpdateOperation.delete_vector_name(name)))
    request = collection.entry.request
    collection.change(
        request=request.model_copy(
            update={
                "vectors": _without(_by_name(request.vectors), name),
                "sparse_vectors": _without(request.sparse_vectors or {}, name),
            }
        )
    )
    return update_result(number, wait=call.wait)


def _dense_vector(name: str, dense: Any) -> edge.UpdateOperation:
    return edge.UpdateOperation.create_dense_vector(
        name,
        dense.size,
        getattr(edge.Distance, dense.distance.value),
        dense.multivector_config and edge.MultiVectorConfig(edge.MultiVectorComparator.MaxSim),
        member(edge.VectorStorageDatatype, dense.datatype),
    )


def _sparse_vector(name: str, sparse: Any) -> edge.UpdateOperation:
    return edge.UpdateOperation.create_sparse_vector(
        name,
        convert_modifier(getattr(sparse, "modifier", None)),
        member(edge.VectorStorageDatatype, getattr(sparse, "datatype", None)),
    )


def _by_name(vectors: Any) -> dict[str, models.VectorParams]:
    if vectors is None or isinstance(vectors, dict):
        return dict(vectors or {})
    return {"": vectors}


def _without(vectors: Any, name: str) -> Any:
    return {key: value for key, value in vectors.items() if key != name}
