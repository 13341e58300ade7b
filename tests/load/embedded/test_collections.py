"""Collections, their settings, payload indexes and aliases, through all four clients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest
from grpc import RpcError
from qdrant_client import QdrantClient, grpc
from qdrant_client.http import models
from qdrant_client.http.exceptions import UnexpectedResponse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from embedded_clients import Client
    from locust_qdrant.embedded import EmbeddedServer

PLAIN = models.VectorParams(size=4, distance=models.Distance.DOT)


@pytest.fixture
def made(client: Client, name: str) -> Iterator[str]:
    client.create_collection(name, vectors_config=PLAIN)
    yield name
    client.delete_collection(name)


def test_a_collection_exists_from_its_creation_to_its_deletion(client: Client, name: str) -> None:
    assert not client.collection_exists(name)
    assert client.create_collection(name, vectors_config=PLAIN)
    assert client.collection_exists(name)
    assert name in [c.name for c in client.get_collections().collections]
    assert client.delete_collection(name)
    assert not client.collection_exists(name)
    assert name not in [c.name for c in client.get_collections().collections]
    assert not client.delete_collection(name)


def test_a_new_collection_with_an_old_name_is_empty(client: Client, made: str) -> None:
    client.upsert(made, [models.PointStruct(id=1, vector=[1.0] * 4)], wait=True)
    client.delete_collection(made)
    client.create_collection(made, vectors_config=models.VectorParams(size=2, distance="Cosine"))
    assert client.count(made).count == 0
    assert client.get_collection(made).config.params.vectors.size == 2


SETTINGS: dict[str, Any] = {
    "vectors_config": {
        "text": models.VectorParams(
            size=64,
            distance=models.Distance.COSINE,
            on_disk=True,
            hnsw_config=models.HnswConfigDiff(m=8),
            quantization_config=models.ScalarQuantization(
                scalar=models.ScalarQuantizationConfig(
                    type=models.ScalarType.INT8, quantile=0.5, always_ram=True
                )
            ),
            datatype=models.Datatype.FLOAT16,
        ),
        "tokens": models.VectorParams(
            size=8,
            distance=models.Distance.DOT,
            multivector_config=models.MultiVectorConfig(
                comparator=models.MultiVectorComparator.MAX_SIM
            ),
        ),
    },
    "sparse_vectors_config": {
        "words": models.SparseVectorParams(
            index=models.SparseIndexParams(on_disk=True), modifier=models.Modifier.IDF
        )
    },
    "hnsw_config": models.HnswConfigDiff(m=24, ef_construct=77, full_scan_threshold=200),
    "optimizers_config": models.OptimizersConfigDiff(
        indexing_threshold=500, deleted_threshold=0.3, default_segment_number=2
    ),
    "quantization_config": models.BinaryQuantization(
        binary=models.BinaryQuantizationConfig(always_ram=True)
    ),
    "on_disk_payload": False,
}


def test_settings_are_followed_and_reported(client: Client, name: str) -> None:
    client.create_collection(name, **SETTINGS)
    try:
        config = client.get_collection(name).config
        assert config.params.vectors == SETTINGS["vectors_config"]
        assert config.params.sparse_vectors["words"].modifier == models.Modifier.IDF
        assert config.params.on_disk_payload is False
        assert (config.hnsw_config.m, config.hnsw_config.ef_construct) == (24, 77)
        assert config.optimizer_config.indexing_threshold == 500
        assert config.quantization_config == SETTINGS["quantization_config"]
    finally:
        client.delete_collection(name)


def test_numbers_of_shards_and_replicas_are_kept(client: Client, name: str) -> None:
    client.create_collection(
        name,
        vectors_config=PLAIN,
        shard_number=4,
        replication_factor=3,
        write_consistency_factor=2,
    )
    try:
        params = client.get_collection(name).config.params
        assert (params.shard_number, params.replication_factor) == (4, 3)
        assert params.write_consistency_factor == 2
    finally:
        client.delete_collection(name)


@pytest.mark.parametrize(
    "quantization",
    [
        models.ScalarQuantization(scalar=models.ScalarQuantizationConfig(type="int8")),
        models.ProductQuantization(product=models.ProductQuantizationConfig(compression="x16")),
        models.BinaryQuantization(
            binary=models.BinaryQuantizationConfig(
                encoding=models.BinaryQuantizationEncoding.ONE_AND_HALF_BITS,
                query_encoding=models.BinaryQuantizationQueryEncoding.SCALAR8BITS,
            )
        ),
        models.TurboQuantization(turbo=models.TurboQuantQuantizationConfig(bits="bits1_5")),
    ],
    ids=lambda quantization: type(quantization).__name__,
)
def test_every_quantization_is_taken(client: Client, name: str, quantization: Any) -> None:
    client.create_collection(name, vectors_config=PLAIN, quantization_config=quantization)
    try:
        assert client.get_collection(name).config.quantization_config == quantization
    finally:
        client.delete_collection(name)


def test_settings_can_be_changed(client: Client, made: str) -> None:
    client.update_collection(
        made,
        hnsw_config=models.HnswConfigDiff(m=32),
        optimizers_config=models.OptimizersConfigDiff(indexing_threshold=1234),
        vectors_config={"": models.VectorParamsDiff(on_disk=True)},
        quantization_config=models.ScalarQuantization(
            scalar=models.ScalarQuantizationConfig(type=models.ScalarType.INT8)
        ),
    )
    config = client.get_collection(made).config
    assert (config.hnsw_config.m, config.hnsw_config.ef_construct) == (32, 100)
    assert config.optimizer_config.indexing_threshold == 1234
    assert config.params.vectors.on_disk is True
    assert config.quantization_config.scalar.type == models.ScalarType.INT8
    client.update_collection(made, quantization_config=models.Disabled.DISABLED)
    assert client.get_collection(made).config.quantization_config is None


INDEXES: dict[str, Any] = {
    "keyword": models.KeywordIndexParams(type="keyword", is_tenant=True),
    "integer": models.IntegerIndexParams(type="integer", lookup=True, range=False),
    "float": models.FloatIndexParams(type="float", on_disk=True),
    "geo": models.GeoIndexParams(type="geo"),
    "bool": models.BoolIndexParams(type="bool"),
    "datetime": models.DatetimeIndexParams(type="datetime", is_principal=True),
    "uuid": models.UuidIndexParams(type="uuid"),
    "text": models.TextIndexParams(
        type="text",
        tokenizer=models.TokenizerType.WORD,
        min_token_len=2,
        lowercase=True,
        stopwords=models.StopwordsSet(languages=[models.Language.ENGLISH], custom=["foo"]),
        stemmer=models.SnowballParams(type="snowball", language="english"),
    ),
}


@pytest.mark.parametrize("kind", INDEXES)
def test_indexes_with_settings(client: Client, made: str, kind: str) -> None:
    client.create_payload_index(made, "field", INDEXES[kind], wait=True)
    index = client.get_collection(made).payload_schema["field"]
    assert index.data_type.value == kind
    given = INDEXES[kind].model_dump(exclude_none=True)
    assert given.items() <= index.params.model_dump().items()


@pytest.mark.parametrize("kind", list(models.PayloadSchemaType))
def test_indexes_by_type_alone(client: Client, made: str, kind: models.PayloadSchemaType) -> None:
    result = client.create_payload_index(made, "field", kind, wait=True)
    assert result.status == models.UpdateStatus.COMPLETED
    assert client.get_collection(made).payload_schema["field"].data_type == kind
    client.delete_payload_index(made, "field", wait=True)
    assert client.get_collection(made).payload_schema == {}


def test_full_text_is_matched_by_words(client: Client, made: str) -> None:
    texts = ["The quick brown fox", "A lazy dog", "quick dogs and a fox"]
    points = [
        models.PointStruct(id=i, vector=[1.0] * 4, payload={"field": text})
        for i, text in enumerate(texts)
    ]
    client.upsert(made, points, wait=True)
    client.create_payload_index(made, "field", INDEXES["text"], wait=True)
    words = models.FieldCondition(key="field", match=models.MatchText(text="fox quick"))
    found, _ = client.scroll(made, scroll_filter=models.Filter(must=[words]))
    assert [record.id for record in found] == [0, 2]


def alias(name: str, collection: str) -> models.CreateAliasOperation:
    return models.CreateAliasOperation(
        create_alias=models.CreateAlias(collection_name=collection, alias_name=name)
    )


def test_an_alias_stands_for_its_collection(client: Client, made: str) -> None:
    first, second = f"{made}-alias", f"{made}-renamed"
    assert client.update_collection_aliases([alias(first, made)])
    client.upsert(first, [models.PointStruct(id=1, vector=[1.0] * 4)], wait=True)
    assert client.count(made).count == client.count(first).count == 1
    assert client.collection_exists(first)
    assert [a.alias_name for a in client.get_collection_aliases(made).aliases] == [first]
    rename = models.RenameAliasOperation(
        rename_alias=models.RenameAlias(old_alias_name=first, new_alias_name=second)
    )
    client.update_collection_aliases([rename])
    assert second in [a.alias_name for a in client.get_aliases().aliases]
    assert not client.collection_exists(first)
    drop = models.DeleteAliasOperation(delete_alias=models.DeleteAlias(alias_name=second))
    client.update_collection_aliases([drop])
    assert client.get_collection_aliases(made).aliases == []


def test_what_was_done_with_aliases_before_a_mistake_stays(client: Client, made: str) -> None:
    current = f"{made}-current"
    client.update_collection_aliases([alias(current, made)])
    drop = models.DeleteAliasOperation(delete_alias=models.DeleteAlias(alias_name=current))
    with pytest.raises(Exception, match="no-such-collection"):
        client.update_collection_aliases([drop, alias(current, "no-such-collection")])
    assert client.get_collection_aliases(made).aliases == []


def test_an_alias_cannot_be_deleted_as_if_it_were_the_collection(client: Client, made: str) -> None:
    client.update_collection_aliases([alias(f"{made}-alias", made)])
    client.delete_collection(f"{made}-alias")
    assert client.collection_exists(made)


def test_the_aliases_of_a_deleted_collection_are_gone(client: Client, name: str) -> None:
    client.create_collection(name, vectors_config=PLAIN)
    client.update_collection_aliases([alias(f"{name}-alias", name)])
    client.delete_collection(name)
    assert f"{name}-alias" not in [a.alias_name for a in client.get_aliases().aliases]


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({"vectors_config": PLAIN, "sharding_method": "custom"}, "custom sharding"),
        (
            {
                "vectors_config": PLAIN,
                "optimizers_config": models.OptimizersConfigDiff(prevent_unoptimized=True),
            },
            "prevent_unoptimized",
        ),
    ],
    ids=["custom sharding", "hidden points"],
)
def test_settings_that_cannot_be_followed_are_refused(
    rest: QdrantClient, name: str, options: dict[str, Any], what: str
) -> None:
    with pytest.raises(UnexpectedResponse, match=what) as caught:
        rest.create_collection(name, **options)
    assert caught.value.status_code == 501
    assert not rest.collection_exists(name)


def test_a_collection_without_vectors_may_get_some_later(rest: QdrantClient, name: str) -> None:
    rest.create_collection(name, vectors_config={})
    try:
        rest.upsert(name, [models.PointStruct(id=1, vector={}, payload={"a": 1})], wait=True)
        assert rest.scroll(name, with_vectors=True)[0][0].vector == {}
        route = f"{rest._client.rest_uri}/collections/{name}/vectors/late?wait=true"
        dense = {"dense": {"size": 4, "distance": "Dot"}}
        assert httpx.put(route, json=dense).json()["result"]["status"] == "completed"
        rest.upsert(name, [models.PointStruct(id=2, vector={"late": [1.0] * 4})], wait=True)
        found = rest.query_points(name, [1.0] * 4, using="late").points
        assert [(point.id, point.score) for point in found] == [(2, 4.0)]
        assert httpx.delete(route).json()["result"]["status"] == "completed"
        assert rest.get_collection(name).config.params.vectors == {}
        assert rest.count(name).count == 2
    finally:
        rest.delete_collection(name)


DENSE = models.DenseVectorNameConfig(
    dense=models.DenseVectorConfig(size=4, distance=models.Distance.DOT)
)
SPARSE = models.SparseVectorNameConfig(
    sparse=models.SparseVectorConfig(
        modifier=models.Modifier.IDF, datatype=models.VectorStorageDatatype.FLOAT16
    )
)


def test_vectors_are_added_and_removed_by_name(client: Client, name: str) -> None:
    client.create_collection(name, vectors_config={"first": PLAIN})
    try:
        for late, config in (("dense", DENSE), ("sparse", SPARSE)):
            added = client.create_vector_name(name, late, config)
            assert added.status == models.UpdateStatus.COMPLETED
        vectors = {"dense": [1.0] * 4, "sparse": models.SparseVector(indices=[3], values=[2.0])}
        client.upsert(name, [models.PointStruct(id=1, vector=vectors)], wait=True)
        assert client.query_points(name, [1.0] * 4, using="dense").points[0].score == 4.0
        params = client.get_collection(name).config.params
        assert params.vectors["dense"].size == 4
        assert params.sparse_vectors["sparse"].modifier == models.Modifier.IDF
        for late in ("dense", "sparse"):
            removed = client.delete_vector_name(name, late)
            assert removed.status == models.UpdateStatus.COMPLETED
        assert set(client.get_collection(name).config.params.vectors) == {"first"}
    finally:
        client.delete_collection(name)


def test_a_vector_of_no_kind_is_refused(server: EmbeddedServer, name: str) -> None:
    client = QdrantClient(url=server.url, grpc_port=server.grpc_port, prefer_grpc=True)
    client.create_collection(name, vectors_config=PLAIN)
    request = grpc.CreateVectorNameRequest(collection_name=name, vector_name="late")
    with pytest.raises(RpcError, match="dense_config or sparse_config"):
        client.grpc_points.CreateVectorName(request)
    client.delete_collection(name)
    client.close()
