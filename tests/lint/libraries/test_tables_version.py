"""A project's own lock or pins choose the version; without them, what is installed does."""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import TYPE_CHECKING

import pytest
from flake8_qdrant.libraries.version import project_versions

if TYPE_CHECKING:
    from pathlib import Path

UV = """
version = 1
requires-python = ">=3.10"

[[package]]
name = "httpx"
version = "0.28.1"
dependencies = [
    { name = "qdrant-client", version = "9.9.9" },
]

[[package]]
name = "qdrant-client"
version = "1.12.1"
source = { registry = "https://example.org/simple" }

[package.metadata]
version = "0.0.1"
"""
POETRY = """
[[package]]
name = "qdrant-client"
version = "1.12.2"
description = "Client library for the Qdrant vector search engine"
optional = false

[metadata]
lock-version = "2.1"
"""
PDM = """
[metadata]
lock_version = "4.5.0"

[[package]]
name = "qdrant-client"
version = "1.13.1"
requires_python = ">=3.9"
"""
PYLOCK = """
lock-version = "1.0"
created-by = "pip"

[[packages]]
name = "qdrant-client"
version = "1.14.2"
"""
PIPFILE = json.dumps(
    {"default": {"qdrant-client": {"version": "==1.11.3"}}, "develop": {"openai": {"git": "x"}}}
)
REQUIREMENTS = """
# comment qdrant-client==0.0.1
-r base.txt
fastapi>=0.110
Qdrant_Client[fastembed] == 1.10.1 ; python_version >= "3.9" \\
    --hash=sha256:aaaa
openai~=1.2
"""
FILES = [
    ("uv.lock", UV, "1.12.1"),
    ("poetry.lock", POETRY, "1.12.2"),
    ("pdm.lock", PDM, "1.13.1"),
    ("pylock.toml", PYLOCK, "1.14.2"),
    ("pylock.dev.toml", PYLOCK, "1.14.2"),
    ("Pipfile.lock", PIPFILE, "1.11.3"),
    ("requirements.txt", REQUIREMENTS, "1.10.1"),
    ("requirements-dev.txt", "qdrant-client===1.9.0", "1.9.0"),
    ("requirements/base.txt", "qdrant-client==1.9.1\n", "1.9.1"),
    ("constraints.txt", "qdrant-client==1.9.2\r\n", "1.9.2"),
]


def chosen(root: Path) -> str | None:
    return project_versions(root, ["qdrant-client"]).get("qdrant-client")


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


@pytest.mark.parametrize(("name", "text", "expected"), FILES)
def test_a_lock_or_pin_is_read(tmp_path: Path, name: str, text: str, expected: str) -> None:
    write(tmp_path, name, text)

    assert chosen(tmp_path) == expected


def test_a_lock_file_comes_before_pins_and_both_before_what_is_installed(tmp_path: Path) -> None:
    assert chosen(tmp_path) == version("qdrant-client")
    write(tmp_path, "requirements.txt", REQUIREMENTS)
    assert chosen(tmp_path) == "1.10.1"
    write(tmp_path, "poetry.lock", POETRY)
    assert chosen(tmp_path) == "1.12.2"
    write(tmp_path, "uv.lock", UV)
    assert chosen(tmp_path) == "1.12.1"


def test_bounds_of_a_project_are_no_pin(tmp_path: Path) -> None:
    write(tmp_path, "pyproject.toml", '[project]\ndependencies = ["qdrant-client>=1.7,<1.9"]')
    write(tmp_path, "requirements.txt", "qdrant-client>=1.7\nqdrant-client~=1.8\n")

    assert chosen(tmp_path) == version("qdrant-client")


def test_the_projects_own_virtual_environment_is_looked_into(tmp_path: Path) -> None:
    packages = tmp_path / ".venv" / "lib" / "python3.12" / "site-packages"
    (packages / "qdrant_client-1.16.1.dist-info").mkdir(parents=True)
    (packages / "qdrant_client_helper-9.0.dist-info").mkdir()

    assert chosen(tmp_path) == "1.16.1"


def test_of_several_versions_in_a_lock_the_newest_counts(tmp_path: Path) -> None:
    older = UV.replace("1.12.1", "1.9.2")
    write(tmp_path, "uv.lock", older + UV.replace("version = 1\n", ""))

    assert chosen(tmp_path) == "1.12.1"


def test_a_library_that_nothing_knows_is_missing(tmp_path: Path) -> None:
    assert project_versions(tmp_path, ["no-such-client"]) == {}


def test_names_are_compared_as_package_indexes_do(tmp_path: Path) -> None:
    write(tmp_path, "requirements.txt", "Sentence_Transformers==2.7.0")

    found = project_versions(tmp_path, ["sentence-transformers"])
    assert found == {"sentence-transformers": "2.7.0"}


def test_each_library_is_chosen_on_its_own(tmp_path: Path) -> None:
    write(tmp_path, "uv.lock", UV)
    write(tmp_path, "requirements.txt", "openai==1.30.1\nqdrant-client==1.7.0\n")

    found = project_versions(tmp_path, ["openai", "qdrant-client"])
    assert found == {"openai": "1.30.1", "qdrant-client": "1.12.1"}


@pytest.mark.parametrize("name", [name for name, _, _ in FILES])
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff\xfe",
        b"[[package]]\nname = ",
        b'[[package]]\nname = "qdrant-client"\n',
        b'[[package]]\nname = "qdrant-client"\nversion = "not a version"\n',
        b'{"default": [1], "develop": {"qdrant-client": "1"}}',
        b"[]",
        b'{"default": {"qdrant-client": {"version": "*"}}}',
        b"qdrant-client==*\nqdrant-client @ file:///x\n==\n",
        b"<<<<<<< HEAD\n[[package]]\n=======\n",
    ],
)
def test_a_broken_file_says_nothing(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)

    assert chosen(tmp_path) == version("qdrant-client")


@pytest.mark.parametrize("name", [name for name, _, _ in FILES])
def test_a_directory_by_the_name_of_a_lock_file_says_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir(parents=True)

    assert chosen(tmp_path) == version("qdrant-client")


def test_a_project_that_does_not_exist_says_nothing(tmp_path: Path) -> None:
    assert chosen(tmp_path / "gone") == version("qdrant-client")
