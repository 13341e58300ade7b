"""gRPC messages to the calls that they ask for, through the converters of qdrant-client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qdrant_client.conversions.conversion import GrpcToRest
from qdrant_client.http import models

from locust_qdrant.embedded.engine.older_requests import check_discovery
from locust_qdrant.embedded.engine.operations.call import Call
from locust_qdrant.embedded.engine.problems import RequestError

if TYPE_CHECKING:
    from qdrant_client import grpc


def bare(message: Any) -> Call:
    """Read a message without content, or with a collection's name only."""
    return Call(getattr(message, "collection_name", ""))


def create_collection(message: grpc.CreateCollection) -> Call:
    """Read the settings of a new collection."""
    body = models.CreateCollection(
        vectors=_given(message, "vectors_config", "convert_vectors_config"),
        sparse_vectors=_given(message, "sparse_vectors_config", "convert_sparse_vector_config"),
        hnsw_config=_given(message, "hnsw_config", "convert_hnsw_config_diff"),
        wal_config=_given(message, "wal_config", "convert_wal_config_diff"),
        optimizers_config=_given(message, "optimizers_config", "convert_optimizers_config_diff"),
        quantization_config=_given(message, "quantization_config", "convert_quantization_config"),
        strict_mode_config=_given(message, "strict_mode_config", "convert_strict_mode_config"),
        sharding_method=_given(message, "sharding_method", "convert_sharding_method"),
        on_disk_payload=_given(message, "on_disk_payload"),
        shard_number=_given(message, "shard_number"),
        replication_factor=_given(message, "replication_factor"),
        write_consistency_factor=_given(message, "write_consistency_factor"),
        **_newer(
            payload=_given(message, "payload", "convert_payload_storage_params"),
            id_tracker=_given(message, "id_tracker", "convert_id_tracker_params"),
            metadata=GrpcToRest.convert_payload(getattr(message, "metadata", {})) or None,
        ),
    )
    return Call(message.collection_name, body)


def update_collection(message: grpc.UpdateCollection) -> Call:
    """Read the changes of a collection's settings."""
    return Call(message.collection_name, GrpcToRest.convert_update_collection(message))


def change_aliases(message: grpc.ChangeAliases) -> Call:
    """Read what shall happen to which aliases."""
    actions = [GrpcToRest.convert_alias_operations(action) for action in message.actions]
    return Call(body=models.ChangeAliasesOperation(actions=actions))


def upsert(message: grpc.UpsertPoints) -> Call:
    """Read points to insert or replace."""
    body = models.PointsList(
        points=[GrpcToRest.convert_point_struct(point) for point in message.points],
        shard_key=_shard_key(message),
        **_newer(
            update_filter=_given(message, "update_filter", "convert_filter"),
            update_mode=_given(message, "update_mode", "convert_update_mode"),
        ),
    )
    return _write(message, body)


def delete_points(message: Any) -> Call:
    """Read which points to delete, or to clear of their payload."""
    return _write(
        message,
        GrpcToRest.convert_points_selector(message.points, shard_key_selector=_shard_key(message)),
    )


def update_vectors(message: grpc.UpdatePointVectors) -> Call:
    """Read vectors to replace."""
    body = models.UpdateVectors(
        points=[GrpcToRest.convert_point_vectors(point) for point in message.points],
        shard_key=_shard_key(message),
        **_newer(update_filter=_given(message, "update_filter", "convert_filter")),
    )
    return _write(message, body)


def delete_vectors(message: grpc.DeletePointVectors) -> Call:
    """Read which vectors of which points to delete."""
    names = GrpcToRest.convert_vectors_selector(message.vectors)
    return _write(message, models.DeleteVectors(vector=names, **_selection(message)))


def set_payload(message: grpc.SetPayloadPoints) -> Call:
    """Read which payload to set, and where."""
    body = models.SetPayload(
        payload=GrpcToRest.convert_payload(message.payload),
        key=_given(message, "key"),
        **_selection(message),
    )
    return _write(message, body)


def delete_payload(message: grpc.DeletePayloadPoints) -> Call:
    """Read which fields of the payload to delete, and where."""
    body = models.DeletePayload(keys=list(message.keys), **_selection(message))
    return _write(message, body)


def update_batch(message: grpc.UpdateBatchPoints) -> Call:
    """Read several changes."""
    operations = [GrpcToRest.convert_points_update_operation(o) for o in message.operations]
    return _write(message, models.UpdateOperations(operations=operations))


def matrix(message: grpc.SearchMatrixPoints) -> Call:
    """Read of which points to return the distances."""
    body = models.SearchMatrixRequest(
        sample=_given(message, "sample"),
        limit=_given(message, "limit"),
        using=_given(message, "using"),
        filter=_given(message, "filter", "convert_filter"),
        shard_key=_shard_key(message),
    )
    return Call(message.collection_name, body)


def search(message: grpc.SearchPoints) -> Call:
    """Read a search of before the universal query."""
    return Call(message.collection_name, _paged(message, *_searched(message)))


def search_batch(message: grpc.SearchBatchPoints) -> Call:
    """Read several searches."""
    return _batch(message, [search(one).body for one in message.search_points])


def search_groups(message: grpc.SearchPointGroups) -> Call:
    """Read a search in groups."""
    return Call(message.collection_name, _grouped(message, *_searched(message)))


def recommend(message: grpc.RecommendPoints) -> Call:
    """Read a recommendation of before the universal query."""
    return Call(message.collection_name, _paged(message, *_recommended(message)))


def recommend_batch(message: grpc.RecommendBatchPoints) -> Call:
    """Read several recommendations."""
    return _batch(message, [recommend(one).body for one in message.recommend_points])


def recommend_groups(message: grpc.RecommendPointGroups) -> Call:
    """Read a recommendation in groups."""
    return Call(message.collection_name, _grouped(message, *_recommended(message)))


def discover(message: grpc.DiscoverPoints) -> Call:
    """Read a discovery of before the universal query."""
    pairs = [
        models.ContextPair.model_construct(
            positive=_example(pair.positive), negative=_example(pair.negative)
        )
        for pair in message.context
    ]
    query: Any = models.ContextQuery.model_construct(context=pairs)
    if not message.HasField("target"):
        check_discovery(pairs)
    else:
        target = _example(message.target.single)
        discovery = models.DiscoverInput.model_construct(target=target, context=pairs)
        query = models.DiscoverQuery.model_construct(discover=discovery)
    return Call(message.collection_name, _paged(message, query, _given(message, "using")))


def discover_batch(message: grpc.DiscoverBatchPoints) -> Call:
    """Read several discoveries."""
    return _batch(message, [discover(one).body for one in message.discover_points])


def _batch(message: Any, searches: list[Any]) -> Call:
    body = models.QueryRequestBatch.model_construct(searches=searches)
    return Call(message.collection_name, body)


def _searched(message: Any) -> tuple[Any, str | None]:
    """Return the query of a search, and the name of the vector."""
    vector: Any = list(message.vector)
    if message.HasField("sparse_indices"):
        indices = list(message.sparse_indices.data)
        vector = models.SparseVector(indices=indices, values=vector)
    return models.NearestQuery.model_construct(nearest=vector, mmr=None), _given(
        message, "vector_name"
    )


def _recommended(message: Any) -> tuple[Any, str | None]:
    """Return the query of a recommendation, and the name of the vector."""
    sides: dict[str, Any] = {
        side: [
            *(GrpcToRest.convert_point_id(id_) for id_ in getattr(message, side)),
            *(GrpcToRest.convert_vector(v) for v in getattr(message, f"{side}_vectors")),
        ]
        for side in ("positive", "negative")
    }
    strategy = _given(message, "strategy", "convert_recommend_strategy")
    examples = models.RecommendInput.model_construct(**sides, strategy=strategy)
    query = models.RecommendQuery.model_construct(recommend=examples)
    return query, _given(message, "using")


def _example(message: grpc.VectorExample) -> Any:
    if message.HasField("id"):
        return GrpcToRest.convert_point_id(message.id)
    return GrpcToRest.convert_vector(message.vector)


def _paged(message: Any, query: Any, using: str | None) -> models.QueryRequest:
    return models.QueryRequest.model_construct(
        **_older(message, query, using), offset=_given(message, "offset")
    )


def _grouped(message: Any, query: Any, using: str | None) -> models.QueryGroupsRequest:
    return models.QueryGroupsRequest.model_construct(
        **_older(message, query, using),
        group_by=message.group_by,
        group_size=message.group_size,
        with_lookup=_given(message, "with_lookup", "convert_with_lookup"),
    )


def _older(message: Any, query: Any, using: str | None) -> dict[str, Any]:
    return {
        "prefetch": None,
        "query": query,
        "using": using,
        "filter": _given(message, "filter", "convert_filter"),
        "params": _given(message, "params", "convert_search_params"),
        "score_threshold": _given(message, "score_threshold"),
        "limit": message.limit,
        "lookup_from": _given(message, "lookup_from", "convert_lookup_location"),
        "shard_key": _shard_key(message),
        **_wanted(message, payload=False),
    }


def create_index(message: grpc.CreateFieldIndexCollection) -> Call:
    """Read which payload field to index, and how."""
    schema = None
    if message.field_index_params.WhichOneof("index_params") is not None:
        schema = _given(message, "field_index_params", "convert_payload_schema_params")
    elif message.HasField("field_type"):
        member = message.DESCRIPTOR.fields_by_name["field_type"].enum_type.values_by_number
        name = member[message.field_type].name.removeprefix("FieldType")
        schema = models.PayloadSchemaType(name.lower())
    body = models.CreateFieldIndex(field_name=message.field_name, field_schema=schema)
    return _write(message, body)


def delete_index(message: grpc.DeleteFieldIndexCollection) -> Call:
    """Read of which payload field to drop the index."""
    return Call(message.collection_name, target=message.field_name, wait=message.wait)


def create_vector_name(message: grpc.CreateVectorNameRequest) -> Call:
    """Read which vector to add to a collection.

    Raises:
        RequestError: 400 if it is neither a dense nor a sparse one.
    """
    kind = message.WhichOneof("vector_config")
    if kind is None:
        raise RequestError(400, "vector_config is required (dense_config or sparse_config)")
    config = getattr(message, kind)
    datatype = _given(config, "datatype", "convert_datatype")
    body: models.VectorNameConfig
    if kind == "dense_config":
        body = models.DenseVectorNameConfig(
            dense=models.DenseVectorConfig(
                size=config.size,
                distance=GrpcToRest.convert_distance(config.distance),
                multivector_config=_given(
                    config, "multivector_config", "convert_multivector_config"
                ),
                datatype=datatype and models.VectorStorageDatatype(datatype.value),
            )
        )
    else:
        body = models.SparseVectorNameConfig(
            sparse=models.SparseVectorConfig(
                modifier=_given(config, "modifier", "convert_modifier"),
                datatype=datatype and models.VectorStorageDatatype(datatype.value),
            )
        )
    return _vector_name(message, body)


def delete_vector_name(message: grpc.DeleteVectorNameRequest) -> Call:
    """Read which vector to remove from a collection."""
    return _vector_name(message)


def _vector_name(message: Any, body: Any = None) -> Call:
    return Call(message.collection_name, body, target=message.vector_name, wait=message.wait)


def retrieve(message: grpc.GetPoints) -> Call:
    """Read which points to return."""
    body = models.PointRequest(
        ids=[GrpcToRest.convert_point_id(id_) for id_ in message.ids],
        shard_key=_shard_key(message),
        **_wanted(message, payload=False),
    )
    return Call(message.collection_name, body)


def scroll(message: grpc.ScrollPoints) -> Call:
    """Read which page of points to return."""
    body = models.ScrollRequest(
        offset=_given(message, "offset", "convert_point_id"),
        limit=_given(message, "limit"),
        filter=_given(message, "filter", "convert_filter"),
        order_by=_given(message, "order_by", "convert_order_by"),
        shard_key=_shard_key(message),
        **_wanted(message),
    )
    return Call(message.collection_name, body)


def count(message: grpc.CountPoints) -> Call:
    """Read which points to count."""
    body = models.CountRequest(
        filter=_given(message, "filter", "convert_filter"),
        exact=_given(message, "exact"),
        shard_key=_shard_key(message),
    )
    return Call(message.collection_name, body)


def facet(message: grpc.FacetCounts) -> Call:
    """Read which field's values to count."""
    body = models.FacetRequest(
        key=message.key,
        limit=_given(message, "limit"),
        filter=_given(message, "filter", "convert_filter"),
        exact=_given(message, "exact"),
        shard_key=_shard_key(message),
    )
    return Call(message.collection_name, body)


def query(message: grpc.QueryPoints) -> Call:
    """Read a query."""
    return Call(message.collection_name, GrpcToRest.convert_query_points(message))


def query_batch(message: grpc.QueryBatchPoints) -> Call:
    """Read several queries."""
    searches = [GrpcToRest.convert_query_points(query) for query in message.query_points]
    return Call(message.collection_name, models.QueryRequestBatch(searches=searches))


def query_groups(message: grpc.QueryPointGroups) -> Call:
    """Read a query whose points are wanted by groups."""
    prefetch = [GrpcToRest.convert_prefetch_query(p) for p in message.prefetch]
    body = models.QueryGroupsRequest(
        prefetch=prefetch or None,
        query=_given(message, "query", "convert_query"),
        using=_given(message, "using"),
        filter=_given(message, "filter", "convert_filter"),
        params=_given(message, "params", "convert_search_params"),
        score_threshold=_given(message, "score_threshold"),
        lookup_from=_given(message, "lookup_from", "convert_lookup_location"),
        limit=_given(message, "limit"),
        group_size=_given(message, "group_size"),
        group_by=message.group_by,
        with_lookup=_given(message, "with_lookup", "convert_with_lookup"),
        shard_key=_shard_key(message),
        **_wanted(message),
    )
    return Call(message.collection_name, body)


def _given(message: Any, field: str, converter: str | None = None) -> Any:
    """Return a field if it was set, converted by the named converter of qdrant-client."""
    if field not in message.DESCRIPTOR.fields_by_name or not message.HasField(field):
        return None
    value = getattr(message, field)
    return value if converter is None else getattr(GrpcToRest, converter)(value)


def _newer(**fields: Any) -> dict[str, Any]:
    """Leave out the fields that were not given: an older model does not know them."""
    return {name: value for name, value in fields.items() if value is not None}


def _shard_key(message: Any) -> Any:
    return _given(message, "shard_key_selector", "convert_shard_key_selector")


def _wanted(message: Any, payload: bool | None = None) -> dict[str, Any]:
    """Return which payload and vectors are wanted; `payload` is for a message that says nothing."""
    selected = _given(message, "with_payload", "convert_with_payload_interface")
    return {
        "with_payload": payload if selected is None else selected,
        "with_vector": _given(message, "with_vectors", "convert_with_vectors_selector"),
    }


def _selection(message: Any) -> dict[str, Any]:
    selector = _given(message, "points_selector", "convert_points_selector")
    return {
        "points": getattr(selector, "points", None),
        "filter": getattr(selector, "filter", None),
        "shard_key": _shard_key(message),
    }


def _write(message: Any, body: Any) -> Call:
    return Call(message.collection_name, body, wait=message.wait)
