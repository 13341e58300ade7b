"""The operations that read points: by id, page and query, of today and of older clients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qdrant_client import grpc as pb
from qdrant_client.http import models

from locust_qdrant.embedded.engine import older_requests as older
from locust_qdrant.embedded.engine.grpc import reading, writing
from locust_qdrant.embedded.engine.operations import groups, matrix, reads
from locust_qdrant.embedded.engine.rest import writing as json
from locust_qdrant.embedded.engine.table.entry import (
    COLLECTION,
    POINTS,
    READ,
    Grpc,
    Rest,
    ServedOperation,
)

if TYPE_CHECKING:
    from collections.abc import Callable


def read_operations() -> list[ServedOperation]:
    """Return the operations that read points."""
    return [
        ServedOperation(
            reads.retrieve,
            (Rest(f"POST {POINTS}", models.PointRequest, json.records, parameters=READ),),
            (Grpc("Points/Get", pb.GetPoints, reading.retrieve, writing.records, pb.GetResponse),),
        ),
        ServedOperation(
            reads.retrieve_one,
            (Rest(f"GET {POINTS}/{{target}}", None, json.record, parameters=READ),),
        ),
        ServedOperation(
            reads.scroll,
            (Rest(f"POST {POINTS}/scroll", models.ScrollRequest, json.page, parameters=READ),),
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
        ServedOperation(
            reads.count,
            (Rest(f"POST {POINTS}/count", models.CountRequest, parameters=READ),),
            (Grpc("Points/Count", pb.CountPoints, reading.count, writing.count, pb.CountResponse),),
        ),
        ServedOperation(
            reads.facet,
            (Rest(f"POST {COLLECTION}/facet", models.FacetRequest, json.facet, parameters=READ),),
            (Grpc("Points/Facet", pb.FacetCounts, reading.facet, writing.facet, pb.FacetResponse),),
        ),
        ServedOperation(
            reads.query,
            (
                Rest(f"POST {POINTS}/query", models.QueryRequest, json.query, parameters=READ),
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
        ServedOperation(
            reads.query_batch,
            (
                Rest(
                    f"POST {POINTS}/query/batch",
                    models.QueryRequestBatch,
                    json.queries,
                    parameters=READ,
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
        ServedOperation(
            groups.query_groups,
            (
                Rest(
                    f"POST {POINTS}/query/groups",
                    models.QueryGroupsRequest,
                    json.groups,
                    parameters=READ,
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
        ServedOperation(
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
    return Rest(f"POST {POINTS}/{path}", body, write, older=True, parameters=READ)


def _matrix(path: str, write: Callable[[Any], Any]) -> Rest:
    route = f"POST {POINTS}/search/matrix/{path}"
    return Rest(route, models.SearchMatrixRequest, write, parameters=READ)
