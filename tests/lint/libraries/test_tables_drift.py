"""The tables of client libraries say what the installed libraries do."""

from __future__ import annotations

import inspect
import warnings
from dataclasses import replace
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING

import cohere
import openai
import pytest
import qdrant_client
from flake8_qdrant.libraries.loader import TABLES, Tables, load_document, load_tables
from flake8_qdrant.libraries.model import ClassInfo, Kind, Member
from flake8_qdrant.libraries.release import Span, parse_release
from introspection import Drift, Expected, drift, importable, public_members, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

DISTRIBUTIONS = {
    "qdrant_client": "qdrant-client",
    "openai": "openai",
    "cohere": "cohere",
    "fastembed": "fastembed",
}

QUIET_IN_QDRANT = {
    "QdrantClient.close",
    "QdrantServerless.close",
    "ApiClient.close",
    "SyncApis.close",
    "add_middleware",
    "get_embedding_size",
    "get_fastembed_sparse_vector_params",
    "get_fastembed_vector_params",
    "get_sparse_vector_field_name",
    "get_vector_field_name",
    "set_model",
    "set_sparse_model",
    "AsyncQdrantClient.migrate",
    *(
        f"QdrantClient.list_{what}_models"
        for what in (
            "image",
            "late_interaction_multimodal",
            "late_interaction_text",
            "sparse",
            "text",
        )
    ),
}
BLOCKING_IN_QDRANT = {
    "AsyncQdrantClient.upload_collection",
    "AsyncQdrantClient.upload_points",
    "QdrantClient.migrate",
    "QdrantClient.upload_collection",
    "QdrantClient.upload_points",
    "QdrantClient.upload_records",
    "AsyncQdrantClient.upload_records",
    "ApiClient.request_sync",
    "AsyncApiClient.request_sync",
}
QUIET_IN_OPENAI = {
    "AzureOpenAI.__enter__",
    "AzureOpenAI.close",
    "OpenAI.__enter__",
    "OpenAI.close",
    "copy",
    "for_result",
    "is_closed",
    "off",
    "on",
    "once",
    "platform_headers",
    "send",
    "unwrap",
    "verify_signature",
    "with_options",
}
MOVED_OR_REMOVED_IN_COHERE = {
    *("batch_detokenize", "batch_generate", "batch_tokenize", "cancel_embed_job"),
    *("check_api_key", "codebook", "create_cluster_job", "create_connector", "create_custom_model"),
    *("create_dataset", "create_embed_job", "delete_connector", "delete_dataset"),
    *("detect_language", "generate_feedback", "generate_preference_feedback", "get_cluster_job"),
    *("get_connector", "get_custom_model", "get_custom_model_by_name", "get_custom_model_metrics"),
    *("get_dataset", "get_dataset_usage", "get_embed_job", "list_cluster_jobs", "list_connectors"),
    *("list_custom_models", "list_datasets", "list_embed_jobs", "loglikelihood"),
    *("oauth_authorize_connector", "update_connector", "wait_for_cluster_job"),
    *("wait_for_custom_model", "wait_for_dataset", "wait_for_embed_job"),
}
EXPECTED = {
    "qdrant_client": Expected(
        {
            **dict.fromkeys(QUIET_IN_QDRANT, Kind.QUIET),
            **dict.fromkeys(BLOCKING_IN_QDRANT, Kind.BLOCKING),
        }
    ),
    "openai": Expected(
        dict.fromkeys(QUIET_IN_OPENAI, Kind.QUIET),
        {"Paginator": Kind.AWAITABLE, "Manager": Kind.QUIET, "SessionStream": Kind.QUIET},
        # Every resource has its views; the table lists them once, under their base class.
        frozenset({"with_raw_response", "with_streaming_response"}),
    ),
    "cohere": Expected(
        {
            "Client.__enter__": Kind.QUIET,
            "ClientV2.__enter__": Kind.QUIET,
            "embed_stream": Kind.BLOCKING,
            "save_dataset": Kind.BLOCKING,
        },
        # These raise since 5.0, and are told as what they were.
        elsewhere=frozenset(MOVED_OR_REMOVED_IN_COHERE),
    ),
    "fastembed": Expected(
        {
            **dict.fromkeys(("embed", "embed_image", "embed_text", "passage_embed"), Kind.CPU),
            **dict.fromkeys(("query_embed", "rerank", "rerank_pairs", "token_count"), Kind.CPU),
            **dict.fromkeys(("add_custom_model", "list_supported_models"), Kind.QUIET),
            "get_embedding_size": Kind.QUIET,
        },
        # How the classes fetch their models.
        elsewhere=frozenset(
            {
                *("decompress_to_cache", "download_file_from_gcs", "download_model"),
                *("download_files_from_huggingface", "retrieve_model_gcs"),
            }
        ),
    ),
}


@cache
def tables() -> Tables:
    return load_tables(versions={name: version(name) for name in DISTRIBUTIONS.values()})


@cache
def class_names(library: str) -> tuple[str, ...]:
    return tuple(load_document(TABLES / f"{library}.toml").class_names())


def class_at(path: str) -> ClassInfo:
    info = tables().class_at(path)
    assert info is not None
    return info


def installed_classes(library: str) -> Iterator[tuple[ClassInfo, type]]:
    for name in class_names(library):
        owner = importable(name)
        if isinstance(owner, type):
            yield class_at(name), owner


def is_newer_than_its_table(library: str) -> bool:
    last_read = parse_release(class_at(class_names(library)[0]).library.last_read or "")
    installed = parse_release(version(DISTRIBUTIONS[library]))
    assert last_read is not None
    assert installed is not None
    return installed > last_read


@pytest.mark.parametrize("library", DISTRIBUTIONS)
def test_every_member_has_the_kind_that_the_library_gives_it(library: str) -> None:
    found = Drift()
    count = 0
    for info, owner in installed_classes(library):
        one = drift(info, owner, tables(), EXPECTED[library])
        found.wrong += one.wrong
        found.new += one.new
        count += 1

    assert count > 5, "nothing was compared"
    assert not found.wrong
    if is_newer_than_its_table(library) and library != "qdrant_client":
        # These add members every week; that is no reason to stop working on anything else.
        for name in found.new:
            warnings.warn(f"{name} is new: make the {library} table again", stacklevel=1)
        return
    assert not found.new, f"make the table again: python -m tools.library_tables {library}"


CLIENTS = {
    "qdrant_client.QdrantClient": lambda: qdrant_client.QdrantClient(
        "http://127.0.0.1:1", check_compatibility=False
    ),
    "qdrant_client.AsyncQdrantClient": lambda: qdrant_client.AsyncQdrantClient(
        "http://127.0.0.1:1", check_compatibility=False
    ),
    "openai.OpenAI": lambda: openai.OpenAI(api_key="none"),
    "openai.AsyncOpenAI": lambda: openai.AsyncOpenAI(api_key="none"),
    "cohere.Client": lambda: cohere.Client("none"),
    "cohere.AsyncClient": lambda: cohere.AsyncClient("none"),
    "cohere.ClientV2": lambda: cohere.ClientV2("none"),
    "cohere.AsyncClientV2": lambda: cohere.AsyncClientV2("none"),
}


@pytest.mark.parametrize("name", CLIENTS)
def test_what_hangs_below_a_client_has_the_class_that_its_table_says(name: str) -> None:
    reached = {info.name for info, _ in walk(class_at(name), CLIENTS[name](), tables())}

    assert len(reached) > 5
    colours = {class_at(path).colour for path in reached}
    assert colours == {class_at(name).colour}


def members_with_parameters() -> list[tuple[str, str]]:
    return [
        (name, member)
        for library in DISTRIBUTIONS
        for name in class_names(library)
        for member, known in class_at(name).members.items()
        if known[-1].parameters and class_at(name).has(member)
    ]


@pytest.mark.parametrize(("name", "member"), members_with_parameters())
def test_parameters_stand_in_the_order_of_the_signature(name: str, member: str) -> None:
    told = class_at(name).member(member).parameters
    real = list(inspect.signature(getattr(importable(name), member)).parameters)

    assert list(told) == real[1 : len(told) + 1]


def batches() -> list[tuple[str, str]]:
    return [
        (name, member)
        for library in DISTRIBUTIONS
        for name in class_names(library)
        for member, known in class_at(name).members.items()
        if known[-1].batch
    ]


@pytest.mark.parametrize(("name", "member"), batches())
def test_a_batch_takes_the_parameter_that_the_table_names(name: str, member: str) -> None:
    batch = class_at(name).member(member).batch
    if not class_at(name).has(batch.method):
        pytest.skip("removed by now")

    assert batch.parameter in inspect.signature(getattr(importable(name), batch.method)).parameters


def resource_holders() -> Iterator[tuple[str, str]]:
    """Every attribute of a live OpenAI client, and of what hangs below, that holds a resource."""
    for name in ("openai.OpenAI", "openai.AsyncOpenAI"):
        for info, value in walk(class_at(name), CLIENTS[name](), tables()):
            for attribute in dir(value):
                if attribute.startswith(("_", "with_")):
                    continue
                held = getattr(value, attribute)
                if isinstance(
                    held, openai._resource.SyncAPIResource | openai._resource.AsyncAPIResource
                ):
                    yield info.name, attribute


def test_no_resource_of_openai_is_out_of_reach() -> None:
    if is_newer_than_its_table("openai"):
        pytest.skip("the installed openai is newer than its table")
    holders = list(resource_holders())

    assert len(holders) > 20
    for owner, attribute in holders:
        member = class_at(owner).member(attribute)
        assert member is not None, f"{owner}.{attribute}"
        assert member.returns is not None, f"{owner}.{attribute}"


def test_stubs_of_grpc_hold_nothing_but_remote_procedures() -> None:
    """Their classes list no members, so every attribute of the real ones must do I/O."""
    client = CLIENTS["qdrant_client.QdrantClient"]()
    for stub in (client.grpc_points, client.grpc_collections):
        procedures = {name for name in vars(stub) if not name.startswith("_")}
        assert procedures
        assert all("UnaryUnary" in type(getattr(stub, name)).__name__ for name in procedures)
    client.close()


@pytest.mark.parametrize("name", ["openai.Client", "openai.AsyncClient"])
def test_a_second_name_of_a_class_finds_it(name: str) -> None:
    assert importable(name) is importable(class_at(name).name)


def test_every_resource_that_is_a_name_of_the_openai_module_is_in_the_table() -> None:
    proxies = {name: type(value).__name__ for name, value in vars(openai).items()}
    others = {"APIRemovedInV1Proxy", "ResourcesProxy"}
    names = {name for name, of in proxies.items() if of.endswith("Proxy") and of not in others}

    assert "chat" in names
    for name in names:
        member = tables().function_at(f"openai.{name}")
        assert member is not None, name
        assert member.is_property
        assert member.returns == class_at("openai.OpenAI").member(name).returns


# What follows shows that the comparison would notice.


def compare(info: ClassInfo, owner: type = qdrant_client.AsyncQdrantClient) -> Drift:
    return drift(info, owner, tables(), EXPECTED["qdrant_client"])


def with_members(info: ClassInfo, **members: Member | None) -> ClassInfo:
    changed = {**info.members, **{name: (member,) for name, member in members.items() if member}}
    for name, member in members.items():
        if member is None:
            del changed[name]
    return replace(info, members=changed)


def test_a_member_missing_in_the_table_is_noticed() -> None:
    info = with_members(class_at("qdrant_client.AsyncQdrantClient"), upsert=None)

    assert compare(info).new == ["qdrant_client.AsyncQdrantClient.upsert"]


def test_a_wrong_kind_is_noticed() -> None:
    wrong = Member("upload_points", Kind.COROUTINE, Span())
    info = with_members(class_at("qdrant_client.AsyncQdrantClient"), upload_points=wrong)

    assert len(compare(info).wrong) == 1


def test_a_wrong_kind_in_the_synchronous_client_is_noticed() -> None:
    wrong = Member("query_points", Kind.QUIET, Span())
    info = with_members(class_at("qdrant_client.QdrantClient"), query_points=wrong)

    assert len(compare(info, qdrant_client.QdrantClient).wrong) == 1


def test_a_member_that_the_library_does_not_have_is_noticed() -> None:
    extra = Member("upsert_all", Kind.COROUTINE, Span())
    info = with_members(class_at("qdrant_client.AsyncQdrantClient"), upsert_all=extra)

    assert len(compare(info).wrong) == 1


def test_one_more_method_in_the_library_is_noticed() -> None:
    class Newer(qdrant_client.AsyncQdrantClient):
        async def teleport(self) -> None: ...

    Newer.__name__ = "AsyncQdrantClient"
    assert compare(class_at("qdrant_client.AsyncQdrantClient"), Newer).new == [
        "qdrant_client.AsyncQdrantClient.teleport"
    ]


def test_an_attribute_of_another_class_is_noticed() -> None:
    wrong = Member("chat", Kind.QUIET, Span(), is_property=True, returns="openai.resources.Files")
    info = with_members(class_at("openai.OpenAI"), chat=wrong)

    with pytest.raises(AssertionError, match="chat is a"):
        list(walk(info, openai.OpenAI(api_key="none"), tables()))


# Of the stores around the client only LangChain's is installed: the others bring a framework each.
STORES = ("langchain_qdrant.Qdrant", "langchain_qdrant.QdrantVectorStore")


def retriever() -> type:
    return importable("langchain_core.vectorstores.VectorStoreRetriever")


@pytest.mark.parametrize("name", STORES)
def test_a_store_blocks_where_it_has_a_coroutine_function_beside(name: str) -> None:
    info, owner = class_at(name), importable(name)
    real = dict(public_members(owner))
    coroutines = {one for one in real if inspect.iscoroutinefunction(getattr(owner, one))}

    assert len(coroutines) > 10
    assert coroutines == {one for one in real if info.member(one).kind is Kind.COROUTINE}
    for one in coroutines & {f"a{plain}" for plain in real}:
        plain = info.member(one.removeprefix("a"))
        assert (plain.kind, plain.twin) == (Kind.BLOCKING, one)


def test_a_store_gives_a_retriever_that_blocks_as_its_table_says() -> None:
    given = class_at(class_at("langchain_qdrant.QdrantVectorStore").member("as_retriever").returns)

    for name in given.names():
        member = given.member(name)
        real = getattr(retriever(), name, None)
        if real is None:
            assert name.endswith("get_relevant_documents"), "removed by langchain-core 1.0"
        else:
            awaited = inspect.iscoroutinefunction(real)
            assert awaited == (member.kind is Kind.COROUTINE)
