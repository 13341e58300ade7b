"""`flake8-qdrant table`: a first table of an installed package, which is read and never run."""

from __future__ import annotations

import sys

import pytest
from flake8_qdrant.libraries.loader import load_tables
from flake8_qdrant.libraries.model import Kind

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SITE = ".venv/lib/python3.12/site-packages"
CLIENT = """
from contextlib import contextmanager

class Client:
    def get(self, key: str) -> bytes: ...
    def build(self): ...
    @contextmanager
    def session(self):
        yield 1
    def find(self): ...
    async def find_async(self): ...

class AsyncClient:
    async def get(self, key: str) -> bytes: ...
    async def stream(self):
        yield 1
    def build(self): ...

class Receipt:
    def total(self): ...
"""
SHOP = {
    f"{SITE}/shop/__init__.py": "raise SystemExit('it was run')\nfrom .client import *\n"
    "from .base import Base\n",
    f"{SITE}/shop/client.py": CLIENT,
    f"{SITE}/shop/base.py": "class Base:\n    def ping(self): ...\n    def send(self): ...\n",
    f"{SITE}/shop/aio/__init__.py": "class Base:\n    async def ping(self): ...\n",
    f"{SITE}/shop/tests/__init__.py": "class Fake:\n    async def get(self): ...\n",
    f"{SITE}/shop_client-1.2.0.dist-info/RECORD": "shop/__init__.py,,\nshop/client.py,,\n",
}


@pytest.fixture
def table(project, command):
    def run(package: str = "shop", **files: str) -> tuple[dict, str]:
        project({**SHOP, **files})
        ran = command("table", package)
        assert (ran.code, ran.err) == (0, ""), ran
        return tomllib.loads(ran.out)["tool"]["flake8-qdrant"]["libraries"], ran.out

    return run


@pytest.mark.parametrize("package", ["shop", "shop-client", "Shop_Client"])
def test_a_package_is_found_by_either_name(table, package):
    libraries, text = table(package)
    assert libraries["shop"]["distribution"] == "shop-client"
    assert "shop-client 1.2.0" in text


def test_what_signatures_tell_is_listed(table):
    tables = load_tables(table()[0])
    client, other = tables.class_at("shop.Client"), tables.class_at("shop.AsyncClient")
    assert client.counterpart == "shop.AsyncClient"
    assert client.member("get").kind is Kind.BLOCKING
    assert (client.member("find").kind, client.member("find").twin) == (Kind.BLOCKING, "find_async")
    assert other.member("get").kind is Kind.COROUTINE
    assert other.member("stream").kind is Kind.ASYNC_ITERATOR


def test_a_class_of_an_asynchronous_package_is_a_twin(table):
    tables = load_tables(table()[0])
    base = tables.class_at("shop.Base")
    assert base.counterpart == "shop.aio.Base"
    assert base.member("ping").kind is Kind.BLOCKING


def test_what_nothing_tells_is_left_to_the_reader(table):
    libraries, text = table()
    client = load_tables(libraries).class_at("shop.Client")
    assert client.member("build") is client.member("session") is None
    assert '# "build", "session",' in text


def test_other_classes_and_tests_are_left_out(table):
    _, text = table()
    assert "Receipt" not in text
    assert "Fake" not in text


def test_the_table_works_as_it_is(project, check, table):
    _, text = table()
    source = "import shop\n\n\nasync def f():\n    shop.Client().get('a')\n"
    project({"app.py": source, "pyproject.toml": text})
    assert [line.split()[1] for line in check().lines] == ["QDR501"]


def test_a_package_beside_the_linter_is_read(command):
    ran = command("table", "httpx")
    libraries = tomllib.loads(ran.out)["tool"]["flake8-qdrant"]["libraries"]
    client = load_tables(libraries).class_at("httpx.Client")
    assert client.member("get").kind is Kind.BLOCKING
    assert client.counterpart == "httpx.AsyncClient"


@pytest.mark.parametrize(
    ("package", "files", "told"),
    [
        ("nowhere", {}, "nowhere: no such package is installed"),
        ("plain", {f"{SITE}/plain.py": "class A:\n    def f(self): ...\n"}, "nothing to begin"),
        ("broken", {f"{SITE}/broken/__init__.py": "class :\n"}, "broken: broken: invalid syntax"),
        (
            "two",
            {f"{SITE}/two-1.0.dist-info/RECORD": "a/__init__.py,,\nb/__init__.py,,\n"},
            "two has several packages; name one: a, b",
        ),
    ],
)
def test_what_cannot_be_read_is_told_in_one_line(project, command, package, files, told):
    project(files)
    ran = command("table", package)
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err
    assert ran.err.count("\n") == 1
