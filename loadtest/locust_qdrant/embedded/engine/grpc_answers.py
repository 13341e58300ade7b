"""The gRPC side of the engine: a message's bytes to an operation, and its result to bytes."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from qdrant_client import grpc

from locust_qdrant.embedded.engine import grpc_requests as requests
from locust_qdrant.embedded.engine import grpc_results as results
from locust_qdrant.embedded.engine.operations import (
    collections,
    groups,
    indexes,
    reads,
    service,
    writes,
)
from locust_qdrant.embedded.engine.problems import RequestError, not_served, wrong_input

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from locust_qdrant.embedded.engine.catalog import Catalog
    from locust_qdrant.embedded.engine.operations.call import Call

    Run = Callable[[Catalog, Call], Any]

OK = 0


@dataclass(frozen=True)
class _Method:
    """How a message is read, what answers it, and how the result is written."""

    request: Any
    read: Callable[[Any], Call]
    run: Run
    write: Callable[[Any], dict[str, Any]]
    response: Any


def answer(catalog: Catalog, head: bytes, body: bytes) -> tuple[int, bytes, bytes]:
    """Answer one message: return the gRPC status, the reason of a failure, and the response.

    `head` is the method's full name, such as `/qdrant.Points/Query`.
    """
    started = time.perf_counter()
    try:
        method = _method(head.decode())
        fields = method.write(method.run(catalog, _read(method, body)))
    except RequestError as problem:
        return failure(problem)
    if "time" in method.response.DESCRIPTOR.fields_by_name:
        fields["time"] = time.perf_counter() - started
    return OK, b"", method.response(**fields).SerializeToString()


def failure(problem: RequestError) -> tuple[int, bytes, bytes]:
    """Return the answer to a message that failed, as `answer` does."""
    return problem.grpc_code, problem.message.encode(), b""


def _method(name: str) -> _Method:
    method = METHODS.get(name)
    if method is None:
        raise not_served(name)
    return method


def _read(method: _Method, body: bytes) -> Call:
    try:
        return method.read(method.request.FromString(body))
    except (DecodeError, ValueError) as error:  # pydantic's ValidationError is a ValueError
        raise wrong_input(str(error)) from None


def _collections() -> dict[str, _Method]:
    flag = (results.flag, grpc.CollectionOperationResponse)
    aliases = (results.aliases, grpc.ListAliasesResponse)
    return {
        "Get": _Method(
            grpc.GetCollectionInfoRequest,
            requests.bare,
            collections.info,
            results.collection_info,
            grpc.GetCollectionInfoResponse,
        ),
        "List": _Method(
            grpc.ListCollectionsRequest,
            requests.bare,
            collections.list_collections,
            results.collections,
            grpc.ListCollectionsResponse,
        ),
        "CollectionExists": _Method(
            grpc.CollectionExistsRequest,
            requests.bare,
            collections.exists,
            results.exists,
            grpc.CollectionExistsResponse,
        ),
        "Create": _Method(
            grpc.CreateCollection, requests.create_collection, collections.create, *flag
        ),
        "Update": _Method(
            grpc.UpdateCollection, requests.update_collection, collections.update, *flag
        ),
        "Delete": _Method(grpc.DeleteCollection, requests.bare, collections.delete, *flag),
        "UpdateAliases": _Method(
            grpc.ChangeAliases, requests.change_aliases, collections.change_aliases, *flag
        ),
        "ListAliases": _Method(
            grpc.ListAliasesRequest, requests.bare, collections.list_aliases, *aliases
        ),
        "ListCollectionAliases": _Method(
            grpc.ListCollectionAliasesRequest,
            requests.bare,
            collections.list_collection_aliases,
            *aliases,
        ),
    }


def _writes() -> dict[str, _Method]:
    def write(request: Any, read: Callable[[Any], Call], run: Run) -> _Method:
        return _Method(request, read, run, results.update, grpc.PointsOperationResponse)

    return {
        "Upsert": write(grpc.UpsertPoints, requests.upsert, writes.upsert),
        "Delete": write(grpc.DeletePoints, requests.delete_points, writes.delete),
        "UpdateVectors": write(
            grpc.UpdatePointVectors, requests.update_vectors, writes.update_vectors
        ),
        "DeleteVectors": write(
            grpc.DeletePointVectors, requests.delete_vectors, writes.delete_vectors
        ),
        "SetPayload": write(grpc.SetPayloadPoints, requests.set_payload, writes.set_payload),
        "OverwritePayload": write(
            grpc.SetPayloadPoints, requests.set_payload, writes.overwrite_payload
        ),
        "DeletePayload": write(
            grpc.DeletePayloadPoints, requests.delete_payload, writes.delete_payload
        ),
        "ClearPayload": write(
            grpc.ClearPayloadPoints, requests.delete_points, writes.clear_payload
        ),
        "CreateFieldIndex": write(
            grpc.CreateFieldIndexCollection, requests.create_index, indexes.create_index
        ),
        "DeleteFieldIndex": write(
            grpc.DeleteFieldIndexCollection, requests.delete_index, indexes.delete_index
        ),
        "UpdateBatch": _Method(
            grpc.UpdateBatchPoints,
            requests.update_batch,
            writes.batch_update,
            results.updates,
            grpc.UpdateBatchResponse,
        ),
    }


def _reads() -> dict[str, _Method]:
    return {
        "Get": _Method(
            grpc.GetPoints, requests.retrieve, reads.retrieve, results.records, grpc.GetResponse
        ),
        "Scroll": _Method(
            grpc.ScrollPoints, requests.scroll, reads.scroll, results.page, grpc.ScrollResponse
        ),
        "Count": _Method(
            grpc.CountPoints, requests.count, reads.count, results.count, grpc.CountResponse
        ),
        "Facet": _Method(
            grpc.FacetCounts, requests.facet, reads.facet, results.facet, grpc.FacetResponse
        ),
        "Query": _Method(
            grpc.QueryPoints, requests.query, reads.query, results.hits, grpc.QueryResponse
        ),
        "QueryBatch": _Method(
            grpc.QueryBatchPoints,
            requests.query_batch,
            reads.query_batch,
            results.batches,
            grpc.QueryBatchResponse,
        ),
        "QueryGroups": _Method(
            grpc.QueryPointGroups,
            requests.query_groups,
            groups.query_groups,
            results.groups,
            grpc.QueryGroupsResponse,
        ),
    }


_HEALTH = _Method(
    grpc.HealthCheckRequest, requests.bare, service.about, results.health, grpc.HealthCheckReply
)

METHODS: Mapping[str, _Method] = {
    **{f"/qdrant.Collections/{name}": method for name, method in _collections().items()},
    **{f"/qdrant.Points/{name}": method for name, method in (_writes() | _reads()).items()},
    "/qdrant.Qdrant/HealthCheck": _HEALTH,
}
