"""Results of operations to the fields of gRPC messages, through the converters of qdrant-client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qdrant_client import grpc
from qdrant_client.conversions.conversion import RestToGrpc

if TYPE_CHECKING:
    from qdrant_client.http import models

    Fields = dict[str, Any]


def flag(result: bool) -> Fields:
    """A yes or no."""
    return {"result": result}


def exists(result: models.CollectionExistence) -> Fields:
    """Whether a collection exists."""
    return {"result": grpc.CollectionExists(exists=result.exists)}


def collections(result: models.CollectionsResponse) -> Fields:
    """The names of collections."""
    return {"collections": [grpc.CollectionDescription(name=c.name) for c in result.collections]}


def collection_info(result: models.CollectionInfo) -> Fields:
    """A collection's settings and state."""
    return {"result": RestToGrpc.convert_collection_info(result)}


def aliases(result: models.CollectionsAliasesResponse) -> Fields:
    """Aliases and the collections that they stand for."""
    return {
        "aliases": [
            grpc.AliasDescription(alias_name=a.alias_name, collection_name=a.collection_name)
            for a in result.aliases
        ]
    }


def update(result: models.UpdateResult) -> Fields:
    """What became of a write."""
    return {"result": RestToGrpc.convert_update_result(result)}


def updates(result: list[models.UpdateResult]) -> Fields:
    """What became of several writes."""
    return {"result": [RestToGrpc.convert_update_result(one) for one in result]}


def records(result: list[models.Record]) -> Fields:
    """Points as they are stored."""
    return {"result": [RestToGrpc.convert_record(_with_payload(record)) for record in result]}


def page(result: models.ScrollResult) -> Fields:
    """One page of points, and where the next begins."""
    fields = records(result.points)
    if result.next_page_offset is not None:
        offset = RestToGrpc.convert_extended_point_id(result.next_page_offset)
        fields["next_page_offset"] = offset
    return fields


def count(result: models.CountResult) -> Fields:
    """A number of points."""
    return {"result": RestToGrpc.convert_count_result(result)}


def facet(result: models.FacetResponse) -> Fields:
    """Values of a field, and how often each occurs."""
    return {"hits": [RestToGrpc.convert_facet_value_hit(hit) for hit in result.hits]}


def hits(result: models.QueryResponse) -> Fields:
    """Points with their scores."""
    return {"result": [RestToGrpc.convert_scored_point(point) for point in result.points]}


def batches(result: list[models.QueryResponse]) -> Fields:
    """Points with their scores, for each query."""
    return {"result": [grpc.BatchResult(**hits(response)) for response in result]}


def groups(result: models.GroupsResult) -> Fields:
    """Points with their scores, by groups."""
    return {"result": RestToGrpc.convert_groups_result(result)}


def _with_payload(point: Any) -> Any:
    """Give a point without a payload an empty one: the message has no other way to say it."""
    if point.payload is None:
        point.payload = {}
    return point


def health(result: models.VersionInfo) -> Fields:
    """Who answers."""
    return {"title": result.title, "version": result.version}
