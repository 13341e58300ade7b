"""What matters is found by reading bytes, and agrees with what Python itself would import."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from flake8_qdrant.discovery import client_names, project_files, what_matters
from flake8_qdrant.model.reachability import _Modules, import_statements
from flake8_qdrant.settings import Settings
from hypothesis import given
from hypothesis import strategies as st

CLIENTS = frozenset({"qdrant_client", "openai"})
STDLIB = Path(sysconfig.get_path("stdlib"))


def named(data: bytes) -> set[tuple[str, int]]:
    return set(_Modules().of(import_statements(data)))


def imported(tree: ast.AST) -> set[tuple[str, int]]:
    """The modules that `ast` sees imported, with each name taken from one."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {(alias.name, 0) for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            found.add((module, node.level))
            found |= {
                (f"{module}.{alias.name}" if module else alias.name, node.level)
                for alias in node.names
                if alias.name != "*"
            }
    return found


@pytest.mark.parametrize(
    "text",
    [
        "import a\nimport b.c as d, e\n",
        "from a.b import c, d as e\n",
        "from . import a\nfrom .b import c\nfrom ...d.e import f\nfrom .. import g\n",
        "from a import (\n    b,  # why (really)\n    c,\n)\nimport d\n",
        "from a import (b,\n c)\n",
        "from a import(b)\n",
        "from a \\\n    import b, \\\n    c\n",
        "from \\\n a \\\n import b\n",
        "import \\\n    a\n",
        "if x: import a\nelse: from b import c\n",
        "try: import a; import b\nexcept ImportError: pass\n",
        "x = 1; from a import b\n",
        "def f():\n\tfrom a import b\n",
        "from a import b\rimport c\r",
        "from a import (\r\n    b,\r\n)\r\nimport c\r\n",
        "\ufeffimport a\n",
        "from\ta\timport\tb\n",
        "from.a import b\nfrom . a import c\n",
        "from a import *\n",
        "import a",
    ],
)
def test_every_import_is_seen(text):
    assert imported(ast.parse(text.encode())) <= named(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "import a \\",
        "import a, \\\n    b \\",
        "from a import b # \\",
        "import a\nx = 1 \\\n",
        "import a\n\\\n",
        "\\\nimport a \\",
    ],
)
def test_imports_are_seen_before_a_backslash_with_nothing_after_it(text):
    assert ("a", 0) in named(text.encode())


@pytest.mark.parametrize("file", sorted(STDLIB.glob("[a-m]*.py")), ids=lambda path: path.name)
def test_every_import_of_the_standard_library_is_seen(file):
    data = file.read_bytes()
    assert imported(ast.parse(data)) <= named(data)


@given(st.binary(max_size=300) | st.text("import from.()\\\n#;:a,", max_size=80).map(str.encode))
def test_any_bytes_are_survived(data):
    named(data)


@pytest.fixture
def matters(tmp_path):
    def survey(files: dict[str, str]) -> set[str]:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        listing = project_files(str(tmp_path), Settings())
        chosen = what_matters(str(tmp_path), listing, CLIENTS)
        return {Path(path).relative_to(tmp_path).as_posix() for path in chosen}

    return survey


def test_nothing_matters_where_no_client_is_imported(matters):
    assert (
        matters({"a.py": "import b\n", "b.py": "openai = 'qdrant_client'  # not imported\n"})
        == set()
    )


def test_who_imports_a_file_that_matters_does_as_well(matters):
    files = {
        "pkg/__init__.py": "from .store import find\n",
        "pkg/store.py": "import qdrant_client\n",
        "pkg/near.py": "from . import find\n",
        "far.py": "import pkg\n",
        "farther.py": "from far import *\n",
        "other.py": "import json\n",
    }
    assert matters(files) == files.keys() - {"other.py"}


def test_a_coroutine_function_to_which_a_client_may_be_handed_matters(matters):
    files = {
        "app.py": "import qdrant_client, work, plain\n",
        "work.py": "async def search(client): ...\n",
        "plain.py": "def search(client): ...\n",
    }
    assert matters(files) == {"app.py", "work.py"}


def test_who_reads_what_is_put_into_a_module_matters(matters):
    files = {
        "main.py": "import qdrant_client\nimport state as kept\nimport other\nkept.client = 1\n",
        "state.py": "client = None\n",
        "api.py": "from state import client\n",
        "other.py": "x = 1\n",
        "another.py": "import other\n",
    }
    assert matters(files) == {"main.py", "state.py", "api.py"}
    assert matters({"main.py": files["main.py"].replace("kept.", "self.")}) == {"main.py"}


KEEPERS = {
    "put": "_kept = None\ndef put(kept):\n    global _kept\n    _kept = kept\n",
    "registry.register": "class Registry: ...\nregistry = Registry()\n",
}


@pytest.mark.parametrize("called", KEEPERS)
@pytest.mark.parametrize(
    "start",
    [
        "{called}(QdrantClient(url))\n",
        "store = QdrantClient(url)\n{called}('main', store)\n",
        "async def main():\n    store: Any = await QdrantClient(url)\n    {called}(link=store)\n",
    ],
)
def test_who_asks_a_module_that_was_given_a_client_to_keep_matters(matters, called, start):
    first = called.partition(".")[0]
    imports = f"from qdrant_client import QdrantClient\nfrom kept import {first}\n"
    files = {
        "start.py": imports + start.format(called=called),
        "kept.py": KEEPERS[called],
        "view.py": f"from kept import {first}\n",
    }
    assert matters(files) == {"start.py", "kept.py", "view.py"}
    keeps_nothing = files | {"kept.py": "def put(kept):\n    return kept\n"}
    assert matters(keeps_nothing) == {"start.py"}
    gives_nothing = files | {"start.py": imports + start.format(called="print")}
    assert matters(gives_nothing) == {"start.py"}


def test_a_reader_of_the_application_state_matters(matters):
    files = {
        "app.py": "import qdrant_client\napp.state.store = 1\n",
        "view.py": "async def f(request): request.app.state.store\n",
        "other.py": "async def f(request): request.app.state.settings\n",
    }
    assert matters(files) == {"app.py", "view.py"}


def test_an_installed_client_library_is_not_its_own_user(matters):
    files = {
        "site-packages/openai/cli.py": "import openai\n",
        "openai/ours.py": "import openai\n",
    }
    assert matters(files) == {"openai/ours.py"}
    assert matters({"lib/site-packages/app/main.py": "import openai\n"}) == {"openai/ours.py"}


def test_what_an_installed_package_sets_in_another_does_not_tie_them(tmp_path):
    root = tmp_path / "site-packages"
    for name, text in {
        "traffic/client.py": "import openai, requests\nrequests.x = 1\n",
        "traffic/log.py": "y = 0\n",
        "traffic/speaker.py": "import traffic.log\n",
        "requests/__init__.py": "x = 0\n",
        "other/__init__.py": "import requests\n",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    listing = project_files(str(root), Settings())
    assert {Path(each).relative_to(root).as_posix() for each in listing} >= {"other/__init__.py"}
    chosen = what_matters(str(root), listing, CLIENTS)
    assert {Path(each).relative_to(root).parent.name for each in chosen} == {"traffic"}


def test_several_processes_find_what_one_finds(tmp_path, monkeypatch):
    monkeypatch.setattr("flake8_qdrant.discovery._WORTH_FORKING", 4)
    (tmp_path / "lost.py").symlink_to("nowhere")
    for number in range(40):
        text = "import openai\n" if number % 3 else f"import a{number + 1}\n"
        (tmp_path / f"a{number}.py").write_text(text)
    listing = project_files(str(tmp_path), Settings())
    alone = what_matters(str(tmp_path), listing, CLIENTS, jobs=1)
    assert len(alone) == 40
    assert what_matters(str(tmp_path), listing, CLIENTS, jobs=3) == alone


def test_a_file_that_cannot_be_read_matters(matters, tmp_path):
    (tmp_path / "lost.py").symlink_to("nowhere")
    assert matters({"a.py": ""}) == {"lost.py"}


def test_the_clients_are_those_that_have_a_table():
    assert {"cohere", "fastembed", "openai", "qdrant_client"} <= client_names(Settings())
    assert "runtime" not in client_names(Settings())


LOADED = """
import json, sys
from {door} import main
main({arguments})
json.dump(sorted({{"ast_grep_py", "flake8_qdrant.rules"}} & {{*sys.modules}}), sys.stderr)
"""
DOORS = {
    "flake8_qdrant.cli": ["check", "--no-cache"],
    "flake8.main.cli": ["--isolated", "-j1", "--select=QDR"],
}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("library", ["os", "openai"])
def test_the_engine_is_loaded_only_where_something_matters(tmp_path, door, library):
    (tmp_path / "app.py").write_text(f"import {library}  # qdrant_client\n\nprint({library})\n")
    program = LOADED.format(door=door, arguments=[*DOORS[door], str(tmp_path)])
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert ran.stdout == b""
    assert bool(json.loads(ran.stderr)) == (library == "openai")
