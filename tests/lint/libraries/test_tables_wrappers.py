"""Libraries around the clients: stores with methods of their own, wrappers that give one back."""

from __future__ import annotations

import pytest
from flake8_qdrant.libraries.loader import distributions, load_tables
from flake8_qdrant.libraries.model import ARGUMENT, Family, Kind, TableError

STORES = (
    ("haystack_integrations.document_stores.qdrant.QdrantDocumentStore", "count_documents"),
    ("langchain_qdrant.QdrantVectorStore", "similarity_search"),
    ("llama_index.vector_stores.qdrant.QdrantVectorStore", "query"),
    ("mem0.Memory", "search"),
)


@pytest.mark.parametrize(("name", "method"), STORES)
def test_a_store_belongs_to_the_main_client(name: str, method: str) -> None:
    info = load_tables().class_at(name)
    assert info.library.family is Family.MAIN
    assert info.member(method).kind is Kind.BLOCKING


def test_versions_are_looked_for_under_the_name_that_pip_installs() -> None:
    known = set(distributions())
    assert {"llama-index-vector-stores-qdrant", "mem0ai", "qdrant-haystack"} <= known
    assert known.isdisjoint({"llama-index", "mem0", "haystack-integrations", "runtime"})


def test_a_coroutine_of_an_old_release_is_told_as_such() -> None:
    def kind(version: str) -> Kind:
        info = load_tables(versions={"mem0ai": version}).class_at("mem0.AsyncMemory")
        return info.member("from_config").kind

    assert (kind("0.1.118"), kind("2.2.1")) == (Kind.COROUTINE, Kind.QUIET)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("langfuse.openai.OpenAI", "openai.OpenAI"),
        ("langfuse.openai.AsyncAzureOpenAI", "openai.AsyncAzureOpenAI"),
        ("langfuse.openai.openai.OpenAI", "openai.OpenAI"),
    ],
)
def test_a_class_with_another_packages_name_is_that_packages(name: str, meant: str) -> None:
    tables = load_tables()
    assert tables.class_at(name) is not None
    assert tables.class_at(name) == tables.class_at(meant)


def test_a_function_with_another_packages_name_is_that_packages() -> None:
    tables = load_tables()
    told = tables.function_at("langfuse.openai.openai.chat.completions.create")
    assert told == tables.function_at("openai.chat.completions.create") != None  # noqa: E711


@pytest.mark.parametrize("name", ["instructor.patch", "langsmith.wrappers.wrap_openai"])
def test_a_wrapper_gives_its_argument_back(name: str) -> None:
    assert load_tables().function_at(name).returns == ARGUMENT


def test_an_alias_begins_with_the_tables_own_package() -> None:
    table = {"distribution": "shop", "aliases": {"store.openai": "openai"}}
    with pytest.raises(TableError, match=r"'store\.openai' does not begin with one of the table"):
        load_tables({"shop": table})


def test_a_project_may_have_a_wrapper_of_its_own(project, check) -> None:
    table = """\
[tool.flake8-qdrant.libraries.shop]
distribution = "shop"
aliases."shop.openai" = "openai"
functions.quiet = ["shop.traced"]
functions.returns."shop.traced" = "argument"
functions.parameters."shop.traced" = ["client"]
"""
    source = """\
import shop.openai
from openai import OpenAI

traced = shop.traced(client=OpenAI())


async def ask() -> None:
    traced.embeddings.create(model="m", input="x")
    shop.openai.OpenAI().embeddings.create(model="m", input="x")
"""
    project({"app.py": source, "pyproject.toml": table})
    assert [line.split(":")[1] for line in check().lines if "QDR501" in line] == ["8", "9"]


def test_a_removed_coroutine_is_no_remedy(project, check) -> None:
    source = """\
from haystack_integrations.document_stores.qdrant import QdrantDocumentStore

store = QdrantDocumentStore(url="http://localhost:6333")


async def count() -> int:
    return store.count_documents()
"""
    project({"app.py": source, "requirements.txt": "qdrant-haystack==13.1.0\n"})
    assert "await `count_documents_async`, or" in check().out
    project({"app.py": source, "requirements.txt": "qdrant-haystack==7.0.0\n"})
    assert "count_documents_async" not in check().out
    assert "QDR101" in check().out
