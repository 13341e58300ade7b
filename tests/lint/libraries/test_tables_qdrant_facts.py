"""What is known of qdrant-client from reading and measuring it, release by release."""

from __future__ import annotations

import pytest
from flake8_qdrant.libraries.loader import load_tables
from flake8_qdrant.libraries.model import ClassInfo, Colour, Embeds, Family, Kind

NEWEST = "1.20.0"
REMOVED = {
    "1.16": (
        *("search", "search_batch", "search_groups", "recommend", "recommend_batch"),
        *("recommend_groups", "discover", "discover_batch", "upload_records", "lock_storage"),
        *("unlock_storage", "get_locks", "rest"),
    ),
    "1.19": (
        *("add", "query", "query_batch", "set_model", "set_sparse_model"),
        *("get_vector_field_name", "get_sparse_vector_field_name", "get_fastembed_vector_params"),
        *("get_fastembed_sparse_vector_params", "embedding_model_name"),
        "sparse_embedding_model_name",
    ),
}
ADDED = {
    "1.10": ("query_points", "query_batch_points"),
    "1.11": ("info", "query_points_groups", "init_options"),
    "1.12": ("facet", "search_matrix_pairs", "search_matrix_offsets"),
    "1.14": ("get_embedding_size",),
    "1.14.3": (
        *("list_text_models", "list_image_models", "list_late_interaction_text_models"),
        *("list_late_interaction_multimodal_models", "list_sparse_models"),
    ),
    "1.16": ("cluster_collection_update",),
    "1.16.1": (
        *("cluster_status", "collection_cluster_info", "recover_current_peer", "remove_peer"),
    ),
    "1.17": ("cluster_telemetry", "get_optimizations", "list_shard_keys"),
    "1.18": ("create_vector_name", "delete_vector_name"),
}
BEFORE = {
    "1.10": "1.9.2",
    "1.11": "1.10.1",
    "1.12": "1.11.3",
    "1.14": "1.13.3",
    "1.14.3": "1.14.2",
    "1.16": "1.15.1",
    "1.16.1": "1.16.0",
    "1.17": "1.16.2",
    "1.18": "1.17.1",
    "1.19": "1.18.0",
}
CLIENTS = ("QdrantClient", "AsyncQdrantClient")


def client(name: str, version: str | None = NEWEST) -> ClassInfo:
    versions = {"qdrant-client": version} if version else {}
    info = load_tables(versions=versions).class_at(f"qdrant_client.{name}")
    assert info is not None
    return info


def kind(name: str, member: str, version: str | None = NEWEST) -> Kind:
    found = client(name, version).member(member)
    assert found is not None, member
    return found.kind


@pytest.mark.parametrize("name", CLIENTS)
@pytest.mark.parametrize("version", REMOVED)
def test_a_removed_method_is_there_until_its_release(name: str, version: str) -> None:
    before, after = client(name, BEFORE[version]), client(name, version)
    for member in REMOVED[version]:
        assert before.has(member), member
        assert not after.has(member), member


@pytest.mark.parametrize("name", CLIENTS)
@pytest.mark.parametrize("version", ADDED)
def test_a_new_method_is_there_from_its_release_on(name: str, version: str) -> None:
    before, after = client(name, BEFORE[version]), client(name, version)
    for member in ADDED[version]:
        assert not before.has(member), member
        assert after.has(member), member


def test_the_synchronous_client_had_asynchronous_stubs_until_1_13() -> None:
    for member in ("async_grpc_points", "async_grpc_collections"):
        assert client("QdrantClient", "1.12.2").has(member)
        assert not client("QdrantClient", "1.13").has(member)
        assert not client("AsyncQdrantClient", "1.12.2").has(member)


@pytest.mark.parametrize(
    ("member", "expected"),
    [
        ("search", Kind.BLOCKING),
        ("upload_records", Kind.BLOCKING),
        ("add", Kind.BLOCKING),
        ("get_vector_field_name", Kind.QUIET),
    ],
)
def test_old_code_on_a_new_client_is_told_what_the_method_was(member: str, expected: Kind) -> None:
    assert kind("QdrantClient", member) is expected


def test_search_was_a_coroutine_of_the_asynchronous_client() -> None:
    assert kind("AsyncQdrantClient", "search") is Kind.COROUTINE


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("1.7.0", Kind.COROUTINE),
        ("1.7.1", Kind.COROUTINE),
        ("1.10.1", Kind.COROUTINE),
        ("1.11.0", Kind.BLOCKING),
        ("1.20.0", Kind.BLOCKING),
        ("2.5", Kind.BLOCKING),
        (None, Kind.BLOCKING),
    ],
)
def test_upload_points_became_blocking(version: str | None, expected: Kind) -> None:
    assert kind("AsyncQdrantClient", "upload_points", version) is expected


def test_upload_points_was_missing_at_first() -> None:
    assert not client("AsyncQdrantClient", "1.7.0").has("upload_points")
    assert client("AsyncQdrantClient", "1.7.1").has("upload_points")


@pytest.mark.parametrize("version", ["1.7.0", "1.10.1", "1.20.0"])
def test_upload_collection_was_never_a_coroutine(version: str) -> None:
    assert kind("AsyncQdrantClient", "upload_collection", version) is Kind.BLOCKING


@pytest.mark.parametrize("name", CLIENTS)
@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("1.12.2", Kind.QUIET),
        ("1.13.0", Kind.BLOCKING),
        ("1.17.0", Kind.BLOCKING),
        ("1.17.1", Kind.QUIET),
        (None, Kind.QUIET),
    ],
)
def test_the_constructor_asked_the_server_for_its_version(
    name: str, version: str | None, expected: Kind
) -> None:
    constructor = client(name, version).member("__init__")

    assert constructor is not None
    assert constructor.kind is expected
    assert "check_compatibility=False" in constructor.unless
    assert "location=:memory:" in constructor.unless


def test_members_of_the_asynchronous_client_that_are_no_coroutine_functions() -> None:
    info = client("AsyncQdrantClient")
    others = {
        name: info.member(name).kind
        for name in info.names()
        if info.has(name) and info.member(name).kind is not Kind.COROUTINE
    }

    assert others == {
        "__init__": Kind.QUIET,
        "get_embedding_size": Kind.QUIET,
        "grpc_collections": Kind.QUIET,
        "grpc_points": Kind.QUIET,
        "http": Kind.QUIET,
        "init_options": Kind.QUIET,
        "migrate": Kind.QUIET,
        "upload_collection": Kind.BLOCKING,
        "upload_points": Kind.BLOCKING,
    }


def test_members_of_the_synchronous_client_that_send_nothing() -> None:
    info = client("QdrantClient")
    quiet = {
        name
        for name in info.names()
        if info.has(name) and info.member(name).kind is not Kind.BLOCKING
    }

    assert quiet == {
        *("__init__", "close", "get_embedding_size"),
        *("grpc_collections", "grpc_points", "http", "init_options"),
        *("list_image_models", "list_late_interaction_multimodal_models", "list_sparse_models"),
        *("list_late_interaction_text_models", "list_text_models"),
    }


def test_both_clients_have_the_same_names() -> None:
    names = [
        {name for name in client(one).names() if client(one).has(name) and name != "__init__"}
        for one in CLIENTS
    ]

    assert names[0] == names[1]
    assert len(names[0]) > 60


def test_the_clients_are_a_pair() -> None:
    sync, asynchronous = (client(name) for name in CLIENTS)

    assert (sync.colour, asynchronous.colour) == (Colour.SYNC, Colour.ASYNC)
    assert sync.counterpart == asynchronous.name
    assert asynchronous.counterpart == sync.name
    assert sync.library.family is Family.MAIN
    assert sync.library.label == "Qdrant"


@pytest.mark.parametrize("name", CLIENTS)
def test_no_client_is_a_context_manager(name: str) -> None:
    info = client(name)

    assert not info.is_context_manager
    assert not info.is_async_context_manager
    assert info.close == "close"


def test_only_the_synchronous_client_closes_itself() -> None:
    assert client("QdrantClient").finalizer
    assert not client("AsyncQdrantClient").finalizer


def test_only_the_asynchronous_client_belongs_to_a_loop() -> None:
    assert client("AsyncQdrantClient").loop_bound
    assert not client("QdrantClient").loop_bound


@pytest.mark.parametrize("name", CLIENTS)
def test_local_mode_and_the_token_provider_are_arguments(name: str) -> None:
    assert client(name).local_arguments == ("path", "location=:memory:")
    assert client(name).callbacks == ("auth_token_provider",)


def test_fastembed_runs_where_documents_are_given() -> None:
    info = client("AsyncQdrantClient")
    embedding = {name for name in info.names() if info.member(name).embeds is Embeds.INPUTS}
    tables = load_tables()
    inference = tables.inference("qdrant_client")

    assert embedding == {
        *("batch_update_points", "query_batch_points", "query_points", "query_points_groups"),
        *("update_vectors", "upload_collection", "upload_points", "upsert"),
    }
    assert inference is not None
    assert "qdrant_client.models.Document" in inference.inputs
    assert "qdrant_client.http.models.Image" in inference.inputs
    assert inference.unless == "cloud_inference"


@pytest.mark.parametrize("member", ["add", "query", "query_batch"])
def test_the_fastembed_methods_always_encoded_before_their_first_await(member: str) -> None:
    info = client("AsyncQdrantClient", "1.18.0")

    assert info.member(member).embeds is Embeds.ALWAYS


@pytest.mark.parametrize(
    ("member", "batch"),
    [
        ("query_points", "query_batch_points(requests=[...])"),
        ("upsert", "upsert(points=[...])"),
        ("retrieve", "retrieve(ids=[...])"),
    ],
)
@pytest.mark.parametrize("name", CLIENTS)
def test_a_call_names_the_one_that_does_many(name: str, member: str, batch: str) -> None:
    found = client(name).member(member)

    assert found is not None
    assert str(found.batch) == batch


@pytest.mark.parametrize(
    ("name", "chain", "expected"),
    [
        ("QdrantClient", ("http", "points_api", "upsert_points"), Kind.BLOCKING),
        ("AsyncQdrantClient", ("http", "points_api", "upsert_points"), Kind.COROUTINE),
        ("QdrantClient", ("grpc_points", "Upsert"), Kind.BLOCKING),
        ("AsyncQdrantClient", ("grpc_points", "Upsert"), Kind.AWAITABLE),
        ("QdrantClient", ("http", "client", "close"), Kind.QUIET),
    ],
)
def test_what_hangs_below_a_client_does_io_as_the_client_does(
    name: str, chain: tuple[str, ...], expected: Kind
) -> None:
    tables = load_tables(versions={"qdrant-client": NEWEST})
    owner = tables.class_at(f"qdrant_client.{name}")
    for attribute in chain[:-1]:
        assert owner is not None
        member = owner.member(attribute)
        assert member is not None
        assert member.is_property
        owner = tables.class_at(member.returns)
    assert owner is not None
    assert owner.member(chain[-1]).kind is expected


def test_the_serverless_client_is_known_as_coroutines() -> None:
    info = load_tables().class_at("qdrant_client.serverless.AsyncQdrantServerless")

    assert info is not None
    assert {info.member(name).kind for name in info.names()} == {Kind.COROUTINE}


def test_the_migration_raises() -> None:
    # The error is what qdrant-client does: nothing of ours is unfinished here.
    assert client("AsyncQdrantClient").member("migrate").note == "raises NotImplementedError"
