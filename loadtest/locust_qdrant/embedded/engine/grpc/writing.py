"""Results of operations to the fields of gRPC messages.

Points are fields, too, and no messages: a message that is put into another is copied.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import qdrant_edge as edge
from qdrant_client import grpc
from qdrant_client.conversions.conversion import RestToGrpc, payload_to_grpc
from qdrant_client.http import models

if TYPE_CHECKING:
    from locust_qdrant.embedded.engine.operations.results import Hit, HitGroup, Hits, Matrix, Page

    Fields = dict[str, Any]


def flag(result: bool) -> Fields:
    """A yes or no."""
    return {"result": result}


def exists(result: dict[str, bool]) -> Fields:
    """Whether a collection exists."""
    return {"result": grpc.CollectionExists(**result)}


def collections(result: dict[str, Any]) -> Fields:
    """The names of collections."""
    names = result["collections"]
    return {"collections": [grpc.CollectionDescription(**name) for name in names]}


def collection_info(result: dict[str, Any]) -> Fields:
    """A collection's settings and state."""
    info = models.CollectionInfo.model_validate(result)
    message = RestToGrpc.convert_collection_info(info)
    optimizers = message.config.optimizer_config
    if not optimizers.HasField("max_optimization_threads"):
        optimizers.max_optimization_threads.setting = grpc.MaxOptimizationThreads.Setting.Auto
    return {"result": message}


def aliases(result: dict[str, Any]) -> Fields:
    """Aliases and the collections that they stand for."""
    return {"aliases": [grpc.AliasDescription(**alias) for alias in result["aliases"]]}


def update(result: dict[str, Any]) -> Fields:
    """What became of a write."""
    return {"result": _update(result)}


def updates(result: list[dict[str, Any]]) -> Fields:
    """What became of several writes."""
    return {"result": [_update(one) for one in result]}


def _update(result: dict[str, Any]) -> grpc.UpdateResult:
    status = _STATUS[result["status"]]
    return grpc.UpdateResult(operation_id=result["operation_id"], status=status)


def records(result: list[edge.Record]) -> Fields:
    """Points as they are stored."""
    return {"result": [_record(record) for record in result]}


def page(result: Page) -> Fields:
    """One page of points, and where the next begins."""
    fields = records(result.records)
    if result.next_offset is not None:
        fields["next_page_offset"] = point_id(result.next_offset)
    return fields


def count(result: dict[str, int]) -> Fields:
    """A number of points."""
    return {"result": grpc.CountResult(**result)}


def facet(result: list[edge.FacetHit]) -> Fields:
    """Values of a field, and how often each occurs."""
    return {"hits": [grpc.FacetHit(value=_facet_value(h.value), count=h.count) for h in result]}


def hits(result: Hits) -> Fields:
    """Points with their scores."""
    return {"result": [scored_point(point) for point in result.points]}


def batches(result: list[Hits]) -> Fields:
    """Points with their scores, for each query."""
    return {"result": [hits(one) for one in result]}


def groups(result: list[HitGroup]) -> Fields:
    """Points with their scores, by groups."""
    return {"result": {"groups": [_group(group) for group in result]}}


def matrix_pairs(result: Matrix) -> Fields:
    """A distance matrix as pairs of points."""
    pairs = [
        grpc.SearchMatrixPair(a=point_id(a), b=point_id(b), score=score)
        for a, b, score in result.pairs
    ]
    return {"result": grpc.SearchMatrixPairs(pairs=pairs)}


def matrix_offsets(result: Matrix) -> Fields:
    """A distance matrix as rows and columns of a list of points."""
    place = {id_: index for index, id_ in enumerate(result.ids)}
    offsets = grpc.SearchMatrixOffsets(
        offsets_row=[place[a] for a, _, _ in result.pairs],
        offsets_col=[place[b] for _, b, _ in result.pairs],
        scores=[score for _, _, score in result.pairs],
        ids=[point_id(id_) for id_ in result.ids],
    )
    return {"result": offsets}


def health(result: dict[str, str]) -> Fields:
    """Who answers."""
    return result


def point_id(id_: Any) -> Fields:
    """A point's id."""
    return {"num": id_} if isinstance(id_, int) else {"uuid": str(id_)}


def scored_point(point: Hit) -> Fields:
    """One scored point."""
    return {"score": point.score, "version": point.version, **_record(point)}


def _record(point: Any) -> Fields:
    fields: Fields = {"id": point_id(point.id)}
    payload, vector, order = point.payload, point.vector, point.order_value
    if payload:
        fields["payload"] = payload_to_grpc(payload)
    if vector is not None:
        fields["vectors"] = _vectors(vector)
    if order is not None:
        kind = "int" if isinstance(order, int) else "float"
        fields["order_value"] = grpc.OrderValue(**{kind: order})
    return fields


def _vectors(vector: Any) -> grpc.VectorsOutput:
    if isinstance(vector, dict):
        named = {name: _vector(one) for name, one in vector.items()}
        return grpc.VectorsOutput(vectors=grpc.NamedVectorsOutput(vectors=named))
    return grpc.VectorsOutput(vector=_vector(vector))


def _vector(vector: Any) -> grpc.VectorOutput:
    if isinstance(vector, edge.SparseVector):
        sparse = grpc.SparseVector(indices=vector.indices, values=vector.values)
        return grpc.VectorOutput(sparse=sparse)
    if vector and isinstance(vector[0], list):
        rows = [grpc.DenseVector(data=row) for row in vector]
        return grpc.VectorOutput(multi_dense=grpc.MultiDenseVector(vectors=rows))
    return grpc.VectorOutput(dense=grpc.DenseVector(data=vector))


def _group(group: HitGroup) -> Fields:
    return {
        "id": _group_id(group.value),
        "hits": [scored_point(hit) for hit in group.hits],
        "lookup": None if group.lookup is None else _record(group.lookup),
    }


def _group_id(value: int | str) -> grpc.GroupId:
    if isinstance(value, str):
        return grpc.GroupId(string_value=value)
    return grpc.GroupId(unsigned_value=value) if value >= 0 else grpc.GroupId(integer_value=value)


def _facet_value(value: Any) -> grpc.FacetValue:
    if isinstance(value, bool):
        return grpc.FacetValue(bool_value=value)
    if isinstance(value, int):
        return grpc.FacetValue(integer_value=value)
    return grpc.FacetValue(string_value=str(value) if isinstance(value, UUID) else value)


_STATUS = {
    "acknowledged": grpc.UpdateStatus.Acknowledged,
    "completed": grpc.UpdateStatus.Completed,
}
