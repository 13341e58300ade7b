"""What is put into a function's own container is looked for in its own file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flake8_qdrant.project import open_checker
from flake8_qdrant.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from flake8_qdrant.check import Checker

OWN = """from qdrant_client import QdrantClient


async def main() -> None:
    result = []
    {put}
    result[0].get_collections()
"""
PUT = "result.append(QdrantClient())"
PUT_WITHIN = "def fill() -> None:\n        result.append(QdrantClient())\n"
OTHER = "from qdrant_client import QdrantClient\n\nresult = []\nresult.append(1)\n"


def opened(folder: Path, put: str) -> tuple[Checker, str]:
    files = {"main.py": OWN.format(put=put), "other.py": OTHER}
    for name, text in files.items():
        (folder / name).write_text(text)
    paths = [str(folder / name) for name in files]
    checker = open_checker(str(folder), paths, set(paths), Settings(), str, parsed={})
    return checker, paths[0]


@pytest.mark.parametrize("put", [PUT, PUT_WITHIN])
def test_no_other_file_is_parsed_for_it(tmp_path: Path, put: str) -> None:
    checker, path = opened(tmp_path, put)
    assert [one.code for one in checker.findings(path)] == ["QDR101"]
    assert str(tmp_path / "other.py") not in checker.project.consulted


@pytest.mark.parametrize("put", [PUT, PUT_WITHIN])
def test_what_an_edit_puts_into_it_is_seen(tmp_path: Path, put: str) -> None:
    checker, path = opened(tmp_path, "pass")
    assert checker.findings(path) == []
    checker.update(path, OWN.format(put=put))
    assert [one.code for one in checker.findings(path)] == ["QDR101"]
