"""Every operation, once: its routes and methods, how it is read, answered and written.

What a Qdrant server has beside these is listed at the end, so that it can be refused by its name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from qdrant_client import grpc as pb
from qdrant_client.http import models

from locust_qdrant.embedded.engine import older_requests as older
from locust_qdrant.embedded.engine.grpc import reading, writing
from locust_qdrant.embedded.engine.operations import (
    collections,
    groups,
    indexes,
    matrix,
    reads,
    service,
    vectors,
    writes,
)
from locust_qdrant.embedded.engine.rest import writing as json
from locust_qdrant.embedded.engine.rest.reading import BodyReader

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from locust_qdrant.embedded.engine.catalog import Catalog
    from locust_qdrant.embedded.engine.operations.call import Call

    Run = Callable[[Catalog, Call], Any]


@dataclass(frozen=True)
class Rest:
    """How an operation is reached over REST.

    `body` is the model of the request, `older` says that it is put as a query first, `write` makes
    JSON of the result, and `bare` results are sent without Qdrant's envelope.
    """

    route: str
    body: Any = None
    write: Callable[[Any], Any] = json.as_it_is
    older: bool = False
    bare: bool = False
    parameters: tuple[str, ...] = ()

    @cached_property
    def reader(self) -> BodyReader | None:
        """What reads the body; None if there is none."""
        return None if self.body is None else BodyReader(self.body)


@dataclass(frozen=True)
class Grpc:
    """How an operation is reached over gRPC."""

    method: str
    request: Any
    read: Callable[[Any], Call]
    write: Callable[[Any], dict[str, Any]]
    response: Any


@dataclass(frozen=True)
class Operation:
    """What a server can be asked to do."""

    run: Run
    rest: tuple[Rest, ...] = ()
    grpc: tuple[Grpc, ...] = field(default=())


_COLLECTION = "/collections/{collection}"
_POINTS = f"{_COLLECTION}/points"
_WRITE = ("wait", "ordering", "timeout")
_READ = ("consistency", "timeout")
_CHANGE = ("timeout",)
_REPORT = ("anonymize", "details_level", "per_collection", "timeout")


def _collection_operations() -> list[Operation]:
    flag = (writing.flag, pb.CollectionOperationResponse)
    aliases = (writing.aliases, pb.ListAliasesResponse)
    return [
        Operation(
            collections.list_collections,
            (Rest("GET /collections"),),
            (
                Grpc(
                    "Collections/List",
                    pb.ListCollectionsRequest,
                    reading.bare,
                    writing.collections,
                    pb.ListCollectionsResponse,
                ),
            ),
        ),
        Operation(
            collections.info,
            (Rest(f"GET {_COLLECTION}"),),
            (
                Grpc(
                    "Collections/Get",
                    pb.GetCollectionInfoRequest,
                    reading.bare,
                    writing.collection_info,
                    pb.GetCollectionInfoResponse,
                ),
            ),
        ),
        Operation(
            collections.exists,
            (Rest(f"GET {_COLLECTION}/exists"),),
            (
                Grpc(
                    "Collections/CollectionExists",
                    pb.CollectionExistsRequest,
                    reading.bare,
                    writing.exists,
                    pb.CollectionExistsResponse,
                ),
            ),
        ),
        Operation(
            collections.create,
            (Rest(f"PUT {_COLLECTION}", models.CreateCollection, parameters=_CHANGE),),
            (Grpc("Collections/Create", pb.CreateCollection, reading.create_collection, *flag),),
        ),
        Operation(
            collections.update,
            (Rest(f"PATCH {_COLLECTION}", models.UpdateCollection, parameters=_CHANGE),),
            (Grpc("Collections/Update", pb.UpdateCollection, reading.update_collection, *flag),),
        ),
        Operation(
            collections.delete,
            (Rest(f"DELETE {_COLLECTION}", parameters=_CHANGE),),
            (Grpc("Collections/Delete", pb.DeleteCollection, reading.bare, *flag),),
        ),
        Operation(
            collections.change_aliases,
            (
                Rest(
                    "POST /collections/aliases",
                    models.ChangeAliasesOperation,
                    parameters=_CHANGE,
                ),
            ),
            (Grpc("Collections/UpdateAliases", pb.ChangeAliases, reading.change_aliases, *flag),),
        ),
        Operation(
            collections.list_aliases,
            (Rest("GET /aliases"),),
            (Grpc("Collections/ListAliases", pb.ListAliasesRequest, reading.bare, *aliases),),
        ),
        Operation(
            collections.list_collection_aliases,
            (Rest(f"GET {_COLLECTION}/aliases"),),
            (
                Grpc(
                    "Collections/ListCollectionAliases",
                    pb.ListCollectionAliasesRequest,
                    reading.bare,
                    *aliases,
                ),
            ),
        ),
        Operation(
            vectors.create,
            (
                Rest(
                    f"PUT {_COLLECTION}/vectors/{{target}}",
                    models.VectorNameConfig,
                    parameters=_WRITE,
                ),
            ),
        ),
        Operation(
            vectors.delete,
            (Rest(f"DELETE {_COLLECTION}/vectors/{{target}}", parameters=_WRITE),),
        ),
        Operation(
            collections.optimizations,
            (Rest(f"GET {_COLLECTION}/optimizations", parameters=("with", "completed_limit")),),
        ),
    ]


def _write_operations() -> list[Operation]:
    def one(run: Run, route: str, body: Any, method: str, request: Any, read: Any) -> Operation:
        return Operation(
            run,
            (Rest(route, body, parameters=_WRITE),),
            (
                Grpc(
                    f"Points/{method}",
                    request,
                    read,
                    writing.update,
                    pb.PointsOperationResponse,
                ),
            ),
        )

    return [
        one(
            writes.upsert,
            f"PUT {_POINTS}",
            models.PointInsertOperations,
            "Upsert",
            pb.UpsertPoints,
            reading.upsert,
        ),
        one(
            writes.delete,
            f"POST {_POINTS}/delete",
            models.PointsSelector,
            "Delete",
            pb.DeletePoints,
            reading.delete_points,
        ),
        one(
            writes.update_vectors,
            f"PUT {_POINTS}/vectors",
            models.UpdateVectors,
            "UpdateVectors",
            pb.UpdatePointVectors,
            reading.update_vectors,
        ),
        one(
            writes.delete_vectors,
            f"POST {_POINTS}/vectors/delete",
            models.DeleteVectors,
            "DeleteVectors",
            pb.DeletePointVectors,
            reading.delete_vectors,
        ),
        one(
            writes.set_payload,
            f"POST {_POINTS}/payload",
            models.SetPayload,
            "SetPayload",
            pb.SetPayloadPoints,
            reading.set_payload,
        ),
        one(
            writes.overwrite_payload,
            f"PUT {_POINTS}/payload",
            models.SetPayload,
            "OverwritePayload",
            pb.SetPayloadPoints,
            reading.set_payload,
        ),
        one(
            writes.delete_payload,
            f"POST {_POINTS}/payload/delete",
            models.DeletePayload,
            "DeletePayload",
            pb.DeletePayloadPoints,
            reading.delete_payload,
        ),
        one(
            writes.clear_payload,
            f"POST {_POINTS}/payload/clear",
            models.PointsSelector,
            "ClearPayload",
            pb.ClearPayloadPoints,
            reading.delete_points,
        ),
        one(
            indexes.create_index,
            f"PUT {_COLLECTION}/index",
            models.CreateFieldIndex,
            "CreateFieldIndex",
            pb.CreateFieldIndexCollection,
            reading.create_index,
        ),
        one(
            indexes.delete_index,
            f"DELETE {_COLLECTION}/index/{{target}}",
            None,
            "DeleteFieldIndex",
            pb.DeleteFieldIndexCollection,
            reading.delete_index,
        ),
        Operation(
            writes.batch_update,
            (Rest(f"POST {_POINTS}/batch", models.UpdateOperations, parameters=_WRITE),),
            (
                Grpc(
                    "Points/UpdateBatch",
                    pb.UpdateBatchPoints,
                    reading.update_batch,
                    writing.updates,
                    pb.UpdateBatchResponse,
                ),
            ),
        ),
    ]


def _read_operations() -> list[Operation]:
    return [
        Operation(
            reads.retrieve,
            (Rest(f"POST {_POINTS}", models.PointRequest, json.records, parameters=_READ),),
            (Grpc("Points/Get", pb.GetPoints, reading.retrieve, writing.records, pb.GetResponse),),
        ),
        Operation(
            reads.retrieve_one,
            (Rest(f"GET {_POINTS}/{{target}}", None, json.record, parameters=_READ),),
        ),
        Operation(
            reads.scroll,
            (Rest(f"POST {_POINTS}/scroll", models.ScrollRequest, json.page, parameters=_READ),),
            (
                Grpc(
                    "Points/Scroll",
                    pb.ScrollPoints,
                    reading.scroll,
                    writing.page,
                    pb.ScrollResponse,
                ),
            ),
        ),
        Operation(
            reads.count,
            (Rest(f"POST {_POINTS}/count", models.CountRequest, parameters=_READ),),
            (Grpc("Points/Count", pb.CountPoints, reading.count, writing.count, pb.CountResponse),),
        ),
        Operation(
            reads.facet,
            (Rest(f"POST {_COLLECTION}/facet", models.FacetRequest, json.facet, parameters=_READ),),
            (Grpc("Points/Facet", pb.FacetCounts, reading.facet, writing.facet, pb.FacetResponse),),
        ),
        Operation(
            reads.query,
            (
                Rest(f"POST {_POINTS}/query", models.QueryRequest, json.query, parameters=_READ),
                _older("search", older.SearchRequest, json.hits),
                _older("recommend", older.RecommendRequest, json.hits),
                _older("discover", older.DiscoverRequest, json.hits),
            ),
            (
                Grpc("Points/Query", pb.QueryPoints, reading.query, writing.hits, pb.QueryResponse),
                Grpc(
                    "Points/Search",
                    pb.SearchPoints,
                    reading.search,
                    writing.hits,
                    pb.SearchResponse,
                ),
                Grpc(
                    "Points/Recommend",
                    pb.RecommendPoints,
                    reading.recommend,
                    writing.hits,
                    pb.RecommendResponse,
                ),
                Grpc(
                    "Points/Discover",
                    pb.DiscoverPoints,
                    reading.discover,
                    writing.hits,
                    pb.DiscoverResponse,
                ),
            ),
        ),
        Operation(
            reads.query_batch,
            (
                Rest(
                    f"POST {_POINTS}/query/batch",
                    models.QueryRequestBatch,
                    json.queries,
                    parameters=_READ,
                ),
                _older("search/batch", older.SearchRequestBatch, json.batches),
                _older("recommend/batch", older.RecommendRequestBatch, json.batches),
                _older("discover/batch", older.DiscoverRequestBatch, json.batches),
            ),
            (
                Grpc(
                    "Points/QueryBatch",
                    pb.QueryBatchPoints,
                    reading.query_batch,
                    writing.batches,
                    pb.QueryBatchResponse,
                ),
                Grpc(
                    "Points/SearchBatch",
                    pb.SearchBatchPoints,
                    reading.search_batch,
                    writing.batches,
                    pb.SearchBatchResponse,
                ),
                Grpc(
                    "Points/RecommendBatch",
                    pb.RecommendBatchPoints,
                    reading.recommend_batch,
                    writing.batches,
                    pb.RecommendBatchResponse,
                ),
                Grpc(
                    "Points/DiscoverBatch",
                    pb.DiscoverBatchPoints,
                    reading.discover_batch,
                    writing.batches,
                    pb.DiscoverBatchResponse,
                ),
            ),
        ),
        Operation(
            groups.query_groups,
            (
                Rest(
                    f"POST {_POINTS}/query/groups",
                    models.QueryGroupsRequest,
                    json.groups,
                    parameters=_READ,
                ),
                _older("search/groups", older.SearchGroupsRequest, json.groups),
                _older("recommend/groups", older.RecommendGroupsRequest, json.groups),
            ),
            (
                Grpc(
                    "Points/QueryGroups",
                    pb.QueryPointGroups,
                    reading.query_groups,
                    writing.groups,
                    pb.QueryGroupsResponse,
                ),
                Grpc(
                    "Points/SearchGroups",
                    pb.SearchPointGroups,
                    reading.search_groups,
                    writing.groups,
                    pb.SearchGroupsResponse,
                ),
                Grpc(
                    "Points/RecommendGroups",
                    pb.RecommendPointGroups,
                    reading.recommend_groups,
                    writing.groups,
                    pb.RecommendGroupsResponse,
                ),
            ),
        ),
        Operation(
            matrix.matrix,
            (
                _matrix("pairs", json.matrix_pairs),
                _matrix("offsets", json.matrix_offsets),
            ),
            (
                Grpc(
                    "Points/SearchMatrixPairs",
                    pb.SearchMatrixPoints,
                    reading.matrix,
                    writing.matrix_pairs,
                    pb.SearchMatrixPairsResponse,
                ),
                Grpc(
                    "Points/SearchMatrixOffsets",
                    pb.SearchMatrixPoints,
                    reading.matrix,
                    writing.matrix_offsets,
                    pb.SearchMatrixOffsetsResponse,
                ),
            ),
        ),
    ]


def _older(path: str, body: Any, write: Callable[[Any], Any]) -> Rest:
    return Rest(f"POST {_POINTS}/{path}", body, write, older=True, parameters=_READ)


def _matrix(path: str, write: Callable[[Any], Any]) -> Rest:
    route = f"POST {_POINTS}/search/matrix/{path}"
    return Rest(route, models.SearchMatrixRequest, write, parameters=_READ)


def _service_operations() -> list[Operation]:
    return [
        Operation(
            service.about,
            (Rest("GET /", bare=True),),
            (
                Grpc(
                    "Qdrant/HealthCheck",
                    pb.HealthCheckRequest,
                    reading.bare,
                    writing.health,
                    pb.HealthCheckReply,
                ),
            ),
        ),
        Operation(service.telemetry, (Rest("GET /telemetry", parameters=_REPORT),)),
        Operation(service.metrics, (Rest("GET /metrics", bare=True, parameters=_REPORT),)),
    ]


OPERATIONS: tuple[Operation, ...] = (
    *_read_operations(),
    *_write_operations(),
    *_collection_operations(),
    *_service_operations(),
)

REST: Mapping[str, tuple[Rest, Run]] = {
    rest.route: (rest, operation.run) for operation in OPERATIONS for rest in operation.rest
}
GRPC: Mapping[str, tuple[Grpc, Run]] = {
    f"/qdrant.{way.method}": (way, operation.run)
    for operation in OPERATIONS
    for way in operation.grpc
}

# What a Qdrant server answers and the embedded engine does not.
NOT_SERVED = frozenset(
    {
        "GET /cluster",
        "GET /cluster/telemetry",
        "POST /cluster/metadata/keys/{target}",
        "POST /cluster/recover",
        "DELETE /cluster/peer/{target}",
        f"GET {_COLLECTION}/cluster",
        f"POST {_COLLECTION}/cluster",
        f"GET {_COLLECTION}/shards",
        f"PUT {_COLLECTION}/shards",
        f"POST {_COLLECTION}/shards/delete",
        f"GET {_COLLECTION}/snapshots",
        f"POST {_COLLECTION}/snapshots",
        f"PUT {_COLLECTION}/snapshots/recover",
        f"POST {_COLLECTION}/snapshots/upload",
        f"GET {_COLLECTION}/snapshots/{{target}}",
        f"DELETE {_COLLECTION}/snapshots/{{target}}",
        f"GET {_COLLECTION}/shards/{{target}}/snapshots",
        f"POST {_COLLECTION}/shards/{{target}}/snapshots",
        f"PUT {_COLLECTION}/shards/{{target}}/snapshots/recover",
        f"POST {_COLLECTION}/shards/{{target}}/snapshots/upload",
        f"GET {_COLLECTION}/shards/{{target}}/snapshots/{{snapshot}}",
        f"DELETE {_COLLECTION}/shards/{{target}}/snapshots/{{snapshot}}",
        "GET /snapshots",
        "POST /snapshots",
        "GET /snapshots/{target}",
        "DELETE /snapshots/{target}",
        f"GET {_COLLECTION}/shards/{{target}}/snapshot",
        "GET /quotas",
        "PUT /quotas",
        "GET /issues",
        "DELETE /issues",
    }
)
