"""The REST side of the engine: a request's bytes to an operation, and its result to bytes."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_json
from qdrant_client.http import models

from locust_qdrant.embedded.engine.body_errors import where_and_what
from locust_qdrant.embedded.engine.operations import (
    collections,
    groups,
    indexes,
    reads,
    service,
    writes,
)
from locust_qdrant.embedded.engine.operations.call import Call
from locust_qdrant.embedded.engine.problems import RequestError, invalid_body

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from locust_qdrant.embedded.engine.catalog import Catalog

    Run = Callable[[Catalog, Call], object]


@dataclass(frozen=True)
class Operation:
    """How a route's request is read, and what answers it.

    `bare` results are sent as they are, without Qdrant's envelope.
    """

    run: Run
    body: TypeAdapter[Any] | None = None
    bare: bool = False


def answer(catalog: Catalog, head: bytes, body: bytes) -> tuple[int, bytes, bytes]:
    """Answer one request: return the HTTP status, nothing, and the response's body.

    `head` is JSON: the operation's name, the collection, the target and `wait`.
    """
    started = time.perf_counter()
    request = json.loads(head)
    operation = OPERATIONS[request.pop("operation")]
    try:
        result = operation.run(catalog, Call(**request, body=_parse(operation.body, body)))
    except RequestError as problem:
        return failure(problem, time.perf_counter() - started)
    if isinstance(result, str):
        return 200, b"", result.encode()
    elapsed = time.perf_counter() - started
    document = result if operation.bare else {"result": result, "status": "ok", "time": elapsed}
    return 200, b"", to_json(document, exclude_none=True)


def failure(problem: RequestError, seconds: float = 0.0) -> tuple[int, bytes, bytes]:
    """Return the answer to a request that failed, as `answer` does."""
    return problem.status, b"", to_json({"status": {"error": problem.message}, "time": seconds})


def _parse(adapter: TypeAdapter[Any] | None, body: bytes) -> Any:
    if adapter is None:
        return None
    try:
        return adapter.validate_json(body)
    except ValidationError as error:
        raise _problem(error, body) from None


def _problem(error: ValidationError, body: bytes) -> RequestError:
    errors = error.errors(include_url=False, include_context=False)
    if errors[0]["type"] == "json_invalid":
        return RequestError(400, f"Format error in JSON body: {errors[0]['msg']}")
    return invalid_body(where_and_what(errors, body))


def _of(model: Any) -> TypeAdapter[Any]:
    return TypeAdapter(model)


OPERATIONS: Mapping[str, Operation] = {
    "about": Operation(service.about, bare=True),
    "change_aliases": Operation(collections.change_aliases, _of(models.ChangeAliasesOperation)),
    "clear_payload": Operation(writes.clear_payload, _of(models.PointsSelector)),
    "collection_exists": Operation(collections.exists),
    "count": Operation(reads.count, _of(models.CountRequest)),
    "create_collection": Operation(collections.create, _of(models.CreateCollection)),
    "create_index": Operation(indexes.create_index, _of(models.CreateFieldIndex)),
    "delete_collection": Operation(collections.delete),
    "delete_index": Operation(indexes.delete_index),
    "delete_payload": Operation(writes.delete_payload, _of(models.DeletePayload)),
    "delete_points": Operation(writes.delete, _of(models.PointsSelector)),
    "delete_vectors": Operation(writes.delete_vectors, _of(models.DeleteVectors)),
    "facet": Operation(reads.facet, _of(models.FacetRequest)),
    "get_collection": Operation(collections.info),
    "get_point": Operation(reads.retrieve_one),
    "list_aliases": Operation(collections.list_aliases),
    "list_collection_aliases": Operation(collections.list_collection_aliases),
    "list_collections": Operation(collections.list_collections),
    "metrics": Operation(service.metrics),
    "overwrite_payload": Operation(writes.overwrite_payload, _of(models.SetPayload)),
    "query": Operation(reads.query, _of(models.QueryRequest)),
    "query_batch": Operation(reads.query_batch, _of(models.QueryRequestBatch)),
    "query_groups": Operation(groups.query_groups, _of(models.QueryGroupsRequest)),
    "retrieve": Operation(reads.retrieve, _of(models.PointRequest)),
    "scroll": Operation(reads.scroll, _of(models.ScrollRequest)),
    "set_payload": Operation(writes.set_payload, _of(models.SetPayload)),
    "telemetry": Operation(service.telemetry),
    "update_batch": Operation(writes.batch_update, _of(models.UpdateOperations)),
    "update_collection": Operation(collections.update, _of(models.UpdateCollection)),
    "update_vectors": Operation(writes.update_vectors, _of(models.UpdateVectors)),
    "upsert": Operation(writes.upsert, _of(models.PointInsertOperations)),
}
