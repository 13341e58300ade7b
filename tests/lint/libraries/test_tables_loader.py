"""Tables are found by name, read only when needed, and answer for the release in use."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from flake8_qdrant.libraries.loader import TABLES, Tables, distributions, load_document, load_tables
from flake8_qdrant.libraries.model import Family, Kind, Member, nearest
from flake8_qdrant.libraries.release import Span, normalized, parse_release, parse_span

ALL = sorted(path.stem for path in TABLES.glob("*.toml"))


@pytest.fixture
def tables() -> Tables:
    return load_tables()


@pytest.mark.parametrize("name", ALL)
def test_a_table_of_ours_has_no_mistake(name: str) -> None:
    document = load_document(TABLES / f"{name}.toml")
    document.validate()

    assert document.library.family is Family.RUNTIME or document.imports == (name,)


@pytest.mark.parametrize("name", ALL)
def test_every_class_that_a_table_names_is_in_a_table(name: str, tables: Tables) -> None:
    document = load_document(TABLES / f"{name}.toml")
    named = set()
    for path in document.class_names():
        info = tables.class_at(path)
        assert info is not None
        named.update({*document.base_names(path), info.counterpart} - {None})
        for members in info.members.values():
            named.update(member.returns for member in members)
        for members in info.members.values():
            for member in members:
                assert member.batch is None or info.member(member.batch.method) is not None
    for members in document.functions.values():
        named.update(member.returns for member in members)

    for path in named - {None, "Self", "argument"}:
        assert tables.class_at(path) is not None, path


def test_a_file_is_of_interest_if_it_names_a_client_library(tables: Tables) -> None:
    libraries = [name for name in ALL if name != "runtime"]
    assert "qdrant_client" in libraries
    assert tables.names() == tuple(name.encode() for name in libraries)


def test_distributions_are_known_without_reading_a_table() -> None:
    told = {load_document(TABLES / f"{name}.toml").library.distribution for name in ALL}

    assert set(distributions()) == told - {""}


def test_distributions_of_the_user_are_known_whatever_else_is_wrong() -> None:
    user_tables = {"redis": {"distribution": "Redis"}, "b": 1, "c": {"distribution": 2}}

    assert set(distributions(user_tables)) - set(distributions()) == {"redis"}
    assert distributions(["redis"]) == distributions()


@pytest.mark.parametrize(
    "path",
    [
        "qdrant_client.AsyncQdrantClient",
        "qdrant_client.async_qdrant_client.AsyncQdrantClient",
    ],
)
def test_a_class_is_found_by_each_path_that_imports_it(path: str, tables: Tables) -> None:
    info = tables.class_at(path)

    assert info is not None
    assert info.name == "qdrant_client.AsyncQdrantClient"
    assert info is tables.class_at("qdrant_client.AsyncQdrantClient")
    assert path in info.paths


@pytest.mark.parametrize(
    "path", ["", "qdrant_client", "qdrant_client.Nothing", "runtime.QdrantClient", "os.path.join"]
)
def test_an_unknown_name_is_nothing(path: str, tables: Tables) -> None:
    assert tables.class_at(path) is None
    assert tables.function_at(path) is None
    assert tables.offloader(path) is None


def test_an_unknown_member_is_nothing(tables: Tables) -> None:
    assert tables.class_at("qdrant_client.QdrantClient").member("querry_points") is None


def test_private_names_of_a_class_with_a_default_are_nothing(tables: Tables) -> None:
    stub = tables.class_at("qdrant_client.QdrantClient.grpc_points")

    assert stub.member("Upsert").kind is Kind.BLOCKING
    assert stub.member("_channel") is None


def test_a_subclass_has_the_members_of_its_base(tables: Tables) -> None:
    azure = tables.class_at("openai.AsyncAzureOpenAI")

    assert azure.bases == ("openai.AsyncOpenAI",)
    assert azure.member("chat").returns == "openai.resources.AsyncChat"
    assert azure.member("with_options").returns == "openai.AsyncAzureOpenAI"
    assert azure.close == "close"
    assert azure.loop_bound


def test_objects_of_a_module_lead_on_to_their_members(tables: Tables) -> None:
    assert tables.function_at("openai.chat").is_property
    assert tables.function_at("openai.chat.completions.create").kind is Kind.BLOCKING
    assert tables.function_at("openai.chat.completions.nothing") is None
    assert tables.function_at("openai.nothing.completions.create") is None


def follow(tables: Tables, path: str, *chain: str) -> Member:
    owner = tables.class_at(path)
    for name in chain[:-1]:
        owner = tables.class_at(owner.member(name).returns)
    return owner.member(chain[-1])


@pytest.mark.parametrize(
    ("path", "chain", "kind"),
    [
        ("openai.OpenAI", ("chat", "completions", "create"), Kind.BLOCKING),
        ("openai.AsyncOpenAI", ("chat", "completions", "create"), Kind.COROUTINE),
        ("openai.AsyncOpenAI", ("with_options", "embeddings", "create"), Kind.COROUTINE),
        (
            "openai.AsyncOpenAI",
            ("chat", "completions", "with_raw_response", "create"),
            Kind.COROUTINE,
        ),
        ("openai.OpenAI", ("with_raw_response", "embeddings", "create"), Kind.BLOCKING),
        ("openai.AsyncOpenAI", ("files", "list"), Kind.AWAITABLE),
        ("openai.AsyncOpenAI", ("chat", "completions", "stream"), Kind.QUIET),
        ("openai.AsyncOpenAI", ("chat", "completions", "stream", "__aenter__"), Kind.COROUTINE),
        ("openai.OpenAI", ("chat", "completions", "stream", "__enter__"), Kind.BLOCKING),
        (
            "openai.AsyncOpenAI",
            ("chat", "completions", "with_streaming_response", "create", "__aenter__"),
            Kind.COROUTINE,
        ),
        (
            "openai.OpenAI",
            ("chat", "completions", "with_streaming_response", "create"),
            Kind.QUIET,
        ),
        ("cohere.AsyncClientV2", ("chat_stream",), Kind.ASYNC_ITERATOR),
        ("cohere.AsyncClientV2", ("embed",), Kind.COROUTINE),
        ("cohere.ClientV2", ("datasets", "list"), Kind.BLOCKING),
        ("cohere.AsyncClient", ("v2", "rerank"), Kind.COROUTINE),
        ("fastembed.TextEmbedding", ("embed",), Kind.CPU),
        ("sentence_transformers.SentenceTransformer", ("encode",), Kind.CPU),
    ],
)
def test_a_chain_of_attributes_ends_in_the_right_kind(
    tables: Tables, path: str, chain: tuple[str, ...], kind: Kind
) -> None:
    assert follow(tables, path, *chain).kind is kind


def test_generators_work_when_they_are_iterated(tables: Tables) -> None:
    assert follow(tables, "fastembed.TextEmbedding", "embed").lazy
    assert follow(tables, "cohere.ClientV2", "chat_stream").lazy
    assert not follow(tables, "cohere.ClientV2", "chat").lazy


def test_the_first_openai_had_class_methods(tables: Tables) -> None:
    old = tables.class_at("openai.ChatCompletion")

    assert old.member("create").kind is Kind.BLOCKING
    assert old.member("acreate").kind is Kind.COROUTINE
    assert not old.has("create")


def test_a_context_manager_is_told_by_its_release() -> None:
    old = load_tables(versions={"cohere": "5.0.0"}).class_at("cohere.AsyncClient")
    new = load_tables(versions={"cohere": "7.0.0"}).class_at("cohere.AsyncClient")

    assert not old.is_async_context_manager
    assert new.is_async_context_manager
    assert not new.is_context_manager


def test_the_version_is_found_by_any_spelling_of_the_distribution() -> None:
    tables = load_tables(versions={"Qdrant_Client": "1.9.0"})

    assert tables.library("qdrant_client").release == (1, 9)


def test_a_version_that_is_no_version_means_the_newest() -> None:
    tables = load_tables(versions={"qdrant-client": "main"})

    assert tables.library("qdrant_client").release is None


def test_a_library_is_found_by_each_name_below_it(tables: Tables) -> None:
    assert tables.library("qdrant_client.http.models").label == "Qdrant"
    assert tables.library("asyncio") is None
    assert tables.library("numpy") is None


def test_tables_and_what_they_give_can_be_sent_to_another_process(tables: Tables) -> None:
    info = tables.class_at("qdrant_client.QdrantClient")
    copy, tables_copy = pickle.loads(pickle.dumps((info, tables)))

    assert copy == info
    assert hash(copy) == hash(info)
    assert copy.member("upsert") == info.member("upsert")
    assert tables_copy.class_at("openai.OpenAI") == tables.class_at("openai.OpenAI")


def test_only_the_tables_that_are_asked_for_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    real = Path.read_text

    def noting(self: Path, *arguments: str) -> str:
        read.append(self.stem)
        return real(self, *arguments)

    monkeypatch.setattr(Path, "read_text", noting)
    tables = load_tables()
    tables.names()
    distributions()
    assert read == []

    tables.class_at("qdrant_client.QdrantClient")
    tables.class_at("qdrant_client.AsyncQdrantClient")
    assert read == ["qdrant_client"]

    tables.offloader("asyncio.to_thread")
    assert read == ["qdrant_client", "runtime"]


def test_nothing_of_a_client_library_is_imported() -> None:
    code = """
import sys
from flake8_qdrant.libraries.loader import load_tables
tables = load_tables()
for document in tables.documents():
    document.validate()
print(sorted({"qdrant_client", "openai", "cohere", "numpy", "flake8"} & sys.modules.keys()))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("text", "release"),
    [
        ("1.17.1", (1, 17, 1)),
        ("v1.17.0", (1, 17)),
        ("1.20.0rc1", (1, 20)),
        ("2", (2,)),
        ("0.0", ()),
        ("", None),
        ("latest", None),
    ],
)
def test_a_release_is_read_from_a_version(text: str, release: tuple[int, ...] | None) -> None:
    assert parse_release(text) == release


def test_releases_compare_as_numbers() -> None:
    assert parse_release("1.9.2") < parse_release("1.10")
    assert parse_release("1.7") == parse_release("1.7.0")


@pytest.mark.parametrize("text", [">=1.7.1,<1.11", ">=1.16", "<1.13", ""])
def test_a_span_is_spelled_as_it_is_read(text: str) -> None:
    assert str(parse_span(text)) == text


@pytest.mark.parametrize("text", ["1.7", "==1.7", ">=1.7,>=1.8", ">=2,<1", "> 1", ">=1.7,"])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_span(text)


def test_the_upper_bound_of_a_span_is_outside() -> None:
    span = parse_span(">=1.7.1,<1.11")

    assert (1, 7, 1) in span
    assert (1, 10, 1) in span
    assert (1, 11) not in span
    assert (1, 7) not in span


@pytest.mark.parametrize(
    ("release", "kind"),
    [
        ((1,), Kind.COROUTINE),
        ((1, 2), Kind.COROUTINE),
        ((1, 3), Kind.COROUTINE),
        ((1, 5), Kind.BLOCKING),
        ((9,), Kind.BLOCKING),
        (None, Kind.BLOCKING),
    ],
)
def test_the_nearest_release_answers(release: tuple[int, ...] | None, kind: Kind) -> None:
    members = (
        Member("upload", Kind.COROUTINE, parse_span(">=1.1,<1.3")),
        Member("upload", Kind.BLOCKING, parse_span(">=1.5,<2")),
    )

    assert nearest(members, release).kind is kind


def test_names_of_distributions_have_one_spelling() -> None:
    assert normalized("Sentence_Transformers") == normalized("sentence.transformers")
    assert Span() == parse_span("")
