"""Operations on payload indexes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import qdrant_edge as edge

from locust_qdrant.embedded.engine.collection import Update
from locust_qdrant.embedded.engine.operations.writes import update_result
from locust_qdrant.embedded.engine.problems import RequestError
from locust_qdrant.embedded.engine.to_engine.indexes import convert_schema

if TYPE_CHECKING:
    from locust_qdrant.embedded.engine.catalog import Catalog
    from locust_qdrant.embedded.engine.operations.call import Call


def create_index(catalog: Catalog, call: Call) -> dict[str, Any]:
    """Index a payload field.

    Raises:
        RequestError: 400 without a type: the engine does not guess one.
    """
    collection, body = catalog[call.collection], call.body
    if body.field_schema is None:
        raise RequestError(
            400,
            "Bad request: Can't auto-detect field type, please specify `field_schema` in the"
            " request",
        )
    schema = convert_schema(body.field_schema)
    number = collection.apply(
        Update(edge.UpdateOperation.create_field_index(body.field_name, schema))
    )
    collection.learn_indexes()
    return update_result(number, wait=call.wait)


def delete_index(catalog: Catalog, call: Call) -> dict[str, Any]:
    """Drop the index of a payload field; without one, nothing happens."""
    collection = catalog[call.collection]
    number = collection.apply(Update(edge.UpdateOperation.delete_field_index(call.target)))
    collection.learn_indexes()
    return update_result(number, wait=call.wait)
